"""Acts for tests, and a reviewer who decides without end, for a test to kill."""

import sys
from contextlib import closing
from datetime import timedelta
from itertools import count
from typing import Any

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.core.acts import Act, Outcome
from tests.decisions import MOMENT, decide

TEXTS_OF_ACT = 3


def act(
    act_id: str, reviewer: str, kind: str = "confirm", family: str = "f1", **fields: Any
) -> Act:
    """Return an act on a family of two texts, unless the fields say others."""
    texts = fields.pop("texts", ("t1", "t2"))
    named = fields.pop("narratives", ("rov",) if kind in {"confirm", "question"} else ())
    made = (
        decide(
            kind,
            *named,
            **{"decision_id": f"{act_id}-{text}", "text_digest": text, "reviewer": reviewer},
            **fields,
        )
        for text in texts
    )
    return Act(act_id, family, tuple(made))


def send(store: ReviewStore, sent: Act, *, seen_seq: int = 0, minutes: int = 0) -> Outcome:
    """Let an act's reviewer send it, some minutes past the usual moment."""
    now = MOMENT + timedelta(minutes=minutes)
    return store.decisions.decide(sent, seen_seq=seen_seq, actor=sent.reviewer, now=now)


def decide_without_end(address: str, name: str) -> None:
    """Tell each act when it is stored, on a line of its own."""
    with closing(open_review_store(address)) as store:
        for number in count():
            texts = tuple(f"{name}-{number}-{text}" for text in range(TEXTS_OF_ACT))
            sent = act(f"{name}-{number}", "Granskare Ett", family=f"{name}-{number}", texts=texts)
            assert send(store, sent).is_recorded
            print(sent.act_id, flush=True)


if __name__ == "__main__":
    decide_without_end(*sys.argv[1:])
