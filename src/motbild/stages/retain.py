"""Take away the texts whose time is over; the posts stay, for counting.

A text goes from every table that holds it or can give it back. It counts its days from
when it was stored, or from the last decision on it.
"""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.disposal import describe_taken, followed, record, take
from motbild.core.retention import QUESTIONS, QUEUED, THREATS, UNFLAGGED, Deletion, Limit, Taking

# A post in a queue cannot be judged without what it answers, so that stays as long.
_DUE = f"""
CREATE OR REPLACE TEMP TABLE due AS
WITH decided AS (
    SELECT text_digest, max(decided_at) AS decided_at FROM core.decisions GROUP BY text_digest
),
kept AS (
    SELECT
        posts.post_id,
        posts.text_digest,
        posts.posted_day,
        CASE
            WHEN post_id IN (SELECT post_id FROM core.threats) THEN '{THREATS}'
            WHEN decided.text_digest IS NOT NULL THEN '{QUEUED}'
            WHEN post_id IN (SELECT post_id FROM core.flags) THEN '{QUEUED}'
            WHEN post_id IN (SELECT post_id FROM core.questions) THEN '{QUESTIONS}'
            ELSE '{UNFLAGGED}'
        END AS rule,
        greatest(runs.started_at, decided.decided_at) AS kept_since
    FROM core.posts AS posts
    JOIN ops.runs AS runs USING (run_id)
    LEFT JOIN decided ON decided.text_digest = posts.text_digest
    WHERE posts.text IS NOT NULL
),
judged AS (
    SELECT kept.*, coalesce(kept_since <= limits.before, false) AS is_due
    FROM kept LEFT JOIN limits USING (rule)
),
answered AS (
    SELECT contexts.parent_digest AS text_digest
    FROM judged JOIN core.post_contexts AS contexts USING (post_id)
    WHERE judged.rule <> '{UNFLAGGED}' AND NOT judged.is_due
)
SELECT post_id, text_digest, posted_day, rule
FROM judged ANTI JOIN answered USING (text_digest)
WHERE is_due
"""  # noqa: S608


def retain(
    warehouse: Warehouse,
    limits: Sequence[Limit],
    taking: Taking,
) -> list[Deletion]:
    """Take away the texts that are past their time, and write the protocol.

    Args:
        warehouse: Holds posts and decisions.
        limits: How long each kind of text is kept.
        taking: The run that takes them.

    Returns:
        One for each rule and table that loses something.
    """
    _find_due(warehouse, limits, taking.now)
    with followed(warehouse):
        deletions = [
            deletion
            for limit in limits
            for deletion in describe_taken(
                warehouse, limit.rule, decided_by=limit.decided_by, reference=taking.reference
            )
        ]
        if deletions and not taking.is_dry:
            taking.before()
            with warehouse.transaction():
                take(warehouse)
                record(warehouse, deletions, run_id=taking.run_id, now=taking.now)
    return deletions


def _find_due(warehouse: Warehouse, limits: Sequence[Limit], now: datetime) -> None:
    befores = pa.table(
        {
            "rule": pa.array([limit.rule for limit in limits], pa.string()),
            "before": pa.array(
                [limit.before(now) for limit in limits], pa.timestamp("us", tz="UTC")
            ),
        }
    )
    with warehouse.registered("limits", befores):
        warehouse.execute(_DUE)
