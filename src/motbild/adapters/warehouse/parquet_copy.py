"""A copy of the analysts' views as Parquet files, one a view, with a descriptor beside them.

Files carry what their columns mean: as key-value metadata in each, and together in
`datapackage.json`, which the tools of the Data Package standard read.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from motbild.errors import WarehouseError

DESCRIPTOR = "datapackage.json"
_KINDS = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "FLOAT": "number",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}
_VIEWS = """
    SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'analyst' ORDER BY view_name
"""
_COLUMNS = """
    SELECT column_name, data_type, comment FROM duckdb_columns()
    WHERE schema_name = 'analyst' AND table_name = ? ORDER BY column_index
"""


def write_parquet_copy(snapshot: Path, folder: Path) -> None:
    """Write each view of a snapshot into a new folder.

    Args:
        snapshot: The file, which nothing writes any more.
        folder: Is made; may not be there.

    Raises:
        WarehouseError: A file does not hold all rows of its view.
    """
    folder.mkdir()
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        resources = [
            _write_view(connection, view, comment, folder / f"{view}.parquet")
            for view, comment in connection.execute(_VIEWS).fetchall()
        ]
        versions = connection.execute(
            "SELECT run_id, views_version FROM analyst.publication, analyst.schema_version"
        ).fetchone()
    run_id, views_version = versions or ("", "")
    told = {
        "name": "motbild-analyst",
        "version": views_version,
        "run_id": run_id,
        "resources": resources,
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / DESCRIPTOR).write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o755)


def _write_view(
    connection: duckdb.DuckDBPyConnection, view: str, comment: str, path: Path
) -> dict[str, Any]:
    """Write one view; return what the descriptor tells of it."""
    columns = connection.execute(_COLUMNS, [view]).fetchall()
    meanings = json.dumps({name: about for name, _, about in columns}, ensure_ascii=False)
    metadata = f"{{description: {_quote(comment)}, columns: {_quote(meanings)}}}"
    connection.execute(
        f"COPY (FROM analyst.{view}) TO {_quote(str(path))} "
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {metadata})"
    )
    found = connection.execute(f"SELECT count(*) FROM analyst.{view}").fetchone()  # noqa: S608
    if found is None or pq.read_metadata(path).num_rows != found[0]:
        raise WarehouseError(
            f"The Parquet copy of {view} does not hold all its rows, so that nothing is "
            "published; what was published before stays. Run the night again."
        )
    return _describe(view, comment, columns)


def _describe(view: str, comment: str, columns: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    fields: list[Mapping[str, str]] = [
        {"name": name, "type": _kind(data_type), "description": about}
        for name, data_type, about in columns
    ]
    return {
        "name": view.replace("_", "-"),
        "path": f"{view}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": comment,
        "schema": {"fields": fields},
    }


def _kind(data_type: str) -> str:
    """Return a type of DuckDB as the Data Package standard calls it."""
    return "array" if data_type.endswith("[]") else _KINDS.get(data_type, "object")


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
