"""The live file built anew, so that it holds its rows and no byte of what was deleted.

DuckDB gives freed blocks back to later rows, and until then they hold what they held. So
every row is copied into a new file beside, which is compared table by table, brought to
the disk and then put in the place of the old one: whatever happens, one whole file stands
under the name.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from motbild.adapters.warehouse.connection import Warehouse
from motbild.adapters.warehouse.copying import wait_for_copy
from motbild.adapters.warehouse.failures import is_out_of_room
from motbild.adapters.warehouse.migrations import apply_migrations
from motbild.disk import sync
from motbild.errors import WarehouseError

_TABLES = """
SELECT schema_name || '.' || table_name FROM duckdb_tables()
WHERE database_name = ? AND NOT internal ORDER BY ALL
"""
# A sum of hashes, since no order of rows can be relied on.
_CONTENT = "SELECT count(*), sum(hash(held)::HUGEINT) FROM {database}.{table} AS held"


@dataclass(frozen=True, slots=True)
class Compaction:
    """What building the file anew came to, in bytes."""

    bytes_before: int
    bytes_after: int


def compact(warehouse: Warehouse, migrations: Path, views: Path) -> Compaction | None:
    """Build the live file anew from its rows and put that in its place.

    Args:
        warehouse: The live warehouse, with no transaction open; the night's lock is held.
        migrations: Folder of the migrations, which give the new file its form.
        views: Folder with `live.sql`.

    Returns:
        What it came to; None where the warehouse is in memory.

    Raises:
        WarehouseError: There is no room, or the copy is not the same; the file is as it was.
    """
    path = warehouse.path
    if path is None:
        return None
    before = path.stat().st_size
    fresh = place_of_copy(path)
    remove_copy(path)
    try:
        warehouse.checkpoint()
        _refuse_little_room(warehouse, path)
        _copy(warehouse, fresh, migrations)
        _compare(warehouse, fresh)
        sync(fresh)
        _put_in_place(warehouse, path, fresh)
    except duckdb.Error as error:
        raise (_no_room(warehouse, path) if is_out_of_room(error) else error) from None
    finally:
        remove_copy(path)
    warehouse.execute((views / "live.sql").read_text(encoding="utf-8"))
    warehouse.checkpoint()
    return Compaction(before, path.stat().st_size)


def place_of_copy(path: Path) -> Path:
    """Return where a live file is built anew."""
    return path.with_name(f".{path.name}.anew")


def remove_copy(path: Path) -> None:
    """Remove what is left of building a live file anew."""
    for left in (place_of_copy(path), _log_of(place_of_copy(path))):
        left.unlink(missing_ok=True)


def _copy(warehouse: Warehouse, fresh: Path, migrations: Path) -> None:
    with closing(duckdb.connect(str(fresh))) as connection:
        apply_migrations(connection, migrations)
        connection.execute("DELETE FROM ops.migrations")
    with _attached(warehouse, fresh):
        tables = _tables(warehouse, "live")
        if tables != _tables(warehouse, "fresh"):
            raise WarehouseError(
                "The live warehouse has other tables than its migrations make, so that it cannot "
                "be built anew; install the Motbild that wrote it and run `motbild retention`."
            )
        for table in tables:
            warehouse.execute(f"INSERT INTO fresh.{table} BY NAME FROM live.{table}")
        warehouse.execute("CHECKPOINT fresh")


def _compare(warehouse: Warehouse, fresh: Path) -> None:
    if _log_of(fresh).exists():
        raise WarehouseError(
            "The live warehouse could not be built anew to its end and stays as it was; "
            "run `motbild retention` again."
        )
    with _attached(warehouse, fresh, "(READ_ONLY)"):
        for table in _tables(warehouse, "live"):
            live, copied = (
                warehouse.read_rows(_CONTENT.format(database=database, table=table))
                for database in ("live", "fresh")
            )
            if live != copied:
                raise WarehouseError(
                    f"The copy of {table} is not what the live warehouse holds, which stays as it "
                    "was; see that the disk is well and run `motbild retention` again."
                )


def _put_in_place(warehouse: Warehouse, path: Path, fresh: Path) -> None:
    wait_for_copy(path)
    warehouse.execute("USE memory; DETACH live")
    try:
        if _log_of(path).exists():
            raise WarehouseError(
                f"{path.name} has a log that could not be folded in and stays as it was; see that "
                "nothing else has it open and run `motbild retention` again."
            )
        fresh.replace(path)
        sync(path.parent)
    finally:
        quoted = str(path).replace("'", "''")
        warehouse.execute(f"ATTACH '{quoted}' AS live; USE live")


@contextmanager
def _attached(warehouse: Warehouse, fresh: Path, how: str = "") -> Iterator[None]:
    quoted = str(fresh).replace("'", "''")
    warehouse.execute(f"ATTACH '{quoted}' AS fresh {how}")
    try:
        yield
    finally:
        warehouse.execute("DETACH fresh")


def _tables(warehouse: Warehouse, database: str) -> list[str]:
    return [name for (name,) in warehouse.read_rows(_TABLES, [database])]


def _refuse_little_room(warehouse: Warehouse, path: Path) -> None:
    """Raise where the copy cannot fit: a disk that is filled fails others too."""
    room = os.statvfs(path.parent)
    if room.f_bavail * room.f_frsize < _used_bytes(warehouse):
        raise _no_room(warehouse, path)


def _used_bytes(warehouse: Warehouse) -> int:
    [(used,)] = warehouse.read_rows(
        "SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = 'live'"
    )
    return int(used)


def _no_room(warehouse: Warehouse, path: Path) -> WarehouseError:
    needed = _used_bytes(warehouse) / 1024**2
    return WarehouseError(
        "What is past its time is deleted, and its bytes still lie in freed parts of "
        f"{path.name}: the disk has no room to build it anew. Make {needed:.0f} MB of room and run "
        "`motbild retention`, which goes on there; the next scheduled one does so too."
    )


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
