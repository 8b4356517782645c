"""Gather what is held of some posts, as a person may be given it: masked, and without names."""

from typing import Any

from motbild.adapters.warehouse import Warehouse

# Who decided is in the log of the review room; what somebody else wrote is not given out.
_HELD = """
SELECT
    posts.post_id,
    posts.platform,
    posts.source_id,
    posts.posted_at,
    posts.posted_day,
    runs.started_at AS stored_at,
    posts.lang,
    posts.text,
    posts.author_pseudonym IS NOT NULL AS has_pseudonym,
    posts.reply_to_post_id,
    posts.edit_of_post_id
FROM core.posts AS posts
SEMI JOIN due USING (post_id)
JOIN ops.runs AS runs USING (run_id)
ORDER BY posts.posted_at, posts.post_id
"""
_ADDRESSES = """
SELECT post_id, address FROM core.links SEMI JOIN due USING (post_id)
ORDER BY post_id, link_number
"""
_REACH = """
SELECT post_id, observed_at, like_count, share_count, comment_count, view_count
FROM core.engagement SEMI JOIN due USING (post_id) ORDER BY post_id, observed_at
"""
_QUEUES = """
SELECT post_id, 'flagged' AS queue, narrative_id FROM core.flags SEMI JOIN due USING (post_id)
UNION ALL
SELECT post_id, 'question', narrative_id FROM core.questions SEMI JOIN due USING (post_id)
UNION ALL
SELECT post_id, 'threat', NULL FROM core.threats SEMI JOIN due USING (post_id)
UNION ALL
SELECT post_id, 'proposed', narrative_id FROM core.proposals SEMI JOIN due USING (post_id)
ORDER BY ALL
"""
_CLASSIFICATIONS = """
SELECT
    contexts.post_id,
    classifications.model_version,
    classifications.matches,
    classifications.stance,
    classifications.threat_probability,
    classifications.is_flagged,
    classifications.evidence.sentence AS carrying_sentence
FROM core.post_contexts AS contexts
SEMI JOIN due USING (post_id)
JOIN core.classifications AS classifications USING (text_digest, parent_digest)
ORDER BY contexts.post_id, classifications.run_id
"""
# A decision holds for every post that says the same.
_DECISIONS = """
SELECT
    due.post_id, decisions.kind, decisions.narratives, decisions.stance, decisions.is_threat,
    decisions.decided_at, decisions.note
FROM due JOIN core.decisions AS decisions USING (text_digest)
ORDER BY due.post_id, decisions.seq
"""
_PARTS = {
    "addresses": _ADDRESSES,
    "reach": _REACH,
    "queues": _QUEUES,
    "classifications": _CLASSIFICATIONS,
    "decisions": _DECISIONS,
}


def disclose(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Return what is held of the posts in the temporary table `due`, one mapping each."""
    held = {row["post_id"]: row for row in warehouse.read(_HELD).to_pylist()}
    for part, query in _PARTS.items():
        for row in held.values():
            row[part] = []
        for found in warehouse.read(query).to_pylist():
            held[found.pop("post_id")][part].append(found)
    return list(held.values())
