"""What an analyst asks, and the ways in which it is asked: by DuckDB, by ADBC, of files."""

from collections.abc import Callable
from pathlib import Path

import adbc_driver_duckdb
import adbc_driver_manager.dbapi
import duckdb
import pyarrow.parquet as pq

from tests.benchmarks.page import ROOT

Ask = Callable[[Path, str], object]


def load_queries() -> dict[str, str]:
    """Return the worked queries by name."""
    folder = ROOT / "warehouse" / "queries"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


def _ask_duckdb(home: Path, query: str) -> object:
    path = (home / "motbild.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as snapshot:
        snapshot.execute("SET enable_progress_bar = false")
        return snapshot.execute(query).fetchall()


def _ask_adbc(home: Path, query: str) -> object:
    options = {"path": str((home / "motbild.duckdb").resolve()), "access_mode": "read_only"}
    with (
        adbc_driver_manager.dbapi.connect(
            driver=adbc_driver_duckdb.driver_path(),
            entrypoint="duckdb_adbc_init",
            db_kwargs=options,
            autocommit=True,
        ) as snapshot,
        snapshot.cursor() as cursor,
    ):
        cursor.execute(query)
        return cursor.fetch_arrow_table()


def _read_files(home: Path, _: str) -> object:
    folder = (home / "analyst-parquet").resolve()
    names = ("flagged_posts", "narrative_weeks", "daily_counts", "nights")
    return [pq.read_table(folder / f"{name}.parquet") for name in names]


WAYS: tuple[tuple[str, Ask], ...] = (
    ("open a snapshot, ask, close", _ask_duckdb),
    ("the same by ADBC", _ask_adbc),
    ("open a snapshot, ask, close", _ask_duckdb),
    ("read four Parquet files", _read_files),
)
