"""What befalls two nights of a simulated month: a disk that is full, and a power cut."""

import errno
import multiprocessing
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from motbild.settings import Settings
from motbild.wiring.models import load_model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources

_DISK_BYTES = 3 << 30
_LEFT_BYTES = 512 << 10  # of the disk on the night on which it is full


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Put a disk of its own under a folder where this user may; tell whether it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs", str(folder)]
    is_there = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run(["umount", "-l", str(folder)], check=False)


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Fill the disk under a folder, but for half a megabyte, for as long as the block."""
    ballast = folder / "ballast"
    free = shutil.disk_usage(folder).free
    with ballast.open("wb") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, max(free - _LEFT_BYTES, 1))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    try:
        yield
    finally:
        ballast.unlink()


def cut_power(home: Path, now: datetime, after_seconds: float) -> bool:
    """Run a night in a process of its own and kill it; tell whether it was still running."""
    process = multiprocessing.get_context("spawn").Process(target=_night, args=(str(home), now))
    process.start()
    while process.is_alive() and not (home / "night.holder.json").exists():
        time.sleep(0.02)
    time.sleep(after_seconds)
    was_running = process.is_alive()
    process.kill()
    process.join()
    return was_running


class Clock:
    """Tells the time of a simulated night (UTC)."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._begun = time.monotonic()

    def __call__(self) -> datetime:
        """Return the time."""
        return (self._now + timedelta(seconds=time.monotonic() - self._begun)).astimezone(UTC)


def _night(home: str, now: datetime) -> None:
    settings = Settings.load(home=home)
    run_night(settings, load_sources(settings, []), model=load_model(settings), clock=Clock(now))
