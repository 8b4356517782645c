"""One at a time: a flow waits for its turn while another run holds the home."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from prefect import get_run_logger
from prefect.runtime import deployment

from motbild.errors import LockHeldError

T = TypeVar("T")

_PAUSE = timedelta(minutes=1)


def take_turn(work: Callable[[], T], patience: timedelta, pause: timedelta = _PAUSE) -> T:
    """Do the work once no other run holds the home's lock.

    Prefect limits the runs of one deployment; between deployments only the home's lock
    holds. Whoever starts a run by hand is told at once who holds it, and does not wait.

    Args:
        work: Raises `LockHeldError` before it has done anything.
        patience: How long a deployed run waits at most.
        pause: Between two tries.

    Raises:
        LockHeldError: Another run still holds the lock.
    """
    deadline = time.monotonic() + (patience if deployment.id else timedelta()).total_seconds()
    while True:
        try:
            return work()
        except LockHeldError as held:
            if time.monotonic() >= deadline:
                raise
            get_run_logger().info("Waiting: %s", held)
        time.sleep(pause.total_seconds())
