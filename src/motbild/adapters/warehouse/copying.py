"""A copy of the live warehouse, taken while another process may be writing it.

DuckDB lets nobody else open the file, so its bytes are copied: the write-ahead log, then
the file, and both are looked at again. The copy counts only where neither the file's
headers nor the log changed meanwhile. Then no transaction ended and no checkpoint began or
ended while it was taken, and what a transaction on its way may have written lies in blocks
that nothing committed points to: the copy is what the disk would hold if the writer had
been killed at that moment, which is what DuckDB recovers from (decision record 0034).

So that such a moment comes, a writer waits with its next transaction while a copy is taken.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from motbild.disk import sync
from motbild.errors import WarehouseError

# A main header and two that a checkpoint writes in turn, 4096 bytes each.
_HEADER_BYTES = 3 * 4096
_CHUNK_BYTES = 1 << 20
# Where a checkpoint or a recovery is under way, more than one log counts.
_PASSING_LOGS = (".checkpoint.wal", ".recovery.wal")
_LONGEST_WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.05


def copy_warehouse(source: Path, target: Path, *, patience_seconds: float) -> None:
    """Copy the file of a warehouse, and its log if it has one, as they are at one moment.

    The process that calls must not have the file open in DuckDB: closing it here would
    give up that lock.

    Args:
        source: The live file; another process may be writing it.
        target: Where the copy lies; its log beside it.
        patience_seconds: How long such a moment is waited for.

    Raises:
        WarehouseError: The file changed all the time.
    """
    deadline = time.monotonic() + patience_seconds
    # Most of it is copied while the writer goes on; what has changed then is little.
    _copy_changed(source, target)
    while True:
        with _writers_waiting(source):
            is_copied = _copy_once(source, target)
        if is_copied:
            for path in (target, _log_of(target)):
                if path.exists():
                    sync(path)
            return
        if time.monotonic() > deadline:
            raise WarehouseError(
                f"{source.name} was changed all the time for {patience_seconds:.0f} seconds, so "
                "that no whole copy of it could be taken; run `motbild backup` again later."
            )
        time.sleep(_PAUSE_SECONDS)


def wait_for_copy(source: Path) -> None:
    """Wait, before a transaction begins, until a copy that is being taken is done.

    Whoever copies may die: its lock goes with it. A copy that takes very long is not waited
    for; it is tried again.
    """
    lock = _lock_of(source)
    if lock.exists():
        with suppress(Timeout), FileLock(lock, mode=0o600, timeout=_LONGEST_WAIT_SECONDS):
            pass


@contextmanager
def _writers_waiting(source: Path) -> Iterator[None]:
    lock = _lock_of(source)
    with FileLock(lock, mode=0o600):
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _lock_of(source: Path) -> Path:
    return source.with_name(f".{source.name}.copying")


def _copy_once(source: Path, target: Path) -> bool:
    """Copy what differs; tell whether nothing changed meanwhile."""
    headers, is_settled = _read_headers(source), _is_settled(source)
    log, copied_log = _log_of(source), _log_of(target)
    has_log = _copy_log(log, copied_log)
    _copy_changed(source, target)
    return (
        is_settled
        and _read_headers(target) == headers
        and _is_same_log(log, copied_log if has_log else None)
        and _is_settled(source)
        and _read_headers(source) == headers
    )


def _is_settled(source: Path) -> bool:
    return not any(source.with_name(source.name + suffix).exists() for suffix in _PASSING_LOGS)


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _read_headers(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER_BYTES)


def _copy_log(log: Path, copied: Path) -> bool:
    """Copy a log up to its present end; tell whether there was one."""
    copied.unlink(missing_ok=True)
    try:
        reading = log.open("rb")
    except FileNotFoundError:
        return False
    copied.touch(mode=0o600)
    with reading, copied.open("r+b") as writing:
        while chunk := reading.read(_CHUNK_BYTES):
            writing.write(chunk)
    return True


def _is_same_log(log: Path, copied: Path | None) -> bool:
    """Tell whether a log holds, byte by byte and to its end, what was copied from it."""
    try:
        reading = log.open("rb")
    except FileNotFoundError:
        return copied is None
    with reading:
        if copied is None:
            return False
        with copied.open("rb") as earlier:
            while True:
                chunk = reading.read(_CHUNK_BYTES)
                if chunk != earlier.read(_CHUNK_BYTES):
                    return False
                if not chunk:
                    return True


def _copy_changed(source: Path, target: Path) -> None:
    """Make a file hold what another holds, writing only what differs."""
    target.touch(mode=0o600)
    with source.open("rb") as reading, target.open("r+b") as writing:
        while chunk := reading.read(_CHUNK_BYTES):
            position = writing.tell()
            if writing.read(len(chunk)) != chunk:
                writing.seek(position)
                writing.write(chunk)
        writing.truncate()
