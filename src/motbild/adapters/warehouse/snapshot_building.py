"""Filling a snapshot from the live warehouse, with a comment on everything that analysts see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from motbild.adapters.warehouse.connection import Warehouse

# Readable and writable by DuckDB 1.5 tools too, which most analysts still have.
STORAGE_VERSION = "v1.5.0"
ANALYST_FILES = ("analyst_counts.sql", "analyst.sql")


@contextmanager
def built_snapshot(
    warehouse: Warehouse, address: str, views: Path, variables: Mapping[str, object]
) -> Iterator[None]:
    """Attach a new database as ``snapshot`` and fill it; it is detached when the block ends.

    Args:
        warehouse: The live warehouse, with no transaction open.
        address: File to make, or ``:memory:``.
        views: Folder with `snapshot.sql` and the files of the analysts' views.
        variables: What `snapshot.sql` asks to be set before.
    """
    quoted = address.replace("'", "''")
    version = "" if address == ":memory:" else f"(STORAGE_VERSION '{STORAGE_VERSION}')"
    warehouse.execute(f"ATTACH '{quoted}' AS snapshot {version}")
    try:
        for name, value in variables.items():
            warehouse.execute(f"SET VARIABLE {name} = ?", [value])
        warehouse.execute("USE snapshot")
        with warehouse.transaction():
            warehouse.execute((views / "snapshot.sql").read_text(encoding="utf-8"))
            for statement in _inherited_comments(warehouse):
                warehouse.execute(statement)
            for name in ANALYST_FILES:
                warehouse.execute((views / name).read_text(encoding="utf-8"))
            for statement in _view_comments(warehouse):
                warehouse.execute(statement)
        yield
    finally:
        warehouse.execute("USE live")
        warehouse.execute("DETACH snapshot")
        warehouse.execute("DROP TABLE IF EXISTS temp.main.readable")


def _inherited_comments(warehouse: Warehouse) -> list[str]:
    """Comments of the live tables, for the snapshot's tables and columns that have none."""
    rows = warehouse.read_rows(
        """
        SELECT new.schema_name, new.table_name, new.column_name, old.comment
        FROM duckdb_columns() AS new
        JOIN duckdb_columns() AS old USING (schema_name, table_name, column_name)
        WHERE new.database_name = 'snapshot' AND old.database_name = 'live'
            AND new.comment IS NULL AND old.comment IS NOT NULL
        UNION ALL
        SELECT new.schema_name, new.table_name, NULL, old.comment
        FROM duckdb_tables() AS new
        JOIN duckdb_tables() AS old USING (schema_name, table_name)
        WHERE new.database_name = 'snapshot' AND old.database_name = 'live'
            AND new.comment IS NULL AND old.comment IS NOT NULL
        """
    )
    return [_comment_on("TABLE", *row) for row in rows]


def _view_comments(warehouse: Warehouse) -> list[str]:
    """Comments for the columns of the analysts' views that say nothing of their own.

    A column takes the comment of its name in the table that its view is named after, or
    else the one that all columns of its name have; where they differ it has to say its own.
    """
    rows = warehouse.read_rows(
        """
        WITH named AS (
            SELECT column_name, any_value(comment) AS comment
            FROM duckdb_columns()
            WHERE database_name = 'snapshot' AND schema_name <> 'analyst' AND comment IS NOT NULL
            GROUP BY column_name
            HAVING count(DISTINCT comment) = 1
        ),
        same_table AS (
            SELECT table_name, column_name, comment FROM duckdb_columns()
            WHERE database_name = 'snapshot' AND schema_name <> 'analyst'
        )
        SELECT views.schema_name, views.table_name, views.column_name,
            coalesce(same_table.comment, named.comment)
        FROM duckdb_columns() AS views
        LEFT JOIN same_table USING (table_name, column_name)
        LEFT JOIN named USING (column_name)
        WHERE views.database_name = 'snapshot' AND views.schema_name = 'analyst'
            AND views.comment IS NULL
            AND coalesce(same_table.comment, named.comment) IS NOT NULL
        """
    )
    return [_comment_on("VIEW", *row) for row in rows]


def _comment_on(kind: str, schema: str, table: str, column: str | None, comment: str) -> str:
    quoted = comment.replace("'", "''")
    if column is None:
        return f"COMMENT ON {kind} {schema}.{table} IS '{quoted}'"
    return f"COMMENT ON COLUMN {schema}.{table}.\"{column}\" IS '{quoted}'"
