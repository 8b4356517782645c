"""Where a night's work on batches is done, as the settings say."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from motbild.adapters.cluster import open_cluster
from motbild.adapters.processes import open_processes
from motbild.core.runners import Here, Runner
from motbild.settings import Settings

# More do not make a night faster, since it reads and stores in one process, and each of them
# holds the model.
_MOST_WORKERS = 8
_BYTES_EACH = 1 << 30  # twice what one takes


@contextmanager
def open_runner(settings: Settings) -> Iterator[Runner]:
    """Make ready what does work on masked texts.

    Raises:
        InputError: No cluster answers where one was named, or Dask is not installed.
    """
    if settings.runner == "dask":
        with open_cluster(settings.runner_address) as runner:
            yield runner
    else:
        with open_home_runner(settings) as runner:
            yield runner


@contextmanager
def open_home_runner(settings: Settings) -> Iterator[Runner]:
    """Make ready what does work that needs the home's keys, which leave no machine."""
    has_own_cluster = settings.runner == "dask" and settings.runner_address is None
    if settings.runner == "here" or has_own_cluster:
        yield Here()
        return
    with open_processes(settings.worker_count or _usual_count()) as runner:
        yield runner


def _usual_count() -> int:
    """Return how many workers this machine has cores and memory for."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    fitting = min(len(os.sched_getaffinity(0)), _MOST_WORKERS, memory // _BYTES_EACH)
    return max(fitting, 1)
