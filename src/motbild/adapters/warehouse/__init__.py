"""The live warehouse: one DuckDB file that one run at a time writes.

This package is the only importer of `duckdb`. Stages hand it Arrow tables and
SQL; snapshots for everyone else are made in `motbild.adapters.warehouse.snapshots`.
"""

import os
import shutil
from pathlib import Path

import duckdb

from motbild.adapters.warehouse.compaction import remove_copy
from motbild.adapters.warehouse.connection import Warehouse
from motbild.adapters.warehouse.failures import explain, is_damage
from motbild.adapters.warehouse.migrations import apply_migrations
from motbild.errors import WarehouseError

__all__ = ["LINK_NAME", "Warehouse", "open_in_memory", "open_warehouse"]

LINK_NAME = "analyst.duckdb"  # leads to the newest snapshot, beside the live warehouse

# Checkpoints in the middle of a night cost ten times the night's own writing.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "checkpoint_threshold": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def open_warehouse(
    path: Path, migrations: Path, views: Path, *, megabytes: int | None = None
) -> Warehouse:
    """Open the live warehouse for writing, made and migrated as needed.

    Args:
        path: The DuckDB file.
        migrations: Folder of the numbered migrations.
        views: Folder with `live.sql`, the views that nights read.
        megabytes: Memory in which rows are held, beyond which they wait in a folder beside the
            file; by default most of the machine's.

    The file and its log are readable by its owner alone: until it is closed, the
    process makes no file that others may read unless told to. The caller holds the
    night's lock.

    Raises:
        WarehouseError: It cannot be opened, or was written by a newer Motbild.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    spill = path.parent / "spill"
    # What a killed night spilled holds rows; nobody else can be using it.
    shutil.rmtree(spill, ignore_errors=True)
    remove_copy(path)
    _settle_emptied(path)
    limit = {} if megabytes is None else {"memory_limit": f"{megabytes}MB"}
    given = {**_SETTINGS, **limit, "temp_directory": str(spill)}
    connection = duckdb.connect(":memory:", config=given)
    # DuckDB makes its log anew after each checkpoint, as the umask of that moment says.
    warehouse = Warehouse(connection, path, previous_umask=os.umask(0o077))
    try:
        _attach(connection, path)
        _prepare(connection, migrations, views)
    except BaseException as error:
        warehouse.close()
        if isinstance(error, duckdb.Error):
            raise WarehouseError(_opening_message(path, error)) from None
        raise
    return warehouse


def open_in_memory(migrations: Path, views: Path) -> Warehouse:
    """Open an empty warehouse that lives in memory only."""
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    connection.execute("ATTACH ':memory:' AS live; USE live")
    _prepare(connection, migrations, views)
    return Warehouse(connection)


def _settle_emptied(path: Path) -> None:
    """Refuse a file of no bytes from which something was published; else it is as good as none.

    DuckDB opens no such file, and a night that died as it made its first one leaves it.
    """
    if not path.exists() or path.stat().st_size:
        return
    if path.with_name(LINK_NAME).exists():
        raise WarehouseError(
            f"{path} is empty, and snapshots were published from it; put its last backup in its "
            "place, or remove it to start with an empty warehouse."
        )
    path.unlink()


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    quoted = str(path).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS live; USE live")
    except duckdb.Error as error:
        raise WarehouseError(_opening_message(path, error)) from None


def _prepare(connection: duckdb.DuckDBPyConnection, migrations: Path, views: Path) -> None:
    apply_migrations(connection, migrations)
    # DuckDB prints it to the output of scripts that are not a terminal.
    connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
    connection.execute((views / "live.sql").read_text(encoding="utf-8"))


def _opening_message(path: Path, error: Exception) -> str:
    if "Conflicting lock" in str(error):
        return (
            f"{path} is open in another program; only the nightly run may open it: "
            "close the other program and read analyst.duckdb beside it instead."
        )
    told = explain(error)
    if told is not None and not is_damage(error):
        return str(told)
    return (
        f"{path} cannot be opened as a warehouse ({type(error).__name__}); see that its disk is "
        f"well, remove {path.name}.wal beside it and restore it from a backup, or move both away "
        "to start with an empty one."
    )
