"""Looking for what should be gone: in the bytes of every file, and in every cell of every table."""

import secrets
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb


def rare_words(count: int) -> list[str]:
    """Return words that nobody else writes, no compression makes smaller and nothing masks."""
    return [
        "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(20)) for _ in range(count)
    ]


def find_remains(home: Path, pieces: Collection[str]) -> list[str]:
    """Return where in a home any of some pieces of text stand, by file or by file and table."""
    return [*_in_bytes(home, pieces), *_in_cells(home, pieces)]


def _in_bytes(home: Path, pieces: Collection[str]) -> Iterator[str]:
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if any(piece.encode() in content for piece in pieces):
                yield str(path.relative_to(home))


def _in_cells(home: Path, pieces: Collection[str]) -> Iterator[str]:
    for path in (*home.glob("*.duckdb"), *home.glob("published/*.duckdb")):
        with duckdb.connect(str(path.resolve()), read_only=True) as connection:
            tables = connection.execute(
                "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
            ).fetchall()
            for (table,) in tables:
                for piece in pieces:
                    found = connection.execute(
                        f"SELECT 1 FROM {table} AS held WHERE contains(held::VARCHAR, ?) LIMIT 1",
                        [piece],
                    ).fetchall()
                    if found:
                        yield f"{path.name} {table}"
    for path in home.glob("*.sqlite"):
        dump = "\n".join(sqlite3.connect(path).iterdump())
        if any(piece in dump for piece in pieces):
            yield f"{path.name} (rows)"
