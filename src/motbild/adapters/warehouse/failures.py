"""What DuckDB raises when the machine fails it, as sentences for whoever runs this."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from motbild.errors import MotbildError, WarehouseError

_NO_ROOM = ("No space left on device", "Disk quota exceeded", "failed to offload data block")
_CLOSED = ("Read-only file system", "Permission denied", "Operation not permitted")
_NO_MEMORY = (
    *("malloc of size", "realloc of size", "bad_alloc", "Out of Memory", "MemoryError"),
    *("failed to map segment", "annot allocate memory", "launch worker thread"),
)
# Beside these, what the library takes for a fault of its own follows from bytes that changed.
_DAMAGED = ("orrupt", "checksum", "truncated", "not a valid DuckDB", "Could not read")
_UNREADABLE = (duckdb.IOException, duckdb.FatalException)


@contextmanager
def telling() -> Iterator[None]:
    """Tell what the machine does to a warehouse within the block; other errors go through."""
    try:
        yield
    except MotbildError:
        raise
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        raise told from None


def is_out_of_room(error: Exception) -> bool:
    """Tell whether the disk was full."""
    return isinstance(error, duckdb.Error) and _tells(str(error), _NO_ROOM)


def explain(error: Exception) -> WarehouseError | None:
    """Return a sentence for a failure of the machine, or None where it is none.

    Args:
        error: What was raised; its own message may quote paths, never posts. Of errors that
            were met while another was handled, the first that tells is taken.
    """
    told = _explain(error)
    if told is None and isinstance(error.__context__, Exception):
        return explain(error.__context__)
    return told


def is_damage(error: Exception) -> bool:
    """Tell whether the bytes of a database are not what was written, or cannot be read."""
    said = str(error)
    of_others = _tells(said, (*_NO_ROOM, *_CLOSED, *_NO_MEMORY))
    is_known = _tells(said, _DAMAGED) or isinstance(error, _UNREADABLE)
    return isinstance(error, duckdb.Error) and is_known and not of_others


def tell_damage(snapshot_name: str) -> str:
    """Return the sentence for a snapshot whose bytes are not what was written."""
    return (
        f"The snapshot {snapshot_name} is damaged or its disk fails; see that the disk is well, "
        "and run `motbild nightly` to publish a new one."
    )


def _explain(error: Exception) -> WarehouseError | None:
    said = str(error)
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException) or _tells(said, _NO_MEMORY):
        return WarehouseError(
            "There was too little memory, and nothing that was stored is lost. Close what else "
            "runs on this machine, or give it more, or the warehouse "
            "(MOTBILD_WAREHOUSE_MEGABYTES); the next night goes on where this one stopped."
        )
    if not isinstance(error, duckdb.Error):
        return None
    if is_out_of_room(error):
        return WarehouseError(
            "The disk that holds the home is full: nothing more could be stored, and nothing that "
            "was stored is lost. Make room (`motbild doctor` says how much there is); the next "
            "night goes on where this one stopped."
        )
    if _tells(said, _CLOSED):
        return WarehouseError(
            "The disk that holds the home is read-only, or its folders may not be written: nothing "
            "more could be stored, and nothing that was stored is lost. `motbild doctor` says "
            "what may not be written; mend it and run the night again."
        )
    if is_damage(error):
        return WarehouseError(
            "The live warehouse live.duckdb is damaged or its disk fails; what is published is "
            "not. See that the disk is well, put the last backup of live.duckdb in its place, "
            "remove live.duckdb.wal beside it, and run the night again: it reads what came since."
        )
    return None


def _tells(said: str, signs: tuple[str, ...]) -> bool:
    return any(sign in said for sign in signs)
