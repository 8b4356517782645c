"""The log in the review store: what reads and exports add to it, and how it is read."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from motbild.adapters.review_store.health import refuse_older
from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import audit, audit_head
from motbild.core.audit import BEGINNING, Anchor, AuditEntry, Fault, Head, find_faults

_AT_ONCE = 5_000


class Audit:
    """Who saw, decided and exported what; what is written adds its own lines."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(
        self,
        action: str,
        subject: str,
        details: Mapping[str, Any] | None = None,
        *,
        actor: str,
        now: datetime,
    ) -> None:
        """Log what leaves no other trace, such as a look at an item or an export.

        Args:
            action: One of `audit.ACTIONS`.
            subject: Id of what it was done to.
            details: As JSON has them; never a post's text, and never a password.
            actor: Who.
            now: When.
        """
        with self._ledger.writing(actor, now) as writing:
            writing.note(action, subject, details)

    def entries(
        self,
        *,
        before_seq: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        """Return the newest lines that are asked for, the newest first.

        Args:
            before_seq: Only lines before this one.
            actor: Only of this person.
            action: Only this; one of `audit.ACTIONS`.
            subject: Only what was done to this.
            since: Only from this moment on.
            until: Only before this moment.
            limit: The most lines returned.
        """
        query = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if before_seq is not None:
            query = query.where(audit.c.seq < before_seq)
        for column, wanted in ((audit.c.actor, actor), (audit.c.action, action)):
            query = query if wanted is None else query.where(column == wanted)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        if since is not None:
            query = query.where(audit.c.at >= since)
        if until is not None:
            query = query.where(audit.c.at < until)
        with self._ledger.reading() as connection:
            return [AuditEntry(**row) for row in connection.execute(query).mappings()]

    def head(self) -> Head:
        """Return the end of the log; number 0 where nothing has been logged."""
        with self._ledger.reading() as connection:
            return _read_head(connection)

    def require(self, seen: Head) -> None:
        """See that a line which was seen at the end of the log before is still in it.

        Raises:
            ReviewStoreError: It is not, so that this is an older copy or another store.
        """
        known = sa.select(audit.c.digest).where(audit.c.seq == seen.seq)
        with self._ledger.reading() as connection:
            found = connection.scalar(known)
        if found != seen.digest:
            raise refuse_older(f"line {seen.seq} of its log, which a night has seen")

    def verify(self, anchors: Iterable[Anchor] = ()) -> list[Fault]:
        """Find every line where the log has been tampered with, as it stands at one moment.

        Args:
            anchors: What was seen of it before, and is kept elsewhere.
        """
        with self._ledger.reading() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            head = _read_head(connection)
            return find_faults(_read_all(connection), head, anchors)


def _read_head(connection: sa.Connection) -> Head:
    row = connection.execute(sa.select(audit_head)).one_or_none()
    return Head(int(row.seq), row.digest) if row else Head(0, BEGINNING)


def _read_all(connection: sa.Connection) -> Iterator[AuditEntry]:
    query = sa.select(audit).order_by(audit.c.seq).execution_options(yield_per=_AT_ONCE)
    for row in connection.execute(query).mappings():
        yield AuditEntry(**row)
