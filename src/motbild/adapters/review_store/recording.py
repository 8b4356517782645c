"""How acts and their decisions are written: rows that are only added, each act with its line."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from motbild.adapters.review_store import late
from motbild.adapters.review_store.acts import is_not_undone, read_summaries, summarise
from motbild.adapters.review_store.ledger import Writing
from motbild.adapters.review_store.tables import agreed_acts, decisions, late_acts
from motbild.core.acts import Act, ActSummary, Outcome
from motbild.core.decisions import Decision, in_utc


def record_act(writing: Writing, act: Act) -> Outcome:
    """Record an act that stands, and log it."""
    seq = insert_decisions(writing, act.decisions, act.act_id, act.family_id)
    writing.note("decided", act.family_id, _told_act(act))
    return Outcome(is_recorded=True, seq=seq)


def note_agreed(writing: Writing, act: Act, standing: ActSummary) -> Outcome:
    """Keep that somebody came to what stands already; it is no decision of its own."""
    row = {
        "act_id": act.act_id,
        "family_id": act.family_id,
        "reviewer": act.reviewer,
        "arrived_at": writing.now,
        "against_act_id": standing.act_id,
    }
    writing.connection.execute(agreed_acts.insert().values(row))
    details = _told_act(act) | {"agrees_with": standing.act_id}
    writing.note("decided", act.family_id, details)
    return Outcome(is_recorded=False, is_agreed=True, standing=standing)


def find_outcome(connection: sa.Connection, act_id: str) -> Outcome | None:
    """Return what became of an act before."""
    if kept := late.read_late(connection, late_acts.c.late_id == act_id):
        return Outcome(is_recorded=False, late_id=act_id, standing=kept[0].against)
    if known := read_summaries(connection, [act_id]):
        return Outcome(is_recorded=True, seq=known[0].seq)
    query = sa.select(agreed_acts.c.against_act_id).where(agreed_acts.c.act_id == act_id)
    if other := connection.scalar(query):
        standing = read_summaries(connection, [other])[0]
        return Outcome(is_recorded=False, is_agreed=True, standing=standing)
    return None


def undo_act(writing: Writing, act_id: str) -> bool:
    """Take back each decision of an act that stands; tell whether there was one."""
    query = (
        sa.select(decisions)
        .where(decisions.c.act_id == act_id, decisions.c.kind != "undo", is_not_undone())
        .order_by(decisions.c.seq)
    )
    rows = writing.connection.execute(query).mappings().all()
    if not rows:
        return False
    undone = summarise(rows)[0]
    insert_decisions(writing, (_undoing(row, writing) for row in rows), act_id, undone.family_id)
    details = {"act_id": act_id, "reviewer": undone.reviewer, "kind": undone.kind}
    writing.note("undid", undone.family_id or act_id, details)
    return True


def _undoing(row: sa.RowMapping, writing: Writing) -> Decision:
    return Decision(
        # A decision is undone once; the id sees to it.
        decision_id=f"undo-{row['decision_id']}",
        post_id=row["post_id"],
        text_digest=row["text_digest"],
        kind="undo",
        reviewer=writing.actor,
        decided_at=writing.now,
        undoes=row["decision_id"],
    )


def insert_decisions(
    writing: Writing, made: Iterable[Decision], act_id: str, family_id: str | None
) -> int:
    """Add the decisions of an act; return the highest of their numbers."""
    rows: list[dict[str, Any]] = []
    for decision in made:
        row = {name: getattr(decision, name) for name in decision.__dataclass_fields__}
        row |= {"narratives": list(decision.narratives), "act_id": act_id}
        rows.append(row | {"family_id": family_id, "decided_at": in_utc(decision.decided_at)})
    writing.connection.execute(decisions.insert(), rows)
    highest = sa.select(sa.func.max(decisions.c.seq)).where(decisions.c.act_id == act_id)
    return int(writing.connection.scalar(highest) or 0)


def act_of(writing: Writing, decision: Decision) -> str:
    """Return the act that a single decision belongs to: its own, or the one it takes back."""
    if decision.undoes is None:
        return decision.decision_id
    query = sa.select(decisions.c.act_id).where(decisions.c.decision_id == decision.undoes)
    return writing.connection.scalar(query) or decision.undoes


def _told_act(act: Act) -> dict[str, Any]:
    return tell_decision(act.decisions[0], len(act.decisions)) | {"act_id": act.act_id}


def tell_decision(decision: Decision, text_count: int) -> dict[str, Any]:
    """Tell a decision to the log, without its note, which may quote the post."""
    return {
        "kind": decision.kind,
        "narratives": list(decision.narratives),
        "is_threat": decision.is_threat,
        "text_count": text_count,
    }
