"""Answers: drafted, approved by a second person, published, measured; versions all kept."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from motbild.adapters.review_store.answer_rows import (
    STATUSES,
    Answer,
    AnswerEvent,
    FactRef,
    read_answers,
    read_events,
)
from motbild.adapters.review_store.ledger import Ledger, Writing
from motbild.adapters.review_store.tables import answer_events, answer_versions, answers
from motbild.errors import InputError

__all__ = ["STATUSES", "Answer", "AnswerEvent", "Answers", "FactRef"]

# From which status something may happen, and what is said where it may not.
_POSSIBLE = {
    "edited": ("draft", "proposed", "approved"),
    "proposed": ("draft",),
    "approved": ("proposed",),
    "returned": ("proposed", "approved"),
    "published": ("approved",),
    "withdrawn": ("draft", "proposed", "approved", "published"),
}
_REFUSALS = {
    "edited": "Ett publicerat eller tillbakadraget svar ändras inte; skriv ett nytt.",
    "proposed": "Bara ett utkast kan lämnas för godkännande; ladda om sidan.",
    "approved": "Svaret väntar inte på godkännande; ladda om sidan.",
    "returned": "Svaret väntar inte på godkännande; ladda om sidan.",
    "published": "Svaret måste godkännas av en annan person innan det publiceras.",
    "withdrawn": "Svaret är redan tillbakadraget.",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """What somebody said along with an event."""

    note: str = ""
    address: str | None = None
    published_on: date | None = None


class Answers:
    """Counter-messages on their way to publication."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def draft(
        self,
        *,
        narrative_id: str,
        channel: str,
        length: str,
        lang: str,
        text: str,
        fact_refs: Iterable[FactRef],
        family_id: str | None = None,
        question_key: str | None = None,
        actor: str,
        now: datetime,
    ) -> Answer:
        """Begin an answer.

        Raises:
            InputError: It says nothing.
        """
        answer_id = secrets.token_hex(8)
        row = {
            "answer_id": answer_id,
            "narrative_id": narrative_id,
            "channel": channel,
            "length": length,
            "lang": lang,
            "family_id": family_id,
            "question_key": question_key,
        }
        with self._ledger.writing(actor, now) as writing:
            writing.connection.execute(answers.insert().values(row))
            _add_version(writing, answer_id, 1, text, fact_refs)
            return _add_event(writing, answer_id, "drafted", 1)

    def edit(
        self,
        answer_id: str,
        text: str,
        *,
        version: int,
        fact_refs: Iterable[FactRef] | None = None,
        actor: str,
        now: datetime,
    ) -> Answer:
        """Add a version, which is a draft again.

        Args:
            answer_id: Which.
            text: What it says now.
            version: The newest version that the editor had been shown.
            fact_refs: The wordings it says now; as before where None.
            actor: Who edits.
            now: When.

        Raises:
            InputError: Somebody else has edited it meanwhile, or it is published.
        """
        with self._ledger.writing(actor, now) as writing:
            answer = _take(writing, answer_id, "edited", version)
            refs = answer.fact_refs if fact_refs is None else fact_refs
            _add_version(writing, answer_id, version + 1, text, refs)
            return _add_event(writing, answer_id, "edited", version + 1)

    def propose(self, answer_id: str, *, version: int, actor: str, now: datetime) -> Answer:
        """Ask for a second person's approval of the version that was shown.

        Raises:
            InputError: It is no draft, or somebody has edited it meanwhile.
        """
        return self._pass_on(answer_id, "proposed", version, actor, now)

    def approve(self, answer_id: str, *, version: int, actor: str, now: datetime) -> Answer:
        """Approve the version that was shown, as somebody who wrote none of them.

        Raises:
            InputError: It is not proposed, somebody has edited it meanwhile, or the same
                person wrote a version of it.
        """
        with self._ledger.writing(actor, now) as writing:
            _take(writing, answer_id, "approved", version)
            if actor in _read_writers(writing.connection, answer_id):
                raise InputError("Någon annan än den som har skrivit svaret ska godkänna det.")
            return _add_event(writing, answer_id, "approved", version)

    def give_back(self, answer_id: str, note: str, *, actor: str, now: datetime) -> Answer:
        """Make a draft again of what was proposed or approved, with a word why.

        Raises:
            InputError: It is neither.
        """
        return self._pass_on(answer_id, "returned", None, actor, now, _Told(note.strip()))

    def publish(
        self,
        answer_id: str,
        address: str,
        published_on: date,
        *,
        version: int,
        actor: str,
        now: datetime,
    ) -> Answer:
        """Tell where and on which day the approved version was published.

        Raises:
            InputError: It is not approved, somebody has edited it meanwhile, or the address
                is no link.
        """
        address = address.strip()
        if not address.lower().startswith(("https://", "http://")) or len(address.split()) != 1:
            raise InputError("Ange adressen dit svaret publicerades; den börjar med https://.")
        told = _Told(address=address, published_on=published_on)
        return self._pass_on(answer_id, "published", version, actor, now, told)

    def withdraw(self, answer_id: str, *, actor: str, now: datetime, note: str = "") -> Answer:
        """Take an answer out of use, for good.

        Raises:
            InputError: It is so already.
        """
        return self._pass_on(answer_id, "withdrawn", None, actor, now, _Told(note.strip()))

    def get(self, answer_id: str) -> Answer | None:
        """Return an answer as it is now."""
        with self._ledger.reading() as connection:
            return _find(connection, answer_id)

    def history(self, answer_id: str) -> list[AnswerEvent]:
        """Return what happened to an answer, the first first, with its text each time."""
        with self._ledger.reading() as connection:
            return read_events(connection, answer_id)

    def list(self, status: str | None = None, narrative_id: str | None = None) -> list[Answer]:
        """Return the answers that are asked for, the last changed first."""
        which = None if narrative_id is None else answers.c.narrative_id == narrative_id
        with self._ledger.reading() as connection:
            found = read_answers(connection, which)
        return [answer for answer in found if status in (None, answer.status)]

    def _pass_on(
        self,
        answer_id: str,
        kind: str,
        version: int | None,
        actor: str,
        now: datetime,
        told: _Told | None = None,
    ) -> Answer:
        with self._ledger.writing(actor, now) as writing:
            answer = _take(writing, answer_id, kind, version)
            return _add_event(writing, answer_id, kind, answer.version, told)


def _take(writing: Writing, answer_id: str, kind: str, version: int | None) -> Answer:
    """Return an answer that something may happen to, or say why it may not."""
    answer = _find(writing.connection, answer_id)
    if answer is None:
        raise InputError("Svaret finns inte; ladda om sidan.")
    if answer.status not in _POSSIBLE[kind]:
        raise InputError(_REFUSALS[kind])
    if version is not None and version != answer.version:
        raise InputError(
            "Någon annan har ändrat svaret sedan du öppnade det; "
            "ladda om sidan och för in din ändring igen."
        )
    return answer


def _find(connection: sa.Connection, answer_id: str) -> Answer | None:
    found = read_answers(connection, answers.c.answer_id == answer_id)
    return found[0] if found else None


def _read_writers(connection: sa.Connection, answer_id: str) -> set[str]:
    query = sa.select(answer_versions.c.written_by).where(answer_versions.c.answer_id == answer_id)
    return set(connection.scalars(query))


def _add_version(
    writing: Writing, answer_id: str, version: int, text: str, fact_refs: Iterable[FactRef]
) -> None:
    if not text.strip():
        raise InputError("Skriv svaret innan du sparar.")
    row = {
        "answer_id": answer_id,
        "version": version,
        "text": text.strip(),
        "fact_refs": [list(ref) for ref in fact_refs],
        "written_by": writing.actor,
        "written_at": writing.now,
    }
    writing.connection.execute(answer_versions.insert().values(row))


def _add_event(
    writing: Writing, answer_id: str, kind: str, version: int, told: _Told | None = None
) -> Answer:
    row: dict[str, Any] = asdict(told or _Told())
    row |= {"answer_id": answer_id, "version": version, "kind": kind}
    row |= {"actor": writing.actor, "at": writing.now}
    writing.connection.execute(answer_events.insert().values(row))
    details = {"version": version} | ({"address": row["address"]} if row["address"] else {})
    writing.note(f"answer-{kind}", answer_id, details)
    answer = _find(writing.connection, answer_id)
    if answer is None:  # it was added above
        raise LookupError("An answer is gone within its own transaction.")
    return answer
