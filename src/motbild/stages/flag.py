"""Flag posts that assert a narrative; queue questions and threats apart.

Each post goes by the classification of its text in its own context: as an answer to the
post that it answers, where that one is stored; by an earlier model's where the one in use
has not read it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.triage import Spread, prioritise

_FLAGGED = """
WITH reach AS (
    SELECT
        post_id,
        arg_max(view_count, observed_at) AS view_count,
        arg_max(like_count, observed_at) AS like_count,
        arg_max(share_count, observed_at) AS share_count,
        arg_max(comment_count, observed_at) AS comment_count
    FROM core.engagement GROUP BY post_id
),
newest AS (
    SELECT max(posted_at) AS posted_at FROM core.posts WHERE posted_at <= $now::TIMESTAMPTZ
),
family_sizes AS (
    SELECT
        family_id,
        count(DISTINCT coalesce(edit_of_post_id, post_id)) AS copy_count,
        count(DISTINCT coalesce(edit_of_post_id, post_id)) FILTER (
            posts.posted_at > (SELECT posted_at FROM newest) - INTERVAL 2 DAY
        ) AS recent_copy_count
    FROM core.posts AS posts JOIN core.text_families USING (text_digest)
    GROUP BY family_id
)
SELECT
    classifications.post_id,
    matched.narrative_id,
    classifications.model_version,
    classifications.narrative_probabilities[matched.narrative_id] AS probability,
    classifications.stance,
    classifications.stance_probabilities['asserts'] AS asserts_probability,
    narratives.harm,
    narratives.threshold,
    reach.view_count, reach.like_count, reach.share_count, reach.comment_count,
    family_sizes.copy_count, family_sizes.recent_copy_count
FROM core.classified_posts($model_version) AS classifications,
    unnest(classifications.matches) AS matched(narrative_id)
JOIN core.narratives AS narratives USING (narrative_id)
JOIN core.text_families AS membership ON membership.text_digest = classifications.text_digest
JOIN family_sizes USING (family_id)
LEFT JOIN reach ON reach.post_id = classifications.post_id
WHERE classifications.is_flagged
ORDER BY ALL
"""

_ASKED = """
SELECT
    classifications.post_id,
    matched.narrative_id,
    classifications.model_version,
    classifications.narrative_probabilities[matched.narrative_id] AS probability,
    classifications.stance_probabilities['asks'] AS asks_probability,
    $run_id AS run_id
FROM core.classified_posts($model_version) AS classifications,
    unnest(classifications.matches) AS matched(narrative_id)
SEMI JOIN core.narratives AS narratives ON narratives.narrative_id = matched.narrative_id
WHERE classifications.stance = 'asks' AND NOT classifications.is_flagged
"""

_THREATENING = """
SELECT
    classifications.post_id,
    classifications.model_version,
    classifications.threat_probability,
    $run_id AS run_id
FROM core.classified_posts($model_version) AS classifications
WHERE classifications.is_threat
"""

_QUEUED = """
SELECT post_id FROM core.flags
UNION SELECT post_id FROM core.questions
UNION SELECT post_id FROM core.threats
"""


def flag(
    warehouse: Warehouse, spool: LinkSpool, *, model_version: str, run_id: str, now: datetime
) -> dict[str, int]:
    """Make the three queues what the model in use says, touching only what differs.

    The addresses that wait for queued posts are kept with them; all others go.

    Args:
        warehouse: Holds classifications by the model.
        spool: Addresses that wait.
        model_version: The model in use.
        run_id: The run this belongs to.
        now: Posts that claim a later moment do not move what counts as recent.

    Returns:
        How many rows of each queue were added or changed.
    """
    versions = {"model_version": model_version}
    found = warehouse.read(_FLAGGED, {**versions, "now": now.isoformat()})
    flags = pa.Table.from_pylist(
        [_flag_row(row, run_id) for row in found.to_pylist()],
        schema=schemas.FLAGS,
    )
    questions = warehouse.read(_ASKED, {**versions, "run_id": run_id}).cast(schemas.QUESTIONS)
    threats = warehouse.read(_THREATENING, {**versions, "run_id": run_id}).cast(schemas.THREATS)
    with warehouse.transaction():
        counts = {
            "flags_changed": warehouse.replace(
                "core.flags", flags, key=("post_id", "narrative_id"), keep="run_id"
            ),
            "questions_changed": warehouse.replace(
                "core.questions", questions, key=("post_id", "narrative_id"), keep="run_id"
            ),
            "threats_changed": warehouse.replace(
                "core.threats", threats, key=("post_id",), keep="run_id"
            ),
        }
        _keep_links(warehouse, spool)
    spool.clear()
    return counts


def _keep_links(warehouse: Warehouse, spool: LinkSpool) -> None:
    warehouse.execute(f"DELETE FROM core.links WHERE post_id NOT IN ({_QUEUED})")  # noqa: S608
    for waiting in spool.load():
        with warehouse.registered("waiting", waiting):
            kept = warehouse.read(f"FROM waiting SEMI JOIN ({_QUEUED}) USING (post_id)")
        warehouse.append("core.links", kept.cast(schemas.LINKS), key=("post_id", "link_number"))


def _flag_row(row: Mapping[str, Any], run_id: str) -> dict[str, Any]:
    priority = prioritise(
        row["probability"],
        row["harm"],
        Spread(
            view_count=row["view_count"] or 0,
            like_count=row["like_count"] or 0,
            share_count=row["share_count"] or 0,
            comment_count=row["comment_count"] or 0,
            copy_count=row["copy_count"],
            recent_copy_count=row["recent_copy_count"],
        ),
    )
    return {
        **{name: row[name] for name in schemas.FLAGS.names if name in row},
        "priority_score": priority.score,
        "priority_reason": priority.reason,
        "run_id": run_id,
    }
