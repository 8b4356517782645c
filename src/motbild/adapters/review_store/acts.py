"""Acts out of the rows of their decisions: what stands, by whom, and what contradicts what."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from motbild.adapters.review_store.tables import decisions
from motbild.core.acts import Act, ActSummary
from motbild.core.decisions import WITHOUT_LABEL

# As many at once as any database takes.
_BATCH_SIZE = 500


def is_not_undone() -> sa.ColumnElement[bool]:
    """Return the condition that no other row takes a decision back."""
    undoings = decisions.alias("undoings")
    return ~sa.exists().where(undoings.c.undoes == decisions.c.decision_id)


def find_conflict(connection: sa.Connection, act: Act, seen_seq: int) -> ActSummary | None:
    """Return the newest act by somebody else on the item that the reviewer had not seen."""
    digests = {decision.text_digest for decision in act.decisions}
    newest: tuple[int, str] | None = None
    for on_item in _on_item(act.family_id, digests):
        query = (
            sa.select(decisions.c.seq, decisions.c.act_id)
            .where(on_item, decisions.c.seq > seen_seq, decisions.c.reviewer != act.reviewer)
            .where(decisions.c.kind.not_in(WITHOUT_LABEL), is_not_undone())
            .order_by(decisions.c.seq.desc())
            .limit(1)
        )
        row = connection.execute(query).one_or_none()
        if row is not None and (newest is None or row.seq > newest[0]):
            newest = row.seq, row.act_id
    return read_summaries(connection, [newest[1]])[0] if newest else None


def which_acts(
    connection: sa.Connection, family_id: str, text_digests: Collection[str]
) -> set[str]:
    """Return the ids of the acts on a family or on any of the texts."""
    found: set[str] = set()
    for on_item in _on_item(family_id, text_digests):
        query = sa.select(decisions.c.act_id).where(on_item, decisions.c.kind != "undo")
        found.update(connection.scalars(query.distinct()))
    return found


def read_summaries(connection: sa.Connection, act_ids: Collection[str]) -> list[ActSummary]:
    """Return acts by their ids, the newest first; one that is not recorded is left out."""
    rows: list[sa.RowMapping] = []
    for batch in _batches(act_ids):
        query = sa.select(decisions).where(decisions.c.act_id.in_(batch))
        rows.extend(connection.execute(query).mappings())
    return summarise(rows)


def summarise(rows: Sequence[sa.RowMapping]) -> list[ActSummary]:
    """Return the acts that all of their rows make, the newest first."""
    made: dict[str, list[sa.RowMapping]] = {}
    undoings: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row["seq"]):
        if row["kind"] == "undo":
            undoings.setdefault(row["act_id"], row["reviewer"])
        else:
            made.setdefault(row["act_id"], []).append(row)
    acts = [_summary(act_id, of_act, undoings.get(act_id)) for act_id, of_act in made.items()]
    return sorted(acts, key=lambda act: act.seq, reverse=True)


def _summary(act_id: str, rows: list[sa.RowMapping], undone_by: str | None) -> ActSummary:
    first, last = rows[0], rows[-1]
    return ActSummary(
        act_id=act_id,
        family_id=first["family_id"],
        seq=last["seq"],
        kind=first["kind"],
        narratives=tuple(first["narratives"]),
        stance=first["stance"],
        is_threat=first["is_threat"],
        reviewer=first["reviewer"],
        decided_at=first["decided_at"],
        note=first["note"],
        reason=first["reason"],
        text_count=len({row["text_digest"] for row in rows}),
        undone_by=undone_by,
    )


def _on_item(family_id: str, text_digests: Collection[str]) -> Iterator[sa.ColumnElement[bool]]:
    """Yield conditions that a decision is on an item; families are regrouped, texts stay."""
    yield decisions.c.family_id == family_id
    for batch in _batches(text_digests):
        yield decisions.c.text_digest.in_(batch)


def _batches(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _BATCH_SIZE):
        yield ordered[start : start + _BATCH_SIZE]
