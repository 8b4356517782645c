"""Copy what was answered in public into the warehouse, so that what followed can be asked."""

from typing import Any

import pyarrow as pa

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas


def fold_answers(warehouse: Warehouse, store: ReviewStore, *, run_id: str) -> dict[str, int]:
    """Make the warehouse hold the answers that have been published, withdrawn ones included.

    Returns:
        How many were added or changed.
    """
    rows = [_row(answer, run_id) for answer in store.answers.list() if answer.published_on]
    told = pa.Table.from_pylist(rows, schema=schemas.ANSWERS)
    with warehouse.transaction():
        changed = warehouse.replace("core.answers", told, key=("answer_id",), keep="run_id")
    return {"answers_changed": changed}


def _row(answer: Answer, run_id: str) -> dict[str, Any]:
    return {
        "answer_id": answer.answer_id,
        "narrative_id": answer.narrative_id,
        "family_id": answer.family_id,
        "channel": answer.channel,
        "lang": answer.lang,
        "fact_ids": sorted({fact_id for fact_id, _, _ in answer.fact_refs}),
        "address": answer.address or "",
        "published_day": answer.published_on,
        "withdrawn_at": answer.changed_at if answer.status == "withdrawn" else None,
        "run_id": run_id,
    }
