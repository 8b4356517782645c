"""A decision's whole story: what was seen, what the model said, what people made of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.acts import ActSummary, LateAct, pack_act
from motbild.core.display import HIDDEN
from motbild.web.reading.item import MOST_TEXTS, read_family, read_item, texts_to_decide

# What the log tells of a decision; who merely looked is the log's own matter.
_TOLD = ("decided", "decided-late", "settled", "undid", "threat-escalated")
_MOST_LINES = 1_000
_HIDDEN = re.compile(f"[{HIDDEN}]")
CAVEAT = (
    "Probabilities, stances and flags are a model's output; acts are decisions of people. "
    "Texts are masked. Times are UTC."
)


def read_story(snapshot: OpenSnapshot, store: ReviewStore, family_id: str) -> dict[str, Any] | None:
    """Return what is known of an item; None where nothing is.

    One that the newest snapshot lacks still has what people said of it.
    """
    item = read_item(snapshot, family_id, explained=MOST_TEXTS)
    if item is not None:
        item["family"] = read_family(snapshot, family_id)
    digests = {text["text_digest"] for text in texts_to_decide(snapshot, family_id)}
    acts, late = store.decisions.acts_on(family_id, digests), store.decisions.late_on(family_id)
    if item is None and not acts and not late:
        return None
    families = dict.fromkeys([family_id, *(act.family_id for act in acts if act.family_id)])
    return {
        "family_id": family_id,
        "snapshot": snapshot.name,
        "item": item,
        "acts": [_tell_act(act) for act in acts],
        "late_acts": [_tell_late(one) for one in late],
        "log": [line for family in families for line in _read_log(store, family)],
        "answers": [
            asdict(answer)
            | {"history": [asdict(e) for e in store.answers.history(answer.answer_id)]}
            for answer in store.answers.list()
            if answer.family_id == family_id
        ],
    }


def _tell_act(act: ActSummary) -> dict[str, Any]:
    return asdict(act) | {"is_undone": act.is_undone}


def _tell_late(one: LateAct) -> dict[str, Any]:
    return {
        "late_id": one.late_id,
        "act": pack_act(one.act),
        "arrived_at": one.arrived_at,
        "against_act_id": one.against_act_id,
        "is_kept": one.is_kept,
        "settled_by": one.settled_by,
        "settled_at": one.settled_at,
    }


def _read_log(store: ReviewStore, family_id: str) -> list[dict[str, Any]]:
    lines = store.audit.entries(subject=family_id, limit=_MOST_LINES)
    return [
        {
            "seq": line.seq,
            "at": line.at,
            "actor": line.actor,
            "action": line.action,
            "details": dict(line.details),
        }
        for line in reversed(lines)
        if line.action in _TOLD
    ]


def pack_story(story: Mapping[str, Any], now: datetime) -> bytes:
    """Return a story as JSON, in which no character is hidden."""
    told = {"written_at": now, "about": CAVEAT, **story}
    written = json.dumps(told, ensure_ascii=False, indent=2, default=_tell_time)
    return _HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], written).encode()


def _tell_time(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
