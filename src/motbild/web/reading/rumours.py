"""What may be new rumours: posts that are alike and match no narrative, with examples."""

from collections.abc import Collection, Mapping
from typing import Any

from motbild.adapters.warehouse.reading import OpenSnapshot

GROWING, FALLING = 1.5, 0.67  # times as many posts as in a usual week
STEADY, PARTLY_STEADY = 0.8, 0.5  # share of the night before that is still there
# Share of a narrative's threshold. Of invented rumours about services that no narrative tells
# of, most reach less than the lower.
CLEARLY_NEAR, WEAKLY_NEAR = 0.5, 0.2


def read_clusters(snapshot: OpenSnapshot) -> dict[str, dict[str, Any]]:
    """Return the clusters by id, the most worth looking at first, each with its examples.

    None where the snapshot was published before rumours were looked for.
    """
    return snapshot.once("rumours", lambda: _read(snapshot))


def _read(snapshot: OpenSnapshot) -> dict[str, dict[str, Any]]:
    if not snapshot.has_table("clusters"):
        return {}
    rows = snapshot.rows("FROM core.clusters ORDER BY score DESC, cluster_id")
    clusters = {row["cluster_id"]: {**row, "examples": []} for row in rows}
    for example in snapshot.rows(_EXAMPLES):
        clusters[example["cluster_id"]]["examples"].append(example)
    for cluster in clusters.values():
        cluster["langs"] = sorted({example["lang"] for example in cluster["examples"]})
        cluster["trend"] = tell_trend(cluster["growth"])
        # Snapshots that were published before these were told have none.
        cluster["nearness"] = tell_nearness(cluster.get("threshold_share"))
        cluster["steadiness"] = tell_steadiness(cluster.get("stability"))
    return clusters


def tell_trend(growth: float) -> str:
    """Tell whether a cluster is ``growing``, ``falling`` or ``steady``."""
    if growth >= GROWING:
        return "growing"
    return "falling" if growth <= FALLING else "steady"


def tell_nearness(threshold_share: float | None) -> str:
    """Tell how near a narrative a cluster is: ``clear``, ``weak``, ``none``; empty if unknown."""
    if threshold_share is None:
        return ""
    if threshold_share >= CLEARLY_NEAR:
        return "clear"
    return "weak" if threshold_share >= WEAKLY_NEAR else "none"


def tell_steadiness(stability: float | None) -> str:
    """Tell how much of a cluster stayed: ``steady``, ``partly``, ``little``; empty if unknown."""
    if stability is None:
        return ""
    if stability >= STEADY:
        return "steady"
    return "partly" if stability >= PARTLY_STEADY else "little"


def texts_by_family(
    snapshot: OpenSnapshot, cluster: Mapping[str, Any], families: Collection[str]
) -> dict[str, list[dict[str, str]]]:
    """Return each text of the chosen examples, as it stands for itself or answers another."""
    rows = snapshot.rows(_TEXTS, [cluster["cluster_id"], sorted(families)])
    texts: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        texts.setdefault(row["family_id"], []).append(row)
    return texts


# One of each family of copies; the others say the same.
_EXAMPLES = """
    SELECT
        examples.cluster_id, examples.rank, posts.post_id, posts.lang, posts.platform,
        posts.posted_at, posts.posted_day, posts.text, posts.text_digest, posts.parent_text,
        coalesce(posts.family_id, posts.text_digest) AS family_id,
        coalesce(families.post_count, 1) AS copy_count
    FROM core.cluster_posts AS examples
    JOIN core.posts AS posts USING (post_id)
    LEFT JOIN core.families AS families USING (family_id)
    QUALIFY row_number() OVER (
        PARTITION BY examples.cluster_id, coalesce(posts.family_id, posts.text_digest)
        ORDER BY examples.rank
    ) = 1
    ORDER BY examples.cluster_id, examples.rank
"""
_TEXTS = """
    SELECT
        coalesce(posts.family_id, posts.text_digest) AS family_id,
        posts.text_digest, posts.parent_digest, min(posts.post_id) AS post_id
    FROM core.cluster_posts AS examples
    JOIN core.posts AS posts USING (post_id)
    WHERE examples.cluster_id = ?
        AND list_contains(?::VARCHAR[], coalesce(posts.family_id, posts.text_digest))
    GROUP BY ALL
    ORDER BY ALL
"""
