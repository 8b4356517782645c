"""Decisions for tests, with what does not matter filled in."""

from datetime import UTC, datetime
from typing import Any

from motbild.core.decisions import Decision

MOMENT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def decide(kind: str, *narratives: str, **fields: Any) -> Decision:
    """Return a decision, on one and the same post unless the fields say another."""
    usual: dict[str, Any] = {
        "decision_id": "d1",
        "post_id": "x:1",
        "text_digest": "t1",
        "kind": kind,
        "reviewer": "Granskare Ett",
        "decided_at": MOMENT,
        "narratives": narratives,
    }
    return Decision(**{**usual, **fields})
