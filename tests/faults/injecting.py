"""Faults from within a process: killed at a certain point, a disk that fills, memory that ends."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from motbild.adapters.warehouse.connection import Warehouse
from motbild.wiring.nights import Step
from tests.faults.disks import fill_disk
from tests.faults.orders import Order

# What a process does to the file system, as Python tells it.
TOUCHES = {"open", "os.rename", "os.symlink", "os.remove", "os.link", "os.chmod", "os.mkdir"}
_WRITES = ("execute", "append", "upsert", "replace", "rewrite", "read", "read_rows")


@contextmanager
def begun(order: Order) -> Iterator[None]:
    """Set up what befalls the process wherever it is; how much it did stands in a file after."""
    counts = {"touch": 0, "statement": 0}

    def note(kind: str) -> None:
        counts[kind] += 1
        if kind == order.kills_by and counts[kind] == order.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "touch" and order.pause:
            time.sleep(order.pause)

    _on_touch(order.home, lambda: note("touch"))
    _on_statement(lambda: note("statement"))
    try:
        yield
    finally:
        counted = dict(counts)
        order.told.with_suffix(".json").write_text(json.dumps(counted), encoding="utf-8")


def _on_touch(home: Path, act: Callable[[], None]) -> None:
    """Act before each touch of a file of the home."""
    told = str(home)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        # Files alone that lie in the home: imports and libraries open many others.
        if event in TOUCHES and any(str(one).startswith(told) for one in arguments[:2]):
            act()

    sys.addaudithook(hook)


def _on_statement(act: Callable[[], None]) -> None:
    """Act before each statement that the warehouse is given."""
    for name in _WRITES:
        original = getattr(Warehouse, name)

        def counted(*given: Any, _original: Any = original, **named: Any) -> Any:
            act()
            return _original(*given, **named)

        setattr(Warehouse, name, counted)


class StageFaults:
    """Runs stages, and lets happen before one what is ordered for it."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def __call__(self, name: str, step: Step) -> Mapping[str, int]:
        """Run a stage."""
        order = self._order
        if order.full_at and order.full_at[0] == name:
            fill_disk(order.home, order.full_at[1])
        if order.read_only_at and order.read_only_at[0] == name:
            make_read_only(order.home / order.read_only_at[1])
        if order.memory_at and order.memory_at[0] == name:
            limit_memory(order.memory_at[1])
        return step()


def make_read_only(folder: Path) -> None:
    """Let nothing be written in a folder any more, by a mount of its own over it."""
    folder.mkdir(exist_ok=True)
    for options in (["--bind", str(folder), str(folder)], ["-o", "remount,bind,ro", str(folder)]):
        subprocess.run(["mount", *options], check=True, capture_output=True)


def limit_memory(more_bytes: int) -> None:
    """Let this process take so much more memory than it has, and not a byte beyond."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    sizes = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    limit = int(sizes["VmSize"].split()[0]) * 1024 + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
