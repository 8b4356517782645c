"""A copy of the live warehouse, opened, read to its last block and counted."""

import errno
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from motbild.adapters.warehouse.failures import is_out_of_room
from motbild.errors import WarehouseError

_TABLES = """
SELECT schema_name || '.' || table_name FROM duckdb_tables()
WHERE database_name = 'live' AND schema_name IN ('core', 'ops') ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a warehouse holds.

    Attributes:
        migration_number: Its form.
        counts: Rows by table.
        last_decision_seq: Number of the last decision that was copied into it; 0 for none.
    """

    migration_number: int
    counts: dict[str, int]
    last_decision_seq: int


def inspect_copy(path: Path, *, may_change: bool = False) -> Contents:
    """Read every row of a copy, and count.

    Args:
        path: The copy; no other process has it open.
        may_change: Whether its log is folded into it, so that it is one file afterwards.

    Raises:
        WarehouseError: It cannot be opened, or a block of it is damaged.
        OSError: There is no room to fold the log in.
    """
    quoted = str(path).replace("'", "''")
    # Whatever must be spilled lies beside the copy and goes with it.
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(path.with_name(f".{path.name}.spill"))
    }
    with closing(duckdb.connect(":memory:", config=config)) as connection:
        try:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"ATTACH '{quoted}' AS live {'' if may_change else '(READ_ONLY)'}")
            connection.execute("USE live")
            if may_change:
                connection.execute("CHECKPOINT")
            contents = _read(connection)
            connection.execute("USE memory; DETACH live")
        except duckdb.Error as error:
            if is_out_of_room(error):
                raise OSError(errno.ENOSPC, "No space left on device", str(path)) from None
            raise WarehouseError(
                f"{path} is not a whole warehouse ({type(error).__name__})."
            ) from None
    if may_change and path.with_name(path.name + ".wal").exists():
        raise WarehouseError(f"The log of {path} could not be folded into it.")
    return contents


def _read(connection: duckdb.DuckDBPyConnection) -> Contents:
    counts = {}
    for (table,) in connection.execute(_TABLES).fetchall():
        # The hash of every row needs every block, whose checksum is checked when it is read.
        [(count, _)] = connection.execute(
            f"SELECT count(*), bit_xor(hash(rows)) FROM {table} AS rows"  # noqa: S608
        ).fetchall()
        counts[table] = count
    [(migration, decision)] = connection.execute(
        "SELECT (SELECT max(migration_number) FROM ops.migrations), "
        "(SELECT max(seq) FROM core.decisions)"
    ).fetchall()
    return Contents(migration or 0, counts, decision or 0)
