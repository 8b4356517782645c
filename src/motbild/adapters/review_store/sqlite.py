"""A review store in one file: how SQLite is spoken to, and how a new file comes about."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from motbild.adapters.review_store.health import REMEDY
from motbild.adapters.review_store.ledger import Ledger
from motbild.errors import ReviewStoreError

_PATIENCE_SECONDS = 10


def set_up_sqlite(engine: sa.Engine) -> None:
    """Let each connection wait for others, keep what it is told, and begin as it is asked to."""

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        # The driver begins no transaction by itself: it would leave out tables being made.
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in (
            f"busy_timeout = {_PATIENCE_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            # A translation that is taken away is written over at once.
            "secure_delete = ON",
        ):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(options.get("sqlite_begin", "BEGIN"))


def begin_file(path: Path, make: Callable[[Ledger], None]) -> None:
    """Make the file of a store where there is none, in one step.

    A new file is there with its tables or not at all, so that an empty one is always the rest
    of a store that was lost, and is never taken for a new one.

    Args:
        path: The file.
        make: Makes its tables.

    Raises:
        ReviewStoreError: The file is empty, or none can be made.
    """
    if path.exists():
        if path.stat().st_size == 0:
            raise ReviewStoreError(
                f"The review store {path} is empty, as no store of ours ever is; if there never "
                f"was another, remove it; else {REMEDY}"
            )
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.{os.getpid()}")
    building.unlink(missing_ok=True)
    # Names and notes are in it; its log takes the mode of the file.
    building.touch(mode=0o600)
    try:
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(building)))
        set_up_sqlite(engine)
        try:
            make(Ledger(engine))
        finally:
            engine.dispose()
        with suppress(FileExistsError):  # whoever was first
            os.link(building, path)
    finally:
        building.unlink(missing_ok=True)
