"""Decisions for tests of pages that tell what people have decided."""

from datetime import datetime

from motbild.core.acts import Act
from motbild.core.decisions import Decision
from motbild.web.reading.item import texts_to_decide
from tests.rooms import TestRoom


def decide_first(
    room: TestRoom,
    reviewer: str,
    kind: str,
    *narratives: str,
    family: str = "",
    now: datetime | None = None,
) -> str:
    """Decide on a family, the first in the queue unless one is named; return which.

    Nothing that others have decided has been seen.
    """
    snapshot, moment = room.room.snapshot(), now or room.now
    if not family:
        first = "FROM memory.main.items WHERE is_flagged AND family_id NOT IN (SELECT family_id "
        first += "FROM memory.main.item_status) ORDER BY priority_score DESC, family_id LIMIT 1"
        family = snapshot.rows(first)[0]["family_id"]
    texts = texts_to_decide(snapshot, family)
    act_id = f"{reviewer}-{kind}-{family}"
    made = tuple(
        Decision(
            decision_id=f"{act_id}-{number}",
            post_id=text["post_id"],
            text_digest=text["text_digest"],
            kind=kind,
            reviewer=reviewer,
            decided_at=moment,
            narratives=narratives,
        )
        for number, text in enumerate(texts)
    )
    act = Act(act_id, family, made)
    room.store.decisions.decide(act, seen_seq=0, actor=reviewer, now=moment)
    return family
