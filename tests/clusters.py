"""A Dask cluster of processes on this machine, as an administrator would start one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.flows.scheduler import free_port

_MEMORY = "DASK_DISTRIBUTED__WORKER__MEMORY"
# What tells workers whether to write to their disk; by itself Dask does.
_SPILLING = {True: {}, False: {f"{_MEMORY}__TARGET": "False", f"{_MEMORY}__SPILL": "False"}}


@dataclass
class Cluster:
    """A scheduler and workers, each a process of its own.

    Attributes:
        folder: Where they run and log.
        port: The scheduler's.
        spills: Whether workers may write to their disk what fills their memory.
        processes: The scheduler and then the workers, in the order of their start.
    """

    folder: Path
    port: int
    spills: bool = False
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the scheduler answers."""
        return f"tcp://127.0.0.1:{self.port}"

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """Start one more worker."""
        told = ("--nthreads=1", "--no-nanny", "--no-dashboard", "--host=127.0.0.1")
        return self._start("dask_worker", self.address, *told)

    def start_scheduler(self) -> None:
        """Start the scheduler."""
        told = ("--host=127.0.0.1", f"--port={self.port}", "--no-dashboard")
        self._start("dask_scheduler", *told)

    def logged(self) -> str:
        """Return what they have logged."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def _start(self, module: str, *words: str) -> "subprocess.Popen[bytes]":
        paths = os.pathsep.join(map(str, (ROOT / "src", ROOT)))
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *words],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": paths, **_SPILLING[self.spills]},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process


@contextmanager
def running_cluster(folder: Path, worker_count: int, *, spills: bool = False) -> Iterator[Cluster]:
    """Run a scheduler with some workers for as long as the block."""
    made = Cluster(folder, free_port(), spills)
    try:
        made.start_scheduler()
        for _ in range(worker_count):
            made.start_worker()
        yield made
    finally:
        for process in reversed(made.processes):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait()
