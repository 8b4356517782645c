"""What makes a write last: bytes brought to the disk, lines added whole.

Every adapter that keeps a file of its own builds on this; which file, and what stands in
it, is the adapter's.
"""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk.

    DuckDB must not have the file open in this process: closing it would give up its lock.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append_lines(path: Path, lines: bytes) -> None:
    """Add whole lines to a file, readable by its owner alone; durable when this returns.

    A line that a crash cut short is ended first, so that it takes no other with it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        is_cut = bool(size) and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, (b"\n" if is_cut else b"") + lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
