"""The log in the review store: what reads and exports add to it, and how it is read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import audit, audit_head
from motbild.core.audit import BEGINNING, AuditEntry, first_break

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

    def verify(self) -> int | None:
        """Return the number of the first line where the log has been tampered with, or None.

        Lines that were cut off its end count too: the first missing number is returned.
        """
        with self._ledger.reading() as connection:
            head = connection.execute(sa.select(audit_head)).one()
            seq, digest = 0, BEGINNING
            while entries := _read_some(connection, seq, head.seq):
                broken = first_break(entries, after_seq=seq, after_digest=digest)
                if broken is not None:
                    return broken
                seq, digest = entries[-1].seq, entries[-1].digest
        if (seq, digest) == (head.seq, head.digest):
            return None
        return min(seq + 1, max(int(head.seq), 1))


def _read_some(connection: sa.Connection, after_seq: int, last_seq: int) -> list[AuditEntry]:
    query = (
        sa.select(audit)
        .where(audit.c.seq > after_seq, audit.c.seq <= last_seq)
        .order_by(audit.c.seq)
        .limit(_AT_ONCE)
    )
    return [AuditEntry(**row) for row in connection.execute(query).mappings()]
