"""Decisions in the review store: single ones, and acts on a whole family of copies.

An act stands at once, unless somebody else has decided on the item since it was shown.
Then the two agree, or the later one is kept apart until somebody settles it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from motbild.adapters.review_store import late
from motbild.adapters.review_store.acts import (
    find_conflict,
    is_not_undone,
    read_summaries,
    which_acts,
)
from motbild.adapters.review_store.health import refuse_older
from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.recording import (
    act_of,
    find_outcome,
    insert_decisions,
    note_agreed,
    record_act,
    tell_decision,
    undo_act,
)
from motbild.adapters.review_store.tables import (
    decisions,
    late_acts,
    late_settlements,
)
from motbild.core.acts import Act, ActSummary, LateAct, Outcome, can_conflict
from motbild.core.decisions import Decision
from motbild.core.schemas import DECISIONS
from motbild.errors import InputError


@dataclass(frozen=True, slots=True)
class OverlayRow:
    """A decision or an undoing of one, as it is laid over a snapshot that lacks it."""

    seq: int
    decision_id: str
    act_id: str
    family_id: str | None
    post_id: str
    text_digest: str
    kind: str
    narratives: tuple[str, ...]
    stance: str | None
    is_threat: bool
    reviewer: str
    decided_at: datetime
    note: str
    undoes: str | None
    reason: str


class Decisions:
    """What reviewers have decided; nothing is ever changed, only undone."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def record(self, decision: Decision) -> int:
        """Store a single decision for good, whatever others have decided.

        Returns:
            Its number; the one it has already, where it was recorded before.

        Raises:
            ReviewStoreError: The store did not take it.
        """
        with self._ledger.writing(decision.reviewer, decision.decided_at) as writing:
            known = sa.select(decisions.c.seq).where(
                decisions.c.decision_id == decision.decision_id
            )
            found: int | None = writing.connection.scalar(known)
            if found is not None:
                return found
            act_id = act_of(writing, decision)
            seq = insert_decisions(writing, (decision,), act_id, None)
            action = "undid" if decision.kind == "undo" else "decided"
            writing.note(action, act_id, tell_decision(decision, 1))
            return seq

    def after(self, seq: int) -> pa.Table:
        """Return the decisions with a higher number, in order, as `schemas.DECISIONS` has them.

        The column ``run_id`` is left empty for the run that copies them.
        """
        rows = [dict(row) for row in self._rows_after(seq)]
        for row in rows:
            row["undoes_decision_id"] = row.pop("undoes")
            del row["act_id"], row["family_id"], row["reason"]
        return pa.Table.from_pylist(rows, schema=DECISIONS)

    def overlay_after(self, seq: int, limit: int | None = None) -> list[OverlayRow]:
        """Return the decisions and undoings with a higher number, in order.

        Args:
            seq: Number that they come after.
            limit: The most returned; None for all.
        """
        return [
            OverlayRow(**{**row, "narratives": tuple(row["narratives"])})
            for row in self._rows_after(seq, limit)
        ]

    def require(self, seq: int, decision_id: str) -> None:
        """See that a decision which was copied from this store before is still in it.

        Raises:
            ReviewStoreError: It is not.
        """
        known = sa.select(decisions.c.decision_id).where(decisions.c.seq == seq)
        with self._ledger.reading() as connection:
            found = connection.scalar(known)
        if found != decision_id:
            raise refuse_older(f"decision {seq}, which was copied from it before")

    def last_seq(self) -> int:
        """Return the highest number that is given; 0 where nothing is decided."""
        with self._ledger.reading() as connection:
            return connection.scalar(sa.select(sa.func.max(decisions.c.seq))) or 0

    def decide(self, act: Act, *, seen_seq: int, actor: str, now: datetime) -> Outcome:
        """Record an act, unless somebody else has decided on the item since it was shown.

        Args:
            act: Sent twice, it counts once and has the same outcome.
            seen_seq: Highest number of a decision that the reviewer had been shown.
            actor: Who sends it.
            now: When.
        """
        with self._ledger.writing(actor, now) as writing:
            before = find_outcome(writing.connection, act.act_id)
            if before is not None:
                return before
            standing = None
            if can_conflict(act.kind):
                standing = find_conflict(writing.connection, act, seen_seq)
            if standing is None:
                return record_act(writing, act)
            if standing.label == act.label:
                return note_agreed(writing, act, standing)
            return late.keep_apart(writing, act, standing)

    def undo(self, act_id: str, *, actor: str, now: datetime) -> bool:
        """Take an act back.

        Returns:
            Whether it stood until now.
        """
        with self._ledger.writing(actor, now) as writing:
            return undo_act(writing, act_id)

    def settle(self, late_id: str, *, keep: bool, actor: str, now: datetime) -> bool:
        """Let a late act stand after all, in place of what stood, or leave things as they are.

        Returns:
            Whether it was unsettled until now.

        Raises:
            InputError: There is no such late act.
        """
        with self._ledger.writing(actor, now) as writing:
            found = late.read_late(writing.connection, late_acts.c.late_id == late_id)
            if not found:
                raise InputError("Det sena beslutet finns inte; ladda om sidan.")
            if found[0].is_settled:
                return False
            if keep:
                undo_act(writing, found[0].against_act_id)
                record_act(writing, found[0].act)
            late.add_settlement(writing, found[0], keep=keep)
            return True

    def last_act_of(self, actor: str) -> ActSummary | None:
        """Return the newest act of a person that is not undone."""
        newest = (
            sa.select(decisions.c.act_id)
            .where(decisions.c.reviewer == actor, decisions.c.kind != "undo", is_not_undone())
            .order_by(decisions.c.seq.desc())
            .limit(1)
        )
        with self._ledger.reading() as connection:
            act_id = connection.scalar(newest)
            return None if act_id is None else read_summaries(connection, [act_id])[0]

    def find_act(self, act_id: str) -> ActSummary | None:
        """Return an act that was recorded, undone or not."""
        with self._ledger.reading() as connection:
            found = read_summaries(connection, [act_id])
        return found[0] if found else None

    def acts_on(self, family_id: str, text_digests: Collection[str]) -> list[ActSummary]:
        """Return the acts on a family or on any of its texts, the newest first."""
        with self._ledger.reading() as connection:
            return read_summaries(connection, which_acts(connection, family_id, text_digests))

    def late_on(self, family_id: str) -> list[LateAct]:
        """Return the late acts on a family, settled ones too, the newest first."""
        with self._ledger.reading() as connection:
            return late.read_late(connection, late_acts.c.family_id == family_id)

    def open_late(self) -> list[LateAct]:
        """Return the late acts that nobody has settled, the newest first."""
        with self._ledger.reading() as connection:
            return late.read_late(connection, late_settlements.c.late_id.is_(None))

    def _rows_after(self, seq: int, limit: int | None = None) -> list[sa.RowMapping]:
        query = sa.select(decisions).where(decisions.c.seq > seq).order_by(decisions.c.seq)
        query = query.limit(limit)
        with self._ledger.reading() as connection:
            return list(connection.execute(query).mappings())
