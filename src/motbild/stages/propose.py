"""Propose a few posts that are not flagged, since a decision on them teaches much."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.proposing import (
    LEAST_NEAR,
    Candidate,
    Proposal,
    proposal_limit,
    propose_posts,
)
from motbild.core.verdicts import Thresholds

# A skipped post is decided on too: whoever had no answer is not asked again.
_DECIDED = """
decided AS (
    SELECT DISTINCT membership.family_id, coalesce(contexts.parent_digest, '') AS parent_digest
    FROM core.decisions AS decisions
    JOIN core.text_families AS membership USING (text_digest)
    LEFT JOIN core.post_contexts AS contexts ON contexts.post_id = decisions.post_id
    WHERE decisions.kind <> 'undo' AND NOT EXISTS (
        FROM core.decisions AS undoings WHERE undoings.undoes_decision_id = decisions.decision_id
    )
)
"""

_WAITING = f"""
WITH {_DECIDED}
SELECT count(DISTINCT membership.family_id)
FROM core.flags
JOIN core.posts AS posts USING (post_id)
JOIN core.text_families AS membership USING (text_digest)
ANTI JOIN decided ON decided.family_id = membership.family_id
WHERE posts.text IS NOT NULL
"""  # noqa: S608

# Copies of what waits in a queue are left out whatever they answer; what has been decided on
# holds in its context alone, so that a short word may be asked about again in another.
_CANDIDATES = f"""
WITH {_DECIDED},
queued AS (
    SELECT post_id FROM core.flags
    UNION SELECT post_id FROM core.questions
    UNION SELECT post_id FROM core.threats
),
queued_families AS (
    SELECT DISTINCT membership.family_id
    FROM core.posts AS posts
    SEMI JOIN queued USING (post_id)
    JOIN core.text_families AS membership USING (text_digest)
),
flagged AS (SELECT DISTINCT post_id FROM core.flags)
SELECT
    posts.post_id,
    texts.text_digest,
    membership.family_id,
    texts.text,
    texts.lang,
    classifications.narrative_probabilities AS narratives,
    classifications.stance_probabilities['asserts'] AS asserts,
    classifications.evidence.seeds[1].similarity AS similarity,
    flagged.post_id IS NOT NULL AS answers_flagged,
    classifications.threat_probability AS threat
FROM core.post_contexts AS contexts
JOIN core.posts AS posts USING (post_id)
JOIN core.texts AS texts ON texts.text_digest = contexts.text_digest
JOIN core.classifications AS classifications
    ON classifications.text_digest = contexts.text_digest
    AND classifications.parent_digest = contexts.parent_digest
JOIN core.text_families AS membership ON membership.text_digest = contexts.text_digest
LEFT JOIN flagged ON flagged.post_id = posts.reply_to_post_id
ANTI JOIN queued_families ON queued_families.family_id = membership.family_id
ANTI JOIN decided
    ON decided.family_id = membership.family_id AND decided.parent_digest = contexts.parent_digest
WHERE
    classifications.model_version = $model_version
    AND (
        classifications.evidence IS NOT NULL
        OR flagged.post_id IS NOT NULL
        OR classifications.threat_probability >= $least_threat
    )
QUALIFY row_number() OVER (
    PARTITION BY contexts.text_digest, contexts.parent_digest
    ORDER BY answers_flagged DESC, posts.posted_at NULLS LAST, posts.post_id
) = 1
"""  # noqa: S608


def propose(
    warehouse: Warehouse, thresholds: Thresholds, *, share: float, model_version: str, run_id: str
) -> dict[str, int]:
    """Make the proposals what the model in use leaves open, touching only what differs.

    Args:
        warehouse: Holds the queues as they stand, and decisions.
        thresholds: Those of the model in use.
        share: How many posts may be proposed at most, for each flagged family that waits.
        model_version: The model in use.
        run_id: The run this belongs to.

    Returns:
        How many proposals were added or changed.
    """
    waiting = int(warehouse.read_rows(_WAITING)[0][0])
    asked = {"model_version": model_version, "least_threat": LEAST_NEAR * thresholds.threat}
    found = warehouse.read(_CANDIDATES, asked).to_pylist()
    chosen = propose_posts(map(_candidate, found), thresholds, proposal_limit(waiting, share))
    proposals = pa.Table.from_pylist(
        [_proposal_row(proposal, model_version, run_id) for proposal in chosen],
        schema=schemas.PROPOSALS,
    )
    with warehouse.transaction():
        return {
            "proposals_changed": warehouse.replace(
                "core.proposals", proposals, key=("post_id",), keep="run_id"
            )
        }


def _candidate(row: Mapping[str, Any]) -> Candidate:
    return Candidate(**{**row, "narratives": dict(row["narratives"])})


def _proposal_row(proposal: Proposal, model_version: str, run_id: str) -> dict[str, Any]:
    named = {name: getattr(proposal, name, None) for name in schemas.PROPOSALS.names}
    return {**named, "model_version": model_version, "run_id": run_id}
