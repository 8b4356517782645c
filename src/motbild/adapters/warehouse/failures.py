"""What DuckDB raises when the machine fails it, as sentences for whoever runs this."""

import duckdb

from motbild.errors import WarehouseError

_NO_ROOM = ("No space left on device", "Disk quota exceeded", "failed to offload data block")


def is_out_of_room(error: Exception) -> bool:
    """Tell whether the disk was full."""
    return isinstance(error, duckdb.Error) and any(sign in str(error) for sign in _NO_ROOM)


def explain(error: Exception) -> WarehouseError | None:
    """Return a sentence for a failure of the machine, or None where it is none.

    Args:
        error: What was raised; its own message may quote paths, never posts.
    """
    if not isinstance(error, duckdb.Error):
        return None
    if is_out_of_room(error):
        return WarehouseError(
            "The disk that holds the home is full: nothing more could be stored, and nothing that "
            "was stored is lost. Make room (`motbild doctor` says how much there is); the next "
            "night goes on where this one stopped."
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return WarehouseError(
            "There was too little memory, and nothing that was stored is lost. Close what else "
            "runs on this machine, or give it more; the next night goes on where this one stopped."
        )
    return None
