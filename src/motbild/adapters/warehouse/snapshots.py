"""Published snapshots: what analysts and the review app read, never changed.

A snapshot is built beside, checked, made read-only, renamed into place, and then
the link `analyst.duckdb` is flipped to it. A reader that has an older one open
keeps it; a new reader gets the new one. Nobody meets a lock or half a night.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core.data_dictionary import Column
from motbild.errors import InputError, WarehouseError

LINK_NAME = "analyst.duckdb"
FOLDER_NAME = "published"
# Readable and writable by DuckDB 1.5 tools too, which most analysts still have.
STORAGE_VERSION = "v1.5.0"


def publish_snapshot(
    warehouse: Warehouse, home: Path, views: Path, *, run_id: str, model_version: str, kept: int
) -> Path:
    """Build a snapshot of the warehouse, check it, and make it the newest.

    Args:
        warehouse: The live warehouse, with no transaction open.
        home: Folder that holds `analyst.duckdb` and `published/`.
        views: Folder with `snapshot.sql` and `analyst.sql`.
        run_id: Names the file.
        model_version: The model whose classifications it shows.
        kept: How many snapshots stay, this one included.

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
    _build(warehouse, building, views, model_version)
    _check(building, _expected_counts(warehouse))
    _sync(building)
    building.chmod(0o444)
    building.replace(published)
    _sync(folder)
    _flip(home / LINK_NAME, published)
    _prune(folder, published, kept)
    return published


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
        return duckdb.connect(str(path.resolve()), read_only=True)
    except duckdb.Error as error:
        raise WarehouseError(
            f"{path} cannot be opened as a snapshot ({type(error).__name__}); "
            "run `motbild nightly` to publish a new one."
        ) from error


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
            raise InputError(f"The query cannot be run: {str(error).splitlines()[0]}") from error


def describe_snapshot(warehouse: Warehouse, views: Path) -> list[Column]:
    """Return what a snapshot of a warehouse would hold, column by column."""
    with _built(warehouse, ":memory:", views, model_version=""):
        return warehouse.describe("snapshot")


def _build(warehouse: Warehouse, path: Path, views: Path, model_version: str) -> None:
    with _built(warehouse, str(path), views, model_version):
        warehouse.execute("CHECKPOINT snapshot")


@contextmanager
def _built(warehouse: Warehouse, address: str, views: Path, model_version: str) -> Iterator[None]:
    """Attach a new database and fill it; it is detached when the block ends."""
    quoted = address.replace("'", "''")
    version = "" if address == ":memory:" else f"(STORAGE_VERSION '{STORAGE_VERSION}')"
    warehouse.execute(f"ATTACH '{quoted}' AS snapshot {version}")
    try:
        warehouse.execute("SET VARIABLE model_version = ?", [model_version])
        warehouse.execute("USE snapshot")
        with warehouse.transaction():
            warehouse.execute((views / "snapshot.sql").read_text(encoding="utf-8"))
            for statement in _inherited_comments(warehouse):
                warehouse.execute(statement)
            warehouse.execute((views / "analyst.sql").read_text(encoding="utf-8"))
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
    """Comments for the columns of the analyst's views, from the columns of that name."""
    rows = warehouse.read_rows(
        """
        WITH named AS (
            SELECT column_name, arg_min(comment, (length(comment), comment)) AS comment
            FROM duckdb_columns()
            WHERE database_name = 'snapshot' AND schema_name <> 'analyst' AND comment IS NOT NULL
            GROUP BY column_name
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


def _expected_counts(warehouse: Warehouse) -> Mapping[str, int]:
    """What a reader must find, by a query on the snapshot."""
    queues = ("core.flags", "core.questions", "core.threats", "core.proposals")
    readable = "(FROM core.posts WHERE text IS NOT NULL) AS readable USING (post_id)"
    same = [f"SELECT count(*) FROM {queue} SEMI JOIN {readable}" for queue in queues]  # noqa: S608
    counts = ("core.daily_counts", "core.hourly_counts", "core.episodes")
    told = ("core.clusters", "core.campaigns", "core.facts", "ops.rejects", "ops.notices")
    kept = (*counts, *told, "ops.deletions")
    same += [f"SELECT count(*) FROM {table}" for table in kept]  # noqa: S608
    same.append("SELECT count(*) FROM core.families WHERE post_count > 1")
    same.append("SELECT count(*) FROM core.cluster_posts WHERE rank <= 6")
    expected = {query: int(warehouse.read_rows(query)[0][0]) for query in same}
    return {**expected, "SELECT count(*) FROM analyst.flagged_posts": expected[same[0]]}


def _check(path: Path, expected: Mapping[str, int]) -> None:
    """Open the built file as a reader would and compare its row counts."""
    if path.with_name(path.name + ".wal").exists():
        raise WarehouseError(
            f"The snapshot {path.name} was not written to its end and is not published; "
            "the one before stays. Run the night again."
        )
    connection = duckdb.connect(str(path), read_only=True)
    try:
        for query, count in expected.items():
            found = connection.execute(query).fetchone()
            if found is None or found[0] != count:
                raise WarehouseError(
                    f"The snapshot {path.name} does not hold all it should ({query}) and is not "
                    "published; the one before stays. Run the night again."
                )
        for (view,) in connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'analyst'"
        ).fetchall():
            connection.execute(f"SELECT * FROM analyst.{view} LIMIT 1").fetchall()  # noqa: S608
    finally:
        connection.close()


def _flip(link: Path, target: Path) -> None:
    """Point the link at a new snapshot; a reader sees the old one or the new one."""
    pending = link.with_name(f".{link.name}.pending")
    _remove(pending)
    pending.symlink_to(target.relative_to(link.parent))
    pending.replace(link)
    _sync(link.parent)


def _prune(folder: Path, newest: Path, kept: int) -> None:
    """Remove old snapshots and the leftovers of builds that were cut short."""
    older = sorted((p for p in folder.glob("analyst-*.duckdb") if p != newest), reverse=True)
    for path in [*older[max(kept - 1, 0) :], *folder.glob(".building-*")]:
        _remove(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
