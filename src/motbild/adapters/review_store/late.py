"""Late acts: decisions on what somebody else had decided meanwhile, kept and never lost."""

import sqlalchemy as sa

from motbild.adapters.review_store.acts import read_summaries
from motbild.adapters.review_store.ledger import Writing
from motbild.adapters.review_store.tables import late_acts, late_settlements
from motbild.core.acts import Act, ActSummary, LateAct, Outcome, pack_act, unpack_act


def keep_apart(writing: Writing, act: Act, standing: ActSummary) -> Outcome:
    """Keep an act that came too late beside what stands."""
    row = {
        "late_id": act.act_id,
        "act": pack_act(act),
        "family_id": act.family_id,
        "reviewer": act.reviewer,
        "arrived_at": writing.now,
        "against_act_id": standing.act_id,
    }
    writing.connection.execute(late_acts.insert().values(row))
    details = {"act_id": act.act_id, "kind": act.kind, "against": standing.act_id}
    writing.note("decided-late", act.family_id, details)
    return Outcome(is_recorded=False, late_id=act.act_id, standing=standing)


def add_settlement(writing: Writing, late: LateAct, *, keep: bool) -> None:
    """Tell that a late act is settled, and how."""
    row = {
        "late_id": late.late_id,
        "is_kept": keep,
        "settled_by": writing.actor,
        "settled_at": writing.now,
    }
    writing.connection.execute(late_settlements.insert().values(row))
    details = {"late_id": late.late_id, "is_kept": keep, "reviewer": late.reviewer}
    writing.note("settled", late.family_id, details)


def read_late(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[LateAct]:
    """Return late acts with what they are against, the newest first."""
    query = (
        sa.select(
            late_acts,
            late_settlements.c.is_kept,
            late_settlements.c.settled_by,
            late_settlements.c.settled_at,
        )
        .outerjoin_from(
            late_acts, late_settlements, late_acts.c.late_id == late_settlements.c.late_id
        )
        .where(which)
        .order_by(late_acts.c.arrived_at.desc(), late_acts.c.late_id)
    )
    rows = connection.execute(query).mappings().all()
    against = {
        act.act_id: act
        for act in read_summaries(connection, {row["against_act_id"] for row in rows})
    }
    return [_late(row, against[row["against_act_id"]]) for row in rows]


def _late(row: sa.RowMapping, against: ActSummary) -> LateAct:
    return LateAct(
        late_id=row["late_id"],
        act=unpack_act(row["act"]),
        arrived_at=row["arrived_at"],
        against=against,
        is_kept=row["is_kept"],
        settled_by=row["settled_by"],
        settled_at=row["settled_at"],
    )
