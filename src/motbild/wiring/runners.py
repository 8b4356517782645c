"""Where a night's work on batches is done, as the settings say."""

from collections.abc import Iterator
from contextlib import contextmanager

from motbild.adapters.cluster import open_cluster
from motbild.core.runners import Here, Runner
from motbild.settings import Settings


@contextmanager
def open_runner(settings: Settings) -> Iterator[Runner]:
    """Make ready what does the work.

    Raises:
        InputError: No cluster answers where one was named, or Dask is not installed.
    """
    if settings.runner == "dask":
        with open_cluster(settings.runner_address) as runner:
            yield runner
    else:
        yield Here()
