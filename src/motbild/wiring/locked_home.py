"""A home whose lock is held, so that its warehouse may be opened."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.settings import Settings


def name_run(started_at: datetime) -> str:
    """Return a new id for a run: its moment (UTC), and what tells it from others of then."""
    return f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


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
        closing(
            open_warehouse(settings.live_file, settings.migrations, settings.views)
        ) as warehouse,
    ):
        yield warehouse, run_id
