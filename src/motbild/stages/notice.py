"""Notice what people must be told: spikes, campaigns, new rumours, threats, troubled sources."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.intake import local_day
from motbild.core.notices import (
    Notice,
    Sign,
    bring_up,
    signs_of_campaigns,
    signs_of_episodes,
    signs_of_interruptions,
    signs_of_rumours,
    signs_of_sources,
    signs_of_threats,
)
from motbild.core.source_nights import gather_nights

# A source that no night has tried for a week is none of today's.
_SOURCE_RUNS = """
WITH tried AS (
    SELECT
        source_runs.source_id,
        source_runs.run_id,
        min(source_runs.run_day) AS run_day,
        bool_or(source_runs.status = 'failed') AS is_failed,
        sum(source_runs.post_count)::BIGINT AS post_count
    FROM ops.source_runs AS source_runs
    ANTI JOIN (SELECT run_id FROM ops.runs WHERE kind IN ('backfill', 'retention')) USING (run_id)
    WHERE source_runs.run_day > $today::DATE - 400
    GROUP BY source_runs.source_id, source_runs.run_id
)
SELECT source_id, run_id, run_day, is_failed, post_count
FROM tried
QUALIFY max(run_day) OVER (PARTITION BY source_id) > $today::DATE - 7
ORDER BY run_id, source_id
"""
_REJECTS = """
SELECT source_id, run_id, code, count(*) FROM ops.rejects
GROUP BY source_id, run_id, code ORDER BY ALL
"""
# Those of a run that died before it told them, too. What a person has said is known already.
_NEW_THREATS = """
SELECT count(*), count(DISTINCT membership.family_id)
FROM core.threats AS threats
JOIN core.post_contexts AS contexts USING (post_id)
JOIN core.text_families AS membership USING (text_digest)
ANTI JOIN core.standing_decisions AS decisions
    ON decisions.text_digest = contexts.text_digest
    AND decisions.parent_digest = contexts.parent_digest
WHERE threats.run_id <= $run_id AND threats.run_id > coalesce(
    (SELECT max(run_id) FROM ops.runs WHERE status = 'completed' AND run_id < $run_id), ''
)
"""
# What a run noticed that broke before it published is told by the one after it, and once.
_TOLD_ANEW = """
SELECT notice_id FROM ops.notices
WHERE kind = 'threats' AND subject_id IN (
    SELECT run_id FROM ops.runs
    WHERE status IN ('failed', 'interrupted') AND run_id < $run_id AND run_id > coalesce(
        (SELECT max(run_id) FROM ops.runs WHERE status = 'completed' AND run_id < $run_id), ''
    )
)
"""
_CLUSTERS = """
SELECT
    clusters.*,
    cluster_id IN (SELECT subject_id FROM ops.notices WHERE kind = 'new-rumour') AS is_told,
    $today::DATE - (SELECT min(posted_day) FROM core.posts) AS history_days
FROM core.clusters AS clusters
ORDER BY cluster_id
"""
# A run that died could tell nobody; the first one to end well after it does.
_INTERRUPTED = """
SELECT run_id, timezone('Europe/Stockholm', started_at)::DATE AS run_day
FROM ops.runs
WHERE status = 'interrupted' AND run_id > coalesce(
    (SELECT max(run_id) FROM ops.runs WHERE status = 'completed' AND run_id < $run_id), ''
)
ORDER BY run_id
"""
_EPISODES = "FROM core.episodes WHERE is_open ORDER BY episode_id"
_CAMPAIGNS = "FROM core.campaigns ORDER BY campaign_id"


def notice(warehouse: Warehouse, *, run_id: str, now: datetime) -> dict[str, int]:
    """Bring the notices up to what this night has found.

    Args:
        warehouse: As the stages before this one have left it.
        run_id: The run this belongs to.
        now: When the run began.

    Returns:
        How many notices are new, and how many were changed or closed.
    """
    told_anew = {name for (name,) in warehouse.read_rows(_TOLD_ANEW, {"run_id": run_id})}
    known = [one for one in read_notices(warehouse) if one.notice_id not in told_anew]
    brought_up = bring_up(known, _signs(warehouse, run_id, now), run_id=run_id, now=now)
    added = {one.notice_id for one in brought_up} - {one.notice_id for one in known}
    with warehouse.transaction():
        changed = warehouse.replace("ops.notices", _table(brought_up), key=("notice_id",))
    return {"notices_added": len(added), "notices_changed": changed - len(added)}


def read_notices(warehouse: Warehouse) -> list[Notice]:
    """Return every notice that was ever made."""
    rows = warehouse.read("FROM ops.notices ORDER BY notice_id").to_pylist()
    return [Notice(**{**row, "evidence": dict(row["evidence"])}) for row in rows]


def _signs(warehouse: Warehouse, run_id: str, now: datetime) -> list[Sign]:
    today = {"today": local_day(now)}
    nights = gather_nights(
        warehouse.read_rows(_SOURCE_RUNS, today),
        warehouse.read_rows(_REJECTS),
    )
    [threats] = warehouse.read_rows(_NEW_THREATS, {"run_id": run_id})
    return [
        *signs_of_interruptions(warehouse.read_rows(_INTERRUPTED, {"run_id": run_id})),
        *signs_of_threats(run_id, *threats),
        *signs_of_episodes(warehouse.read(_EPISODES).to_pylist()),
        *signs_of_campaigns(warehouse.read(_CAMPAIGNS).to_pylist(), now),
        *signs_of_rumours(warehouse.read(_CLUSTERS, today).to_pylist()),
        *signs_of_sources(nights),
    ]


def _table(notices: Sequence[Notice]) -> pa.Table:
    rows = [{**asdict(one), "evidence": sorted(one.evidence.items())} for one in notices]
    return pa.Table.from_pylist(rows, schema=schemas.NOTICES)
