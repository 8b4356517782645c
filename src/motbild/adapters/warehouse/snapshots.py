"""Published snapshots: what analysts and the review app read, never changed.

A snapshot is built beside, checked, made read-only, renamed into place, and then the
links `analyst.duckdb` and `motbild.duckdb` are flipped to it. A reader that has an older
one open keeps it; a new reader gets the new one. Nobody meets a lock or half a night.
Where files are asked for, a folder of Parquet files goes the same way beside it.
"""

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from motbild.adapters.warehouse import LINK_NAME, Warehouse
from motbild.adapters.warehouse.failures import is_damage, tell_damage
from motbild.adapters.warehouse.parquet_copy import write_parquet_copy
from motbild.adapters.warehouse.snapshot_building import built_snapshot
from motbild.adapters.warehouse.snapshot_checks import check_snapshot
from motbild.core.data_dictionary import Column
from motbild.core.publishing import Publishing
from motbild.disk import sync
from motbild.errors import InputError, WarehouseError

# Most tools name a database after its file, and cannot tell one called analyst from the schema:
# the second is for them.
LINK_NAMES = (LINK_NAME, "motbild.duckdb")
PARQUET_LINK_NAME = "analyst-parquet"
FOLDER_NAME = "published"


def publish_snapshot(
    warehouse: Warehouse,
    home: Path,
    views: Path,
    *,
    run_id: str,
    model_version: str,
    how: Publishing,
    due: Sequence[str] | None = None,
) -> Path:
    """Build a snapshot of the warehouse, check it, and make it the newest.

    Args:
        warehouse: The live warehouse, with no transaction open.
        home: Folder that holds `analyst.duckdb` and `published/`.
        views: Folder with `snapshot.sql` and the files of the analysts' views.
        run_id: Names the file.
        model_version: The model whose classifications it shows.
        how: How many stay, what is withheld, and whether files lie beside.
        due: Sources that this run should have read, if it has read and counted; else None.

    Returns:
        The published file.

    Raises:
        WarehouseError: The built file did not pass its checks; the one that was
            published before stays the newest.
    """
    folder = home / FOLDER_NAME
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    building = folder / f".building-{run_id}.duckdb"
    published = folder / f"analyst-{run_id}.duckdb"
    _remove(building)
    variables = {
        "run_id": run_id,
        "model_version": model_version,
        "smallest_count": how.smallest_count,
    }
    with built_snapshot(warehouse, str(building), views, variables):
        warehouse.execute("CHECKPOINT snapshot")
    check_snapshot(building, warehouse, run_id=run_id, due=due)
    files = _build_files(building) if how.has_parquet else None
    sync(building)
    building.chmod(0o444)
    building.replace(published)
    copy = _files_of(published)
    if files is not None:
        _remove(copy)
        files.replace(copy)
    sync(folder)
    for name in LINK_NAMES:
        _flip(home / name, published)
    if files is not None:
        _flip(home / PARQUET_LINK_NAME, copy)
    elif (home / PARQUET_LINK_NAME).is_symlink():
        (home / PARQUET_LINK_NAME).unlink()
    _prune(folder, published, how)
    return published


def remove_older(home: Path, how: Publishing) -> None:
    """Remove every snapshot but the newest, and what is left of builds that were cut short."""
    newest = (home / LINK_NAMES[0]).resolve()
    if newest.exists():
        _prune(home / FOLDER_NAME, newest, replace(how, kept_count=1))


def read_snapshot(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published snapshot for reading, whatever version the link names now.

    Raises:
        WarehouseError: Nothing has been published, or the file cannot be opened.
    """
    if not path.exists():
        raise WarehouseError(
            f"{path} is not there; run `motbild nightly` once to publish a first snapshot."
        )
    # DuckDB gives a second connection in a process the database it first opened under
    # that name, so the versioned name is opened and never the link.
    try:
        opened = duckdb.connect(str(path.resolve()), read_only=True)
    except duckdb.Error as error:
        raise WarehouseError(
            f"{path} cannot be opened as a snapshot ({type(error).__name__}); "
            "run `motbild nightly` to publish a new one."
        ) from error
    opened.execute("SET enable_progress_bar = false")  # it goes to the output of scripts
    return opened


def query_snapshot(path: Path, query: str) -> pa.Table:
    """Run one read-only query on a published snapshot.

    Raises:
        InputError: The query is not understood, or would write.
    """
    with closing(read_snapshot(path)) as connection:
        try:
            relation = connection.sql(query)
            if relation is None:
                raise InputError(
                    "The query returns no rows; give one that begins with SELECT or FROM."
                )
            return relation.to_arrow_table()
        except duckdb.Error as error:
            if is_damage(error):
                raise WarehouseError(tell_damage(path.name)) from None
            raise InputError(f"The query cannot be run: {str(error).splitlines()[0]}") from error


def describe_snapshot(warehouse: Warehouse, views: Path) -> list[Column]:
    """Return what a snapshot of a warehouse would hold, column by column."""
    variables = {"run_id": "", "model_version": "", "smallest_count": 1}
    with built_snapshot(warehouse, ":memory:", views, variables):
        return warehouse.describe("snapshot")


def _build_files(building: Path) -> Path:
    """Write the Parquet copy of a snapshot that is being built, down to the disk."""
    folder = building.with_suffix(".parquet")
    _remove(folder)
    write_parquet_copy(building, folder)
    for path in folder.iterdir():
        sync(path)
    sync(folder)
    return folder


def _files_of(published: Path) -> Path:
    """Return the folder of the Parquet copy of a published snapshot, there or not."""
    return published.with_name(published.stem.replace("analyst-", "parquet-", 1))


def _flip(link: Path, target: Path) -> None:
    """Point the link at a new snapshot; a reader sees the old one or the new one."""
    pending = link.with_name(f".{link.name}.pending")
    _remove(pending)
    pending.symlink_to(target.relative_to(link.parent))
    pending.replace(link)
    sync(link.parent)


def _prune(folder: Path, newest: Path, how: Publishing) -> None:
    """Remove old snapshots, their files, and the leftovers of builds that were cut short."""
    older = sorted((p for p in folder.glob("analyst-*.duckdb") if p != newest), reverse=True)
    kept = [newest, *older[: max(how.kept_count - 1, 0)]]
    for path in older[max(how.kept_count - 1, 0) :]:
        _remove(path)
    kept_files = {_files_of(path) for path in kept} if how.has_parquet else set()
    for path in folder.glob("parquet-*"):
        if path not in kept_files:
            _remove(path)
    for path in folder.glob(".building-*"):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
        return
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
