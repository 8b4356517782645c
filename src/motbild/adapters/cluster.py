"""Work on batches by the workers of a Dask cluster, which may be this machine's cores.

Workers see texts and models and nothing else: no store, no key. What goes wrong in one is
brought back as a sentence, since Dask writes the arguments of what failed into its log.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from motbild.core.runners import attempt
from motbild.errors import InputError, MotbildError

if TYPE_CHECKING:
    from distributed import Client, Future

Kept = TypeVar("Kept")
Given = TypeVar("Given", bound=Sized)
Made = TypeVar("Made")

CONNECT_SECONDS = 30
PATIENCE_SECONDS = 600  # for one batch; a cluster without workers makes none
MOST_TRIES = 3  # of one batch whose workers were lost
# Whether a worker writes to its disk what fills its memory: a text there would outlive its time.
_SPILLING = tuple(f"distributed.worker.memory.{name}" for name in ("target", "spill"))
_REMEDY = "see that it runs the same version as this machine, and run again"
_LOOPBACK = "127.0.0.1"
_AHEAD = 2  # batches for each thread, so that none waits for the next


@dataclass
class _Batch(Generic[Kept, Given]):
    """A batch on its way."""

    kept: Kept
    given: Given
    future: "Future[Any]"


class DaskRunner:
    """Does the work on the workers of a cluster.

    Args:
        client: Connected to its scheduler.
    """

    is_here = False

    def __init__(self, client: "Client") -> None:
        self._client = client

    def map(
        self,
        work: Callable[[Given], Made],
        batches: Iterable[tuple[Kept, Given]],
        *,
        here: Callable[[Given], Made] | None = None,  # noqa: ARG002 - nothing is done here
    ) -> Iterator[tuple[Kept, Made]]:
        """Do the work on each batch, a few at a time; in their order.

        A batch whose worker is lost is given to another.

        Raises:
            MotbildError: A batch failed, or no worker took it.
        """
        sent = _Sent(self._client, work)
        waiting: deque[_Batch[Kept, Given]] = deque()
        try:
            for kept, given in batches:
                waiting.append(_Batch(kept, given, sent.submit(given)))
                if len(waiting) > _AHEAD * max(sum(self._client.nthreads().values()), 1):
                    batch = waiting.popleft()
                    yield batch.kept, _take(sent, batch)
            while waiting:
                batch = waiting.popleft()
                yield batch.kept, _take(sent, batch)
        finally:
            self._client.cancel([batch.future for batch in waiting])


class _Sent(Generic[Given, Made]):
    """What is to be done, with its model, on every worker."""

    def __init__(self, client: "Client", work: Callable[[Given], Made]) -> None:
        self._client = client
        self._work = work
        self.send()

    def send(self) -> None:
        """Send it to the workers that there are."""
        self._future = self._client.scatter(self._work, broadcast=True, hash=False)

    def submit(self, given: Given) -> "Future[Any]":
        """Have it done on a batch."""
        return self._client.submit(_attempt, self._future, given, pure=False)


def _take(sent: _Sent[Given, Made], batch: _Batch[Any, Given]) -> Made:
    """Wait for what was made of a batch; begin it anew where its workers are lost."""
    from distributed.scheduler import KilledWorker

    for _ in range(MOST_TRIES):
        try:
            made, failure = batch.future.result(timeout=PATIENCE_SECONDS)
        except (KilledWorker, CancelledError):
            sent.send()  # it may have been on the lost worker alone
            batch.future = sent.submit(batch.given)
            continue
        except TimeoutError as error:
            raise MotbildError(
                f"No worker of the cluster has done a batch in {PATIENCE_SECONDS // 60} "
                "minutes: start workers and run again; nothing stored is lost."
            ) from error
        if failure is not None:
            raise failure
        done: Made = made
        return done
    raise MotbildError(
        f"A batch was lost with {MOST_TRIES} workers of the cluster: see whether they have "
        "too little memory, and run again; nothing stored is lost."
    )


@contextmanager
def open_cluster(address: str | None) -> Iterator[DaskRunner]:
    """Connect to a cluster, or begin one of this machine's cores.

    Args:
        address: Of its scheduler, such as ``tcp://host:8786``; None for this machine's cores.

    Raises:
        InputError: Dask is not installed, or no scheduler answers there.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError(
            "The runner dask needs the package distributed: run `pip install 'motbild[cluster]'`."
        ) from error
    with dask.config.set(dict.fromkeys(_SPILLING, False)):
        if address is None:
            with (
                TemporaryDirectory(prefix="motbild-dask-") as scratch,
                LocalCluster(
                    host=_LOOPBACK,
                    protocol="tls",
                    security=True,  # keys of this night's own: else any user of the machine may ask
                    threads_per_worker=1,
                    dashboard_address=f"{_LOOPBACK}:0",
                    worker_dashboard_address=f"{_LOOPBACK}:0",
                    local_directory=scratch,
                    silence_logs=logging.ERROR,
                ) as cluster,
                Client(cluster) as client,
            ):
                yield DaskRunner(client)
            return
        with _connected(Client, address) as client:
            yield DaskRunner(client)


def _connected(connect: "type[Client]", address: str) -> "Client":
    """Connect to a scheduler that has a worker."""
    try:
        client = connect(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(
            f"No scheduler of a Dask cluster answers at {address}: start one with `dask "
            "scheduler`, or correct --address."
        ) from error
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        client.close()
        raise InputError(
            f"The Dask cluster at {address} has no worker: start some with `dask worker {address} "
            "--nthreads 1`."
        ) from error
    return client


def _attempt(work: Callable[[Any], Any], given: Sized) -> tuple[Any, MotbildError | None]:
    """Do the work in a worker; a failure is returned, so that nothing logs what was given."""
    import dask

    if any(map(dask.config.get, _SPILLING)):
        return None, InputError(
            "A worker of the cluster writes what fills its memory to its disk, where texts would "
            "outlive their time: start it with DASK_DISTRIBUTED__WORKER__MEMORY__TARGET=False and "
            "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL=False."
        )
    return attempt(work, given, "worker of the cluster", _REMEDY)
