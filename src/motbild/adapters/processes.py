"""Work on batches by worker processes of this machine, begun when there is enough to do.

Each worker is given the work once, with its models and keys, and then batch after batch over
a pipe that no third process holds: nothing is written to a disk, and a worker whose night is
gone ends by itself. What goes wrong in one is brought back as a sentence that quotes nothing.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain
from multiprocessing.connection import Pipe
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from motbild.core.runners import Here
from motbild.errors import MotbildError

Kept = TypeVar("Kept")
Given = TypeVar("Given", bound=Sized)
Made = TypeVar("Made")

ENOUGH = 2_000  # posts or texts; as few are done before workers have begun
MOST_TRIES = 3  # of one batch whose workers were lost
_AHEAD = 2  # batches for each worker, so that none waits for the next
_BEGIN = "from motbild.adapters.process_worker import serve; serve(int(__import__('sys').argv[1]))"
# Each worker has a core to itself, so that libraries must begin no threads of their own.
_ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class ProcessRunner:
    """Does the work in processes of this machine, or here where there is little of it.

    Args:
        worker_count: Processes; with one nothing is gained, and none is begun.
        enough: Posts or texts of which a stage must have more for workers to begin.
    """

    is_here = False

    def __init__(self, worker_count: int, enough: int = ENOUGH) -> None:
        self._count = worker_count
        self._enough = enough
        self._workers: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(worker_count, "motbild-worker")
        self._sent: tuple[object, _Job] | None = None
        self._is_closed = False

    def map(
        self,
        work: Callable[[Given], Made],
        batches: Iterable[tuple[Kept, Given]],
        *,
        here: Callable[[Given], Made] | None = None,
    ) -> Iterator[tuple[Kept, Made]]:
        """Do the work on each batch, in their order; a few are on their way at a time.

        A batch whose worker is lost is given to another.

        Raises:
            MotbildError: A batch failed, or its workers were lost again and again.
        """
        remaining = iter(batches)
        first, is_enough = self._read_first(remaining)
        rest = chain(first, remaining)
        if self._count == 1 or not is_enough:
            yield from Here().map(work, rest, here=here)
            return
        self._begin()
        yield from self._spread(self._job(work), rest)

    def _read_first(
        self, batches: Iterator[tuple[Kept, Given]]
    ) -> tuple[list[tuple[Kept, Given]], bool]:
        """Read batches until there is enough to do, and tell whether there is."""
        first: list[tuple[Kept, Given]] = []
        for batch in batches:
            first.append(batch)
            if len(first) > 1 and sum(len(given) for _, given in first) > self._enough:
                return first, True
        return first, False

    def close(self) -> None:
        """End every worker, also one that is at work."""
        self._is_closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._end_workers()
        self._threads.shutdown()
        self._end_workers()  # which a thread may have begun meanwhile

    def _end_workers(self) -> None:
        for worker in list(self._workers):
            worker.end()

    def _begin(self) -> None:
        """Begin the workers, unless they are there from what was done before."""
        while len(self._workers) < self._count:
            self._idle.put(self._hire())

    def _hire(self) -> "_Worker":
        worker = _Worker()
        self._workers.append(worker)
        return worker

    def _job(self, work: Callable[[Any], Any]) -> "_Job":
        """Return the work as it is sent; pickled once as long as it is the same."""
        if self._sent is None or self._sent[0] is not work:
            self._sent = (work, _Job(work))
        return self._sent[1]

    def _spread(
        self, job: "_Job", batches: Iterable[tuple[Kept, Any]]
    ) -> Iterator[tuple[Kept, Any]]:
        waiting: deque[tuple[Kept, Future[Any]]] = deque()
        try:
            for kept, given in batches:
                waiting.append((kept, self._threads.submit(self._do, job, given)))
                del given  # it may be large, and is held for as long as a worker has it
                if len(waiting) > _AHEAD * self._count:
                    kept, made = waiting.popleft()
                    yield kept, made.result()
            while waiting:
                kept, made = waiting.popleft()
                yield kept, made.result()
        finally:
            for _, made in waiting:
                made.cancel()

    def _do(self, job: "_Job", given: object) -> object:
        """Have a batch done by whichever worker is free; run in a thread of its own."""
        for _ in range(MOST_TRIES):
            worker = self._take_worker()
            try:
                made, failure = worker.do(job, given)
            except (EOFError, OSError):
                worker.end()  # its pipe closes a moment before it is gone
                self._idle.put(worker)  # replaced when its turn comes
                continue
            except BaseException:
                worker.end()  # an answer may still come that nobody would expect
                self._idle.put(worker)
                raise
            self._idle.put(worker)
            if failure is not None:
                raise failure
            return made
        raise MotbildError(
            f"A batch was lost with {MOST_TRIES} worker processes of this machine: see whether "
            "there is too little memory, set MOTBILD_WORKER_COUNT lower, and run again; nothing "
            "stored is lost."
        )

    def _take_worker(self) -> "_Worker":
        worker = self._idle.get()
        if self._is_closed:
            self._idle.put(worker)
            raise CancelledError
        if worker.is_alive():
            return worker
        worker.end()
        self._workers.remove(worker)
        return self._hire()


class _Job:
    """What is to be done, as it is sent to each worker once."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.pickled = ForkingPickler.dumps(work)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        self._job: _Job | None = None
        self._channel, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, words all ours
                [sys.executable, "-P", "-c", _BEGIN, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,  # closed when this process ends, however it ends
                stdout=subprocess.DEVNULL,
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": _import_path()},
                process_group=0,  # Ctrl-C is for the night, which ends its workers
            )

    def is_alive(self) -> bool:
        """Tell whether the process is there."""
        return self._process.poll() is None

    def do(self, job: _Job, given: object) -> tuple[Any, MotbildError | None]:
        """Have a batch done.

        Raises:
            EOFError: The worker is lost; or `OSError`.
        """
        if self._job is not job:
            self._job = None
            self._channel.send(True)
            self._channel.send_bytes(job.pickled)
            self._job = job
        self._channel.send(False)
        self._channel.send(given)
        made, failure = self._channel.recv()
        return made, failure

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()


def _import_path() -> str:
    """Return where this process finds its modules, for another that begins elsewhere."""
    return os.pathsep.join(path or str(Path.cwd()) for path in sys.path)


@contextmanager
def open_processes(worker_count: int, enough: int = ENOUGH) -> Iterator[ProcessRunner]:
    """Make worker processes ready for use, and end them afterwards."""
    runner = ProcessRunner(worker_count, enough)
    try:
        yield runner
    finally:
        runner.close()
