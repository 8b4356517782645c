"""What a home holds apart from when it came about, and what of it is lost or doubled."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

# When and by which run differs between two nights; everything else must not.
_BY_RUN = {"run_id", "first_run_id", "last_run_id", "first_seen_at", "completed_at", "observed_at"}
_TOLD_BY_RUN = {"notice_id", "subject_id", "first_noticed_at", "last_noticed_at", "is_open"}
# Which hours are counted, and how long the log was in which night, are a matter of when, too.
_UNCOMPARED = {
    *("ops.runs", "ops.source_runs", "ops.migrations", "ops.audit_heads", "core.hourly_counts"),
}
# That a run died, or that its clock was wrong, is told after it was, and not otherwise.
_OF_FAULTS = "('night-interrupted', 'source-failed', 'source-silent', 'volume-drop')"

# Until which day noughts stand is a matter of when a source was read.
ZEROS = "zeros"

Rows: TypeAlias = Sequence[tuple[Any, ...]]
Content: TypeAlias = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs from an undisturbed run.

    Attributes:
        lost: Rows that are missing, by table.
        doubled: Rows too many, by table.
    """

    lost: Mapping[str, int]
    doubled: Mapping[str, int]

    def __str__(self) -> str:
        return f"lost {dict(self.lost)}, doubled {dict(self.doubled)}"


def read_content(home: Path, but: Collection[str] = ()) -> dict[str, Rows]:
    """Return every row of the live warehouse and of the snapshot, ordered, by table.

    Args:
        home: The home.
        but: Tables and columns to leave out, and `ZEROS`.
    """
    content: dict[str, Rows] = {}
    for name in ("live.duckdb", "analyst.duckdb"):
        with duckdb.connect(str((home / name).resolve()), read_only=True) as connection:
            for table, columns in _tables(connection):
                if table in but:
                    continue
                shown = _compared(table, [column for column in columns if column not in but])
                content[f"{name} {table}"] = connection.execute(
                    f"SELECT {shown} FROM {table} {_rows(table, but)} ORDER BY ALL"
                ).fetchall()
    return content


def compare(expected: Content, found: Content) -> Difference:
    """Return what is missing and what is too much, each row counted."""
    lost, doubled = {}, {}
    for table in expected.keys() | found.keys():
        wanted, there = _count(expected.get(table, ())), _count(found.get(table, ()))
        if missing := (wanted - there).total():
            lost[table] = missing
        if surplus := (there - wanted).total():
            doubled[table] = surplus
    return Difference(lost, doubled)


def _count(rows: Rows) -> Counter[str]:
    return Counter(repr(row) for row in rows)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    tables = connection.execute(
        "SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_name) "
        "FROM duckdb_columns() WHERE database_name = current_database() "
        "AND schema_name IN ('core', 'ops') GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [(table, columns) for table, columns in tables if table not in _UNCOMPARED]


def _compared(table: str, columns: Sequence[str]) -> str:
    by_run = _BY_RUN | (_TOLD_BY_RUN if table == "ops.notices" else set())
    return ", ".join(f'"{name}"' for name in columns if name not in by_run)


def _rows(table: str, but: Collection[str]) -> str:
    """Return the condition on what is compared of a table."""
    if table == "ops.notices":
        return f"WHERE kind NOT IN {_OF_FAULTS}"
    if table == "core.daily_counts" and ZEROS in but:
        return "WHERE post_count > 0"
    return ""
