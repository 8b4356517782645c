"""Trace what speaks for a message being pushed: how its posts lie in time, what they share.

What accounts have in common is counted here and never stored: an account is a number that
means nothing outside of the night, and what is written holds counts alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core import schemas
from motbild.core.campaigns import Candidate, Pace, count_signals
from motbild.core.components import group
from motbild.core.intake import local_day
from motbild.core.naming import keep_names
from motbild.core.siblings import Tie, find_shared, find_siblings
from motbild.core.timing import BURST_SECONDS, CO_POST_SECONDS
from motbild.stages.trace.counting import grouped, read_paces, read_spreads
from motbild.stages.trace.gathering import (
    gathered,
    read_before,
    read_past,
    read_shared,
    read_until,
    read_wordings,
)

__all__ = ["trace"]


def trace(
    warehouse: Warehouse, vectors: VectorCache, *, model_version: str, run_id: str, now: datetime
) -> dict[str, int]:
    """Make the campaigns what the messages of the last weeks show, touching only what differs.

    Args:
        warehouse: Holds classifications by the model, families, and what posts share.
        vectors: Those of each text, encoded before.
        model_version: The model in use.
        run_id: The run this belongs to.
        now: Posts that claim a later moment move nothing, and lie at no known moment.

    Returns:
        How many campaigns were added or changed.
    """
    rows = warehouse.read("FROM core.campaigns LIMIT 0")
    until = read_until(warehouse, local_day(now))
    if until is not None:
        with gathered(warehouse, model_version=model_version, until=until, now=now):
            found = [one for one in _find_candidates(warehouse, vectors) if one.is_campaign]
            names = keep_names([one.family_ids for one in found], read_before(warehouse))
            past = read_past(warehouse)
        fresh = [_row(*pair, run_id) for pair in zip(names, found, strict=True)]
        rows = pa.concat_tables(
            [pa.Table.from_pylist(fresh, schema=schemas.CAMPAIGNS), past.cast(schemas.CAMPAIGNS)]
        )
    with warehouse.transaction():
        changed = warehouse.replace(
            "core.campaigns", rows.cast(schemas.CAMPAIGNS), key=("campaign_id",), keep="run_id"
        )
    return {"campaigns_changed": changed}


def _find_candidates(warehouse: Warehouse, vectors: VectorCache) -> list[Candidate]:
    ties = find_shared(read_shared(warehouse))
    ties += find_siblings(read_wordings(warehouse), vectors.encode)
    groups = group((), ((tie.a, tie.b) for tie in ties))
    with grouped(warehouse, groups):
        spreads = read_spreads(warehouse)
        paces = read_paces(warehouse, [row["group_id"] for row in spreads])
    held = _by_group(ties, groups)
    return [_candidate(row, paces, held[row["group_id"]]) for row in spreads]


def _by_group(ties: Iterable[Tie], groups: Mapping[str, str]) -> defaultdict[str, list[Tie]]:
    held: defaultdict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        held[groups[tie.a]].append(tie)
    return held


def _candidate(row: Mapping[str, Any], paces: Mapping[str, Pace], ties: Sequence[Tie]) -> Candidate:
    return Candidate(
        family_ids=tuple(row["family_ids"]),
        narrative_id=row["narrative_id"],
        spread=row["spread"],
        pace=paces.get(row["group_id"], Pace()),
        shared_link_count=count_signals(ties, "link"),
        shared_media_count=count_signals(ties, "media"),
    )


def _row(campaign_id: str, found: Candidate, run_id: str) -> dict[str, Any]:
    spread, pace = found.spread, found.pace
    return {
        "campaign_id": campaign_id,
        "narrative_id": found.narrative_id,
        "family_ids": found.family_ids,
        "post_count": spread.post_count,
        "repost_count": spread.repost_count,
        "account_count": spread.account_count,
        "langs": sorted(spread.post_count_by_lang),
        "platforms": sorted(spread.post_count_by_platform),
        "first_posted_at": spread.first_posted_at,
        "last_posted_at": spread.last_posted_at,
        "timed_post_count": pace.timed_post_count,
        "burst_post_count": pace.burst.post_count,
        "burst_account_count": pace.burst.account_count,
        "burst_seconds": BURST_SECONDS,
        "co_post_count": pace.co_post_count,
        "co_post_account_count": pace.co_post_account_count,
        "co_post_seconds": CO_POST_SECONDS,
        "expected_co_post_count": round(pace.expected_co_post_count, 2),
        "shared_link_count": found.shared_link_count,
        "shared_media_count": found.shared_media_count,
        "reasons": found.reasons,
        "score": found.score,
        "run_id": run_id,
    }
