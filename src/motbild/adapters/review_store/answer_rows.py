"""Answers out of their rows: what is fixed, the newest version, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from motbild.adapters.review_store.tables import answer_events, answer_versions, answers

STATUS_BY_EVENT = {
    "drafted": "draft",
    "edited": "draft",
    "returned": "draft",
    "proposed": "proposed",
    "approved": "approved",
    "published": "published",
    "withdrawn": "withdrawn",
}
STATUSES = ("draft", "proposed", "approved", "published", "withdrawn")
FactRef = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """Something that happened to an answer, with its text then."""

    answer_id: str
    kind: str
    version: int
    actor: str
    at: datetime
    note: str
    address: str | None
    published_on: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A counter-message as it is now.

    Attributes:
        answer_id: Stable id.
        narrative_id: What it answers.
        channel: Where it is meant for.
        length: How long it is meant to be.
        lang: Its language.
        family_id: The family of posts it answers, or None.
        question_key: The question it answers, or None.
        version: Number of the newest version, from 1.
        text: Of the newest version.
        fact_refs: The wordings it says: fact, language and digest of each.
        status: One of `STATUSES`.
        created_by: Who drafted it first.
        created_at: When (UTC).
        changed_by: Who did the latest thing to it.
        changed_at: When (UTC).
        proposed_by: Who proposed the version, where it is or has been.
        approved_by: Who approved the version, where it is approved.
        note: What was said when it was given back or withdrawn; else empty.
        address: Where it is published.
        published_on: Which day (Europe/Stockholm).
    """

    answer_id: str
    narrative_id: str
    channel: str
    length: str
    lang: str
    family_id: str | None
    question_key: str | None
    version: int
    text: str
    fact_refs: tuple[FactRef, ...]
    status: str
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    proposed_by: str | None
    approved_by: str | None
    note: str
    address: str | None
    published_on: date | None


def read_answers(
    connection: sa.Connection, which: sa.ColumnElement[bool] | None = None
) -> list[Answer]:
    """Return the answers that a condition on their table picks, the last changed first."""
    picked = sa.select(answers) if which is None else sa.select(answers).where(which)
    ids = picked.with_only_columns(answers.c.answer_id)
    events = _group(connection, answer_events, ids, answer_events.c.seq)
    versions = _group(connection, _newest_versions(), ids, None)
    found = [
        _fold(row, versions[row["answer_id"]][0], events[row["answer_id"]])
        for row in connection.execute(picked).mappings()
    ]
    return sorted(found, key=lambda answer: (answer.changed_at, answer.answer_id), reverse=True)


def read_events(connection: sa.Connection, answer_id: str) -> list[AnswerEvent]:
    """Return what happened to an answer, the first first."""
    names = [column for column in answer_events.c if column.name != "seq"]
    query = (
        sa.select(*names, answer_versions.c.text)
        .join_from(
            answer_events,
            answer_versions,
            (answer_events.c.answer_id == answer_versions.c.answer_id)
            & (answer_events.c.version == answer_versions.c.version),
        )
        .where(answer_events.c.answer_id == answer_id)
        .order_by(answer_events.c.seq)
    )
    return [AnswerEvent(**row) for row in connection.execute(query).mappings()]


def _newest_versions() -> sa.Subquery:
    newest = (
        sa.select(answer_versions.c.answer_id, sa.func.max(answer_versions.c.version).label("n"))
        .group_by(answer_versions.c.answer_id)
        .subquery()
    )
    is_newest = (answer_versions.c.answer_id == newest.c.answer_id) & (
        answer_versions.c.version == newest.c.n
    )
    return sa.select(answer_versions).join(newest, is_newest).subquery()


def _group(
    connection: sa.Connection,
    table: sa.FromClause,
    ids: sa.Select[tuple[str]],
    order: sa.ColumnElement[int] | None,
) -> dict[str, list[sa.RowMapping]]:
    query = sa.select(table).where(table.c.answer_id.in_(ids))
    rows: dict[str, list[sa.RowMapping]] = {}
    for row in connection.execute(query if order is None else query.order_by(order)).mappings():
        rows.setdefault(row["answer_id"], []).append(row)
    return rows


def _fold(row: sa.RowMapping, newest: sa.RowMapping, events: Sequence[sa.RowMapping]) -> Answer:
    first, last = events[0], events[-1]
    passed = _passed(events)
    proposed, approved = passed.get("proposed"), passed.get("approved")
    published = passed.get("published")
    return Answer(
        **row,
        version=newest["version"],
        text=newest["text"],
        fact_refs=tuple((fact, lang, digest) for fact, lang, digest in newest["fact_refs"]),
        status=STATUS_BY_EVENT[last["kind"]],
        created_by=first["actor"],
        created_at=first["at"],
        changed_by=last["actor"],
        changed_at=last["at"],
        proposed_by=proposed["actor"] if proposed else None,
        approved_by=approved["actor"] if approved else None,
        note=last["note"],
        address=published["address"] if published else None,
        published_on=published["published_on"] if published else None,
    )


def _passed(events: Sequence[sa.RowMapping]) -> dict[str, sa.RowMapping]:
    """Return what has happened since the answer was last a draft, by kind."""
    passed: dict[str, sa.RowMapping] = {}
    for event in events:
        if STATUS_BY_EVENT[event["kind"]] == "draft":
            passed = {}
        passed[event["kind"]] = event
    return passed
