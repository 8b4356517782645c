"""One way to read and one to write: a transaction that has its lines in the log, or neither."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from motbild.adapters.review_store.tables import audit, audit_head
from motbild.core.audit import ACTIONS, chain
from motbild.errors import ReviewStoreError

# SQLite begins a transaction that will write as one; asked for later it may be refused.
WRITING = {"sqlite_begin": "BEGIN IMMEDIATE"}
# Where there is no address space, SQLite cannot map the index of its log.
_NO_MEMORY = ("SQLITE_NOMEM", "SQLITE_IOERR_NOMEM", "SQLITE_IOERR_SHMMAP")


class Writing:
    """A transaction that writes, with the end of the log in its hands."""

    def __init__(self, connection: sa.Connection, actor: str, now: datetime) -> None:
        self.connection = connection
        self.actor = actor
        self.now = now
        # Taken first of all: whoever else would write waits here, on either database.
        taking = sa.update(audit_head).values(seq=audit_head.c.seq)
        row = connection.execute(taking.returning(audit_head.c.seq, audit_head.c.digest)).one()
        self._seq, self._digest = row.seq, row.digest

    def note(self, action: str, subject: str, details: Mapping[str, Any] | None = None) -> None:
        """Add a line to the log: it stands if the transaction does."""
        if action not in ACTIONS:
            raise ValueError(f"The log knows no action {action!r}.")
        told: dict[str, Any] = {
            "seq": self._seq + 1,
            "at": self.now,
            "actor": self.actor,
            "action": action,
            "subject": subject,
            "details": dict(details or {}),
        }
        digest = chain(self._digest, **told)
        row = told | {"previous_digest": self._digest, "digest": digest}
        self.connection.execute(audit.insert().values(row))
        self.connection.execute(sa.update(audit_head).values(seq=told["seq"], digest=digest))
        self._seq, self._digest = told["seq"], digest


class Ledger:
    """An engine, and how it is read and written."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        # In one process, waiting in line is fairer than asking SQLite again and again.
        self._turn = threading.Lock()

    @contextmanager
    def writing(self, actor: str, now: datetime) -> Iterator[Writing]:
        """Write and log in one transaction, one writer after another."""
        with self.passing() as connection:
            yield Writing(connection, actor, now)

    @contextmanager
    def passing(self) -> Iterator[sa.Connection]:
        """Write what passes and is not logged, such as a claim, in one transaction."""
        with self.told(), self._turn, self.engine.connect() as connection:
            connection = connection.execution_options(**WRITING)
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read as things stand at one moment."""
        with self.told(), self.engine.connect() as connection:
            yield connection

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """Return an insert that knows what to do on conflict."""
        if self.engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell what the database refused without its message, which quotes what was given."""
        try:
            yield
        except (DBAPIError, NoConnectionError) as error:
            address = self.engine.url.render_as_string(hide_password=True)
            if getattr(error.__cause__, "sqlite_errorname", "") in _NO_MEMORY:
                raise ReviewStoreError(
                    f"There was too little memory to use the review store {address}, and nothing "
                    "that was stored is lost. Close what else runs on this machine, or give it "
                    "more, and run again."
                ) from None
            raise ReviewStoreError(
                f"The review store {address} cannot be used ({type(error).__name__}); see that "
                "its disk or server is well and its address right."
            ) from None
