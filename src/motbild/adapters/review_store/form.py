"""The form of a review store: made, brought up to this one, or refused."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import FORM_VERSION, audit_head, form, metadata
from motbild.core.audit import BEGINNING
from motbild.errors import ReviewStoreError

# Any number will do, as long as nothing else in the same database uses it.
_LOCK_NUMBER = 7_026_411_530

# The log is only ever added to, and its end never goes back: whoever changes it has to
# take these away first, and leaves a broken chain all the same.
_GUARDS = (
    ("audit_is_not_changed", "UPDATE ON audit", ""),
    ("audit_is_not_cut", "DELETE ON audit", ""),
    ("audit_head_stays", "DELETE ON audit_head", ""),
    ("audit_head_goes_on", "UPDATE ON audit_head", "WHEN (NEW.seq < OLD.seq)"),
)
_IS_THERE = "WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)"
_REFUSAL = "the log is only ever added to"


def prepare_form(ledger: Ledger) -> None:
    """Make what is missing, all or nothing.

    Raises:
        ReviewStoreError: A newer Motbild has written here.
    """
    with ledger.passing() as connection:
        if connection.dialect.name == "postgresql":
            # Of two that begin a store at once, the other waits.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_NUMBER)))
        found = _find_version(connection)
        if found == FORM_VERSION:
            return
        if found is not None and found > FORM_VERSION:
            raise ReviewStoreError(
                f"The review store is of form {found} and this Motbild knows {FORM_VERSION}; "
                "upgrade Motbild before you use it here."
            )
        if found == 1:
            _add_acts(connection)
        _make_tables(connection)
        _close_log(connection)


def _find_version(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(form.name):
        return None
    found: int | None = connection.scalar(sa.select(sa.func.max(form.c.version)))
    return found


def _add_acts(connection: sa.Connection) -> None:
    """Give form 1 what form 2 knows: each decision was an act of its own."""
    connection.execute(sa.text("ALTER TABLE decisions ADD COLUMN act_id VARCHAR"))
    connection.execute(sa.text("ALTER TABLE decisions ADD COLUMN family_id VARCHAR"))
    connection.execute(
        sa.text("ALTER TABLE decisions ADD COLUMN reason VARCHAR DEFAULT '' NOT NULL")
    )
    connection.execute(sa.text("UPDATE decisions SET act_id = COALESCE(undoes, decision_id)"))


def _make_tables(connection: sa.Connection) -> None:
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index, if_not_exists=True))
    if connection.scalar(sa.select(sa.func.count()).select_from(audit_head)) == 0:
        connection.execute(audit_head.insert().values(head_id=1, seq=0, digest=BEGINNING))
    connection.execute(form.delete())
    connection.execute(form.insert().values(version=FORM_VERSION))


def _close_log(connection: sa.Connection) -> None:
    """Let the database itself refuse to change or cut the log."""
    is_postgresql = connection.dialect.name == "postgresql"
    for statement in _postgresql_guards() if is_postgresql else _sqlite_guards():
        connection.execute(sa.text(statement))


def _sqlite_guards() -> Iterator[str]:
    # One that replaces a line is no deletion to SQLite.
    replacing = ("audit_is_not_replaced", "INSERT ON audit", _IS_THERE)
    for name, event, condition in (*_GUARDS, replacing):
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} FOR EACH ROW {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _postgresql_guards() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION refuse_change_of_log() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$ LANGUAGE plpgsql"
    )
    refusing = "EXECUTE FUNCTION refuse_change_of_log()"
    for name, event, condition in _GUARDS:
        how = f"BEFORE {event} FOR EACH ROW {condition}"
        yield f"CREATE OR REPLACE TRIGGER {name} {how} {refusing}"
    for table in ("audit", "audit_head"):
        how = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        yield f"CREATE OR REPLACE TRIGGER {table}_is_not_emptied {how} {refusing}"
