"""The worker processes that this process has begun, and how one is killed at work."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

_MARK = b"motbild.adapters.process_worker"


def worker_ids(parent: int | None = None) -> list[int]:
    """Return the process numbers of the workers of a process; by default of this one."""
    mine = parent or os.getpid()
    return [
        int(path.name)
        for path in Path("/proc").glob("[0-9]*")
        if _is_worker(path) and _parent(path) == mine
    ]


def rest(_: object) -> None:
    """Do nothing for longer than any test waits."""
    time.sleep(600)


@contextmanager
def killing(
    killed: list[int], victim: int | None = None, how: signal.Signals = signal.SIGKILL
) -> Iterator[None]:
    """Kill a worker, or another process, soon after a worker of this process is there.

    Args:
        killed: Told who was killed.
        victim: Who; by default the worker.
        how: The signal.
    """
    is_over = Event()

    def watch() -> None:
        while not is_over.wait(0.02):
            if workers := worker_ids():
                time.sleep(0.5)
                with suppress(ProcessLookupError):
                    os.kill(victim or workers[0], how)
                    killed.append(victim or workers[0])
                return

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def _is_worker(path: Path) -> bool:
    try:
        return _MARK in (path / "cmdline").read_bytes()
    except OSError:
        return False


def _parent(path: Path) -> int:
    try:
        told = (path / "stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(told.rpartition(")")[2].split()[1])
