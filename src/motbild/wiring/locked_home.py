"""A home whose lock is held, so that its warehouse may be opened."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.adapters.warehouse.failures import telling
from motbild.errors import MotbildError
from motbild.settings import Settings

_LEAST_FREE_BYTES = 16 * 1024**2


def name_run(started_at: datetime) -> str:
    """Return a new id for a run: its moment (UTC), and what tells it from others of then.

    Ids sort as runs began, also within a second: which of two came last is told by them.
    """
    return f"{started_at:%Y%m%dT%H%M%SZ}-{started_at.microsecond:05x}{secrets.token_hex(2)}"


def check_room(settings: Settings) -> None:
    """See that there is room for a run to begin, before anything of it is started.

    Raises:
        MotbildError: There is not.
    """
    place = settings.home.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < _LEAST_FREE_BYTES:
        raise MotbildError(
            f"The disk that holds {settings.home} is full ({free / 1024**2:.0f} MB are free), so "
            "that no run may begin; make room for at least 2 GB and run again."
        )


def open_live(settings: Settings) -> Warehouse:
    """Open a home's warehouse for writing; the caller holds the night's lock."""
    return open_warehouse(
        settings.live_file,
        settings.migrations,
        settings.views,
        megabytes=settings.warehouse_megabytes,
    )


@contextmanager
def open_locked(settings: Settings, now: datetime) -> Iterator[tuple[Warehouse, str]]:
    """Open a home's warehouse under the night's lock, with the id of a new run.

    Args:
        settings: Which home.
        now: The moment (UTC), for the id and for whoever finds the lock held.

    Raises:
        LockHeldError: A night, or something else of its kind, runs in this home.
    """
    run_id = name_run(now)
    with (
        hold_night_lock(settings.home, run_id=run_id, now=now),
        telling(),
        closing(open_live(settings)) as warehouse,
    ):
        yield warehouse, run_id
