"""Numbered migrations: each applied once, in one transaction with its record."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from motbild.errors import WarehouseError

_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")

_RECORD_TABLE = """
CREATE SCHEMA IF NOT EXISTS ops;
CREATE TABLE IF NOT EXISTS ops.migrations (
    migration_number INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    content_digest VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
COMMENT ON TABLE ops.migrations IS 'One row per change of this database''s form.';
COMMENT ON COLUMN ops.migrations.migration_number IS 'Its number, from 1.';
COMMENT ON COLUMN ops.migrations.name IS 'Its file name.';
COMMENT ON COLUMN ops.migrations.content_digest IS 'SHA-256 of its statements, hex.';
COMMENT ON COLUMN ops.migrations.applied_at IS 'When it was applied (UTC).';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered change of the warehouse's form."""

    number: int
    name: str
    statements: str

    @property
    def digest(self) -> str:
        """SHA-256 of the statements, hex."""
        return hashlib.sha256(self.statements.encode()).hexdigest()


def apply_migrations(connection: duckdb.DuckDBPyConnection, directory: Path) -> list[str]:
    """Apply the migrations that a database lacks, in order.

    Returns:
        Names of those applied.

    Raises:
        WarehouseError: A migration failed (and left nothing behind), was changed
            after it had been applied, or is unknown to this version of Motbild.
    """
    connection.execute("BEGIN")
    connection.execute(_RECORD_TABLE)
    connection.execute("COMMIT")
    applied = dict(
        connection.execute("SELECT migration_number, content_digest FROM ops.migrations").fetchall()
    )
    known = list(load_migrations(directory))
    _refuse_unknown(applied, known)
    return [_apply(connection, m) for m in known if m.number not in applied]


def load_migrations(directory: Path) -> Iterator[Migration]:
    """Yield the migrations of a folder by number.

    Raises:
        WarehouseError: A file is misnamed, or a number is missing or doubled.
    """
    for expected, path in enumerate(sorted(directory.glob("*.sql")), start=1):
        named = _NAME.match(path.name)
        if named is None or int(named.group(1)) != expected:
            raise WarehouseError(
                f"Migration {path.name} should be number {expected:04d}, named like "
                f"{expected:04d}_what_it_does.sql; rename it."
            )
        yield Migration(expected, path.name, path.read_text(encoding="utf-8"))


def _refuse_unknown(applied: dict[int, str], known: list[Migration]) -> None:
    newest = max(applied, default=0)
    if newest > len(known):
        raise WarehouseError(
            f"The warehouse was written by a newer Motbild (migration {newest}, this one "
            f"knows {len(known)}); upgrade Motbild before you run it on this warehouse."
        )
    for migration in known:
        if applied.get(migration.number, migration.digest) != migration.digest:
            raise WarehouseError(
                f"Migration {migration.name} differs from what was applied to this "
                "warehouse; restore the file and put the change into a new migration."
            )


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration) -> str:
    connection.execute("BEGIN")
    try:
        connection.execute(migration.statements)
        connection.execute(
            "INSERT INTO ops.migrations (migration_number, name, content_digest) VALUES (?, ?, ?)",
            [migration.number, migration.name, migration.digest],
        )
    except duckdb.Error as error:
        connection.execute("ROLLBACK")
        raise WarehouseError(
            f"Migration {migration.name} failed and was undone: {str(error).splitlines()[0]}"
        ) from error
    connection.execute("COMMIT")
    return migration.name
