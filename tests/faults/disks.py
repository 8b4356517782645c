"""A small disk for a home, which can be filled, made read-only and given room again."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BALLAST = "ballast"


def may_mount(folder: Path) -> bool:
    """Tell whether this user may mount a disk of memory."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with small_disk(folder, 1 << 20):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def small_disk(folder: Path, byte_count: int = 128 << 20) -> Iterator[Path]:
    """Put a disk of its own under a folder for as long as the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["mount", "-t", "tmpfs", "-o", f"size={byte_count},mode=755", "tmpfs", str(folder)]
    subprocess.run(options, check=True, capture_output=True)
    try:
        yield folder
    finally:
        release(folder)
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def fill_disk(folder: Path, left_bytes: int) -> None:
    """Fill the disk of a folder but for so many bytes."""
    free = shutil.disk_usage(folder).free
    with (disk_of(folder) / BALLAST).open("wb") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, max(free - left_bytes, 1))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def disk_of(folder: Path) -> Path:
    """Return where the disk of a folder is mounted."""
    return next(place for place in (folder, *folder.parents) if place.is_mount())


def set_read_only(disk: Path, is_read_only: bool) -> None:
    """Let nothing be written on a disk any more, or let it again."""
    mode = "ro" if is_read_only else "rw"
    subprocess.run(["mount", "-o", f"remount,{mode}", str(disk)], check=True, capture_output=True)


def release(disk: Path) -> None:
    """Give a disk its room back, and undo what was mounted within it."""
    (disk / BALLAST).unlink(missing_ok=True)
    mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    within = [line.split()[1] for line in mounts if line.split()[1].startswith(f"{disk}/")]
    for place in reversed(within):
        subprocess.run(["umount", "-l", place], check=False, capture_output=True)
