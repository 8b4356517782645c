"""A writer that never rests, of a warehouse that is copied meanwhile.

`python -m tests.writing_process FILE waiting|heedless`. Each transaction touches four tables
in ways that must be seen together or not at all; after it is stored, its number is told on a
line of its own. Some are large enough that DuckDB writes their rows into the file before the
transaction ends, some drop what the one before wrote so that its blocks are written over,
some are rolled back, and checkpoints come in between.
"""

import random
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

import duckdb

from motbild.adapters.warehouse import Warehouse

LARGE = 200_000
_TABLES = """
CREATE TABLE IF NOT EXISTS counter AS SELECT 0 AS n;
CREATE TABLE IF NOT EXISTS small (n BIGINT PRIMARY KEY, told VARCHAR);
CREATE TABLE IF NOT EXISTS large (n BIGINT, value DOUBLE);
CREATE TABLE IF NOT EXISTS latest AS SELECT 0::BIGINT AS n, 0::DOUBLE AS value LIMIT 0;
"""


class _RolledBackError(Exception):
    """Raised to undo a transaction."""


def _write(warehouse: Warehouse, number: int, draw: random.Random) -> None:
    row_count = LARGE if draw.random() < 0.4 else draw.randint(1, 2_000)
    rows = f"SELECT {number} AS n, random() AS value FROM range({row_count})"
    with warehouse.transaction():
        warehouse.execute(f"UPDATE counter SET n = {number}")
        warehouse.execute(f"INSERT INTO small VALUES ({number}, repeat('x', {number % 4_000}))")
        # Blocks of the table before are free from now on, and written over by the next one.
        warehouse.execute(f"CREATE OR REPLACE TABLE latest AS {rows}")
        if draw.random() < 0.3:
            warehouse.execute(f"DELETE FROM large WHERE n < {number - 5}")
        warehouse.execute(f"INSERT INTO large {rows}")
        warehouse.execute(
            f"UPDATE small SET told = '{row_count}' WHERE n = {number} AND {row_count} > 0"
        )
    print(number, flush=True)


def _undo(warehouse: Warehouse) -> None:
    with suppress(_RolledBackError), warehouse.transaction():
        warehouse.execute(f"INSERT INTO large SELECT -1, random() FROM range({LARGE})")
        raise _RolledBackError


def write_without_end(path: Path, *, is_waiting: bool) -> None:
    """Write until killed."""
    connection = duckdb.connect(":memory:", config={"checkpoint_threshold": "40MB", "threads": 2})
    connection.execute(f"ATTACH '{path}' AS live; USE live; SET enable_progress_bar = false")
    warehouse = Warehouse(connection, path if is_waiting else None)
    warehouse.execute(_TABLES)
    draw = random.Random(20261129)
    for number in count(1):
        _write(warehouse, number, draw)
        if draw.random() < 0.1:
            _undo(warehouse)
        if draw.random() < 0.1:
            warehouse.checkpoint()


if __name__ == "__main__":
    write_without_end(Path(sys.argv[1]), is_waiting=sys.argv[2] == "waiting")
