"""Write down which packs and which model this night works with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.narratives import Fact, Narrative, Pack


def register(
    warehouse: Warehouse,
    packs: Sequence[Pack],
    *,
    model_version: str,
    encoder_id: str,
    thresholds: Mapping[str, float],
    run_id: str,
) -> dict[str, int]:
    """Bring the narratives, facts and models of the warehouse up to date.

    Returns:
        How many rows of each were added or changed.
    """
    model = {
        "model_version": model_version,
        "encoder_id": encoder_id,
        "pack_versions": [(pack.pack_id, pack.version) for pack in packs],
        "thresholds": list(thresholds.items()),
        "first_run_id": run_id,
    }
    narratives = [_narrative_row(pack, n, thresholds) for pack in packs for n in pack.narratives]
    facts = [
        _fact_row(pack, number, fact)
        for pack in packs
        for number, fact in enumerate(pack.facts, start=1)
    ]
    with warehouse.transaction():
        return {
            "narratives_changed": _replace(
                warehouse, "core.narratives", narratives, "narrative_id"
            ),
            "facts_changed": _replace(warehouse, "core.facts", facts, "fact_id"),
            "models_added": warehouse.append(
                "ops.models",
                pa.Table.from_pylist([model], schema=schemas.MODELS),
                key=("model_version",),
            ),
        }


def _replace(warehouse: Warehouse, table: str, rows: Iterable[dict[str, Any]], key: str) -> int:
    incoming = pa.Table.from_pylist(list(rows), schema=schemas.BY_TABLE[table])
    return warehouse.replace(table, incoming, key=(key,))


def _narrative_row(
    pack: Pack, narrative: Narrative, thresholds: Mapping[str, float]
) -> dict[str, Any]:
    return {
        "narrative_id": narrative.narrative_id,
        "pack_id": pack.pack_id,
        "title_sv": narrative.titles.get("sv", narrative.narrative_id),
        "title_en": narrative.titles.get("en", narrative.narrative_id),
        "claim_sv": narrative.claim.get("sv", ""),
        "falsehood_sv": narrative.falsehood.get("sv", ""),
        "harm": narrative.harm,
        "threshold": thresholds.get(narrative.narrative_id),
    }


def _fact_row(pack: Pack, number: int, fact: Fact) -> dict[str, Any]:
    return {
        "fact_id": fact.fact_id,
        "pack_id": pack.pack_id,
        "fact_number": number,
        "narratives": list(fact.narratives),
        "text_by_lang": list(fact.text.items()),
        "caveat_by_lang": list(fact.caveat.items()),
        "sources": [
            {
                "title": source.title,
                "publisher": source.publisher,
                "year": source.year,
                "address": source.address,
            }
            for source in fact.sources
        ],
        "valid_from_day": fact.valid_from,
        "valid_to_day": fact.valid_to,
        "review_by_day": fact.review_by,
        "approved_by": fact.approved_by,
    }
