"""Wordings of facts: written, proposed, approved by a second person, withdrawn.

A wording may also be a pack's, which is not written here; its digest tells which is meant.
Writing a wording anew, if only with another caveat, takes what approval it had away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger, Writing
from motbild.adapters.review_store.tables import fact_events, fact_texts
from motbild.core.fact_bank import digest_wording
from motbild.errors import InputError

WordingKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FactText:
    """A wording of a fact in a language, as somebody wrote it."""

    fact_id: str
    lang: str
    text: str
    caveat: str
    text_digest: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """Where a wording is on its way to publication; who withdrew it, if it is so now."""

    proposed_by: str | None = None
    proposed_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_proposed(self) -> bool:
        """Whether it waits for a second person."""
        return self.proposed_by is not None and self.approved_by is None

    @property
    def is_approved(self) -> bool:
        """Whether it may be published."""
        return self.approved_by is not None


class Facts:
    """The fact bank's wordings, as people have changed them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def write(
        self, fact_id: str, lang: str, text: str, caveat: str, *, actor: str, now: datetime
    ) -> FactText:
        """Add a wording, which nobody has approved yet.

        Returns:
            The wording; the one there is, where it is the same.

        Raises:
            InputError: It is empty.
        """
        if not text.strip():
            raise InputError("Skriv faktauppgiften innan du sparar.")
        text, caveat = text.strip(), caveat.strip()
        new = FactText(fact_id, lang, text, caveat, digest_wording(text), actor, now)
        with self._ledger.writing(actor, now) as writing:
            latest = _read_latest(writing.connection, fact_id, lang)
            if latest is not None and (latest.text, latest.caveat) == (text, caveat):
                return latest
            row = {name: getattr(new, name) for name in new.__dataclass_fields__}
            writing.connection.execute(fact_texts.insert().values(row))
            _add_event(writing, "written", (fact_id, lang, new.text_digest))
        return new

    def propose(
        self, fact_id: str, lang: str, text_digest: str, *, actor: str, now: datetime
    ) -> None:
        """Ask for a second person's approval of a wording.

        Raises:
            InputError: It waits for one, or has one, already.
        """
        key = (fact_id, lang, text_digest)
        with self._ledger.writing(actor, now) as writing:
            approval = _read_approval(writing.connection, key)
            if approval.is_proposed or approval.is_approved:
                raise InputError("Formuleringen är redan föreslagen eller godkänd.")
            _add_event(writing, "proposed", key)

    def approve(
        self, fact_id: str, lang: str, text_digest: str, *, actor: str, now: datetime
    ) -> None:
        """Approve a wording that somebody else wrote and proposed.

        Raises:
            InputError: It is not proposed, or the same person wrote or proposed it.
        """
        key = (fact_id, lang, text_digest)
        with self._ledger.writing(actor, now) as writing:
            approval = _read_approval(writing.connection, key)
            if not approval.is_proposed:
                raise InputError("Formuleringen väntar inte på godkännande; ladda om sidan.")
            if actor == approval.proposed_by or actor in _read_writers(writing.connection, key):
                raise InputError(
                    "Någon annan än den som skrev eller föreslog formuleringen ska godkänna den."
                )
            _add_event(writing, "approved", key)

    def withdraw(
        self, fact_id: str, lang: str, text_digest: str, *, actor: str, now: datetime
    ) -> None:
        """Take a proposal or an approval back, a pack's too; withdrawn twice it is so once."""
        key = (fact_id, lang, text_digest)
        with self._ledger.writing(actor, now) as writing:
            if _read_approval(writing.connection, key).withdrawn_by is None:
                _add_event(writing, "withdrawn", key)

    def latest(self) -> dict[tuple[str, str], FactText]:
        """Return the newest wording that was written here, by fact and language."""
        newest = sa.select(sa.func.max(fact_texts.c.seq)).group_by(
            fact_texts.c.fact_id, fact_texts.c.lang
        )
        query = _SELECT_TEXT.where(fact_texts.c.seq.in_(newest))
        with self._ledger.reading() as connection:
            found = [FactText(**row) for row in connection.execute(query).mappings()]
        return {(wording.fact_id, wording.lang): wording for wording in found}

    def history(self, fact_id: str, lang: str) -> list[FactText]:
        """Return every wording that was written here, the newest first."""
        query = _SELECT_TEXT.where(fact_texts.c.fact_id == fact_id, fact_texts.c.lang == lang)
        with self._ledger.reading() as connection:
            rows = connection.execute(query.order_by(fact_texts.c.seq.desc())).mappings()
            return [FactText(**row) for row in rows]

    def approvals(self) -> dict[WordingKey, Approval]:
        """Return where each wording stands of which anything was said."""
        with self._ledger.reading() as connection:
            rows = connection.execute(sa.select(fact_events).order_by(fact_events.c.seq))
            by_key: dict[WordingKey, list[sa.Row[tuple[object, ...]]]] = {}
            for row in rows:
                by_key.setdefault((row.fact_id, row.lang, row.text_digest), []).append(row)
        return {key: _fold(events) for key, events in by_key.items()}


_SELECT_TEXT = sa.select(*(column for column in fact_texts.c if column.name != "seq"))


def _read_latest(connection: sa.Connection, fact_id: str, lang: str) -> FactText | None:
    query = (
        _SELECT_TEXT.where(fact_texts.c.fact_id == fact_id, fact_texts.c.lang == lang)
        .order_by(fact_texts.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else FactText(**row)


def _read_writers(connection: sa.Connection, key: WordingKey) -> set[str]:
    query = sa.select(fact_texts.c.written_by).where(_is(fact_texts, key))
    return set(connection.scalars(query))


def _read_approval(connection: sa.Connection, key: WordingKey) -> Approval:
    query = sa.select(fact_events).where(_is(fact_events, key)).order_by(fact_events.c.seq)
    return _fold(connection.execute(query))


def _is(table: sa.Table, key: WordingKey) -> sa.ColumnElement[bool]:
    fact_id, lang, text_digest = key
    return sa.and_(
        table.c.fact_id == fact_id, table.c.lang == lang, table.c.text_digest == text_digest
    )


def _fold(events: Iterable[sa.Row[tuple[object, ...]]]) -> Approval:
    """Return where a wording stands after its events, in order."""
    approval = Approval()
    for event in events:
        if event.kind == "written":
            approval = Approval()
        elif event.kind == "proposed":
            approval = Approval(proposed_by=event.actor, proposed_at=event.at)
        elif event.kind == "approved":
            approval = replace(approval, approved_by=event.actor, approved_at=event.at)
        else:
            approval = Approval(withdrawn_by=event.actor, withdrawn_at=event.at)
    return approval


def _add_event(writing: Writing, kind: str, key: WordingKey) -> None:
    fact_id, lang, text_digest = key
    told = {"lang": lang, "text_digest": text_digest}
    row = {"fact_id": fact_id, "kind": kind, "actor": writing.actor, "at": writing.now}
    writing.connection.execute(fact_events.insert().values(row | told))
    writing.note(f"fact-{kind}", fact_id, told)
