"""A connection to the live warehouse, in transactions and Arrow tables."""

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from motbild.adapters.warehouse.copying import wait_for_copy
from motbild.adapters.warehouse.failures import explain
from motbild.core.data_dictionary import Column
from motbild.errors import WarehouseError


class Warehouse:
    """An open connection to the live warehouse, in transactions and Arrow tables."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: Path | None = None,
        previous_umask: int | None = None,
    ) -> None:
        self._connection = connection
        self._previous_umask = previous_umask
        self.path = path

    def append(self, table: str, rows: pa.Table, *, key: Sequence[str]) -> int:
        """Add the rows whose key is not there yet.

        Args:
            table: Qualified table name.
            rows: Rows with a schema of `motbild.core.schemas`; keys unique within.
            key: Columns that make a row the same row.

        Returns:
            How many rows were added.
        """
        if rows.num_rows == 0:
            return 0
        with self.registered("incoming", rows):
            added = self._connection.execute(
                f"INSERT INTO {table} BY NAME "  # noqa: S608 - names are the code's own
                f"SELECT incoming.* FROM incoming ANTI JOIN {table} USING ({', '.join(key)})"
            ).fetchone()
        return int(added[0]) if added else 0

    def add(self, table: str, rows: pa.Table) -> None:
        """Add rows that cannot be there yet: nothing is looked up, however many there are."""
        if rows.num_rows:
            with self.registered("incoming", rows):
                self._connection.execute(f"INSERT INTO {table} BY NAME FROM incoming")

    def upsert(self, table: str, rows: pa.Table) -> None:
        """Add rows, replacing those with the same primary key."""
        if rows.num_rows:
            with self.registered("incoming", rows):
                self._connection.execute(
                    f"INSERT OR REPLACE INTO {table} BY NAME SELECT * FROM incoming"  # noqa: S608
                )

    def overwrite(self, table: str, rows: pa.Table, *, key: Sequence[str]) -> None:
        """Add rows, replacing those with the same key, of a table that has no index of it.

        Args:
            table: Qualified table name.
            rows: Rows with a schema of `motbild.core.schemas`; keys unique within.
            key: Columns that make a row the same row, none of them null.
        """
        same = " AND ".join(f"old.{name} = incoming.{name}" for name in key)
        if rows.num_rows:
            with self.registered("incoming", rows):
                self._connection.execute(f"DELETE FROM {table} AS old USING incoming WHERE {same}")  # noqa: S608
                self._connection.execute(f"INSERT INTO {table} BY NAME FROM incoming")

    def replace(
        self, table: str, rows: pa.Table, *, key: Sequence[str], keep: str | None = None
    ) -> int:
        """Make a table hold exactly these rows, touching only what differs.

        Args:
            table: Qualified table name.
            rows: All rows it shall hold; keys unique within.
            key: Columns that make a row the same row.
            keep: Column that an existing row keeps and that is not compared, such
                as the run that first wrote it.

        Returns:
            How many rows were added or changed.
        """
        compared = ", ".join(name for name in rows.column_names if name != keep)
        names = ", ".join(key)
        kept = f", coalesce(old.{keep}, incoming.{keep}) AS {keep}" if keep else ""
        with self.registered("incoming", rows):
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE changed AS "  # noqa: S608
                f"SELECT {compared} FROM incoming EXCEPT SELECT {compared} FROM {table}"
            )
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE written AS SELECT changed.*{kept} FROM changed "  # noqa: S608
                f"JOIN incoming USING ({names}) LEFT JOIN {table} AS old USING ({names})"
            )
            self._connection.execute(
                f"DELETE FROM {table} WHERE ({names}) NOT IN "  # noqa: S608
                f"(SELECT ({names}) FROM incoming)"
            )
            self._connection.execute(f"INSERT OR REPLACE INTO {table} BY NAME FROM written")
        written = self.read("SELECT count(*) AS row_count FROM written")
        return int(written["row_count"][0].as_py())

    def rewrite(self, table: str, scratch: str, *, key: Sequence[str]) -> int:
        """Make a table hold exactly the rows of a scratch table, touching only what differs.

        For rows by the hundred thousand that a query works out: they stay in the database,
        and the table needs no index. The scratch table is dropped.

        Args:
            table: Qualified table name.
            scratch: Temporary table with the same columns; keys unique within.
            key: Columns that make a row the same row, none of them null.

        Returns:
            How many rows were added or changed.
        """
        same = " AND ".join(f"kept.{name} = gone.{name}" for name in key)
        run = self._connection.execute
        run(f"CREATE OR REPLACE TEMP TABLE gone AS FROM {table} EXCEPT FROM temp.{scratch}")
        run(f"CREATE OR REPLACE TEMP TABLE fresh AS FROM temp.{scratch} EXCEPT FROM {table}")
        run(f"DELETE FROM {table} AS kept USING gone WHERE {same}")  # noqa: S608
        added = run(f"INSERT INTO {table} BY NAME FROM temp.fresh").fetchone()
        run(f"DROP TABLE temp.gone; DROP TABLE temp.fresh; DROP TABLE temp.{scratch}")
        return int(added[0]) if added else 0

    def read(
        self, query: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> pa.Table:
        """Return the rows of a query as one Arrow table."""
        return self._connection.sql(query, params=parameters).to_arrow_table()

    def read_rows(
        self, query: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a small query as tuples."""
        return self._connection.execute(query, parameters).fetchall()

    def read_batches(
        self,
        query: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        row_count: int,
        sees_own_writes: bool = False,
    ) -> Generator[pa.Table, None, None]:
        """Yield the rows of a query in tables of at most `row_count` rows.

        The query runs on a cursor of its own and sees the warehouse as it was at
        the first batch, so that rows may be written between two batches. Close the
        iterator where an error may end the reading before its end.

        Args:
            query: The query.
            parameters: Its parameters.
            row_count: Rows in a table.
            sees_own_writes: Run it on the warehouse's own connection, so that it sees what the
                open transaction wrote, and tables that are registered; nothing else may then
                be asked between two batches.
        """
        if sees_own_writes:
            reader = self._connection.sql(query, params=parameters).to_arrow_reader(row_count)
            yield from (pa.Table.from_batches([batch]) for batch in reader if batch.num_rows)
            return
        cursor = self._connection.cursor()
        cursor.execute("USE live")
        try:
            reader = cursor.sql(query, params=parameters).to_arrow_reader(row_count)
            for batch in reader:
                if batch.num_rows:
                    yield pa.Table.from_batches([batch])
        finally:
            cursor.close()

    def execute(
        self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> None:
        """Run one or more statements for their effect."""
        self._connection.execute(statement, parameters)

    @contextmanager
    def registered(self, name: str, rows: pa.Table) -> Iterator[None]:
        """Let queries within the block read an Arrow table under a name."""
        self._connection.register(name, rows)
        try:
            yield
        except BaseException:
            # A transaction that failed takes no more; the first error tells why.
            with suppress(duckdb.Error):
                self._connection.unregister(name)
            raise
        self._connection.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything written within the block stand, or none of it."""
        if self.path is not None:
            wait_for_copy(self.path)
        self._connection.begin()
        try:
            yield
        except BaseException:
            # A database that failed has no transaction any more, and the first error tells why.
            with suppress(duckdb.Error):
                self._connection.rollback()
            raise
        try:
            self._connection.commit()
        except duckdb.Error as error:
            raise explain(error) or error from None

    def describe(self, database: str) -> list[Column]:
        """Return every column of a database's tables and views with their comments."""
        rows = self.read_rows(
            """
            WITH named AS (
                SELECT schema_name, table_name, comment FROM duckdb_tables()
                WHERE database_name = $database
                UNION ALL
                SELECT schema_name, view_name, comment FROM duckdb_views()
                WHERE database_name = $database AND NOT internal
            )
            SELECT schema_name, table_name, named.comment, column_name, data_type, columns.comment
            FROM duckdb_columns() AS columns
            JOIN named USING (schema_name, table_name)
            WHERE columns.database_name = $database
            ORDER BY schema_name, table_name, column_index
            """,
            {"database": database},
        )
        return [
            Column(schema, table, about or "", name, data_type, comment or "")
            for schema, table, about, name, data_type, comment in rows
        ]

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file.

        Raises:
            WarehouseError: A log is still there afterwards, so that a copy of the
                file would lack its last rows.
        """
        if self.path is not None:
            wait_for_copy(self.path)
        self._connection.execute("CHECKPOINT")
        if self.path is not None and _log_of(self.path).exists():
            raise WarehouseError(
                f"The write-ahead log of {self.path.name} could not be folded in; "
                "see that nothing else has the file open and run the night again."
            )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        if self._previous_umask is not None:
            os.umask(self._previous_umask)


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
