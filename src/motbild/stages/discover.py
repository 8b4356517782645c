"""Discover what recurs among posts that match no narrative: what may be a new rumour."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.stage_inputs import digest_input, is_unchanged, keep_input
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core import schemas
from motbild.core.cluster_nights import Before, Standing, follow_cluster
from motbild.core.clusters import (
    WINDOW_DAYS,
    Cluster,
    Family,
    Posting,
    find_clusters,
)
from motbild.core.intake import local_day
from motbild.core.naming import keep_names
from motbild.core.novelty import chance_of_recency
from motbild.core.runners import Here, Runner
from motbild.core.text import read_texts
from motbild.core.verdicts import Thresholds

# Probability of talking of what is watched. Of a rumour about another service most tellings
# have less than much ordinary writing, from which they are told by how new they are.
LEAST_NEAR = 0.02
# Every pair is compared, so that time grows with the square: this many take some seconds.
_MOST_FAMILIES = 3_000
_MOST_OTHERS = 4_000
_BATCH = 500  # texts

_UNTIL = "SELECT max(posted_day) FROM core.posts WHERE posted_day <= $today"

_RECENT = """
recent AS (
    SELECT
        posts.post_id,
        coalesce(posts.edit_of_post_id, posts.post_id) AS first_post_id,
        posts.posted_day,
        membership.family_id
    FROM core.posts AS posts
    JOIN core.text_families AS membership USING (text_digest)
    WHERE posts.posted_day > $until::DATE - $window_days::INTEGER AND posts.posted_day <= $until
)
"""

# Copies of what waits in a queue are known, and so is what a person has said of; that a text
# bears on no narrative makes it no less a new rumour.
_FAMILIES = f"""
WITH {_RECENT},
known AS (
    SELECT membership.family_id
    FROM core.posts AS posts
    SEMI JOIN (
        SELECT post_id FROM core.flags
        UNION SELECT post_id FROM core.questions
        UNION SELECT post_id FROM core.threats
    ) AS queued USING (post_id)
    JOIN core.text_families AS membership USING (text_digest)
    UNION
    SELECT membership.family_id
    FROM core.standing_decisions AS decisions
    JOIN core.text_families AS membership USING (text_digest)
    WHERE decisions.kind <> 'reject'
)
SELECT
    recent.family_id,
    arg_max(
        struct_pack(
            text := texts.text,
            lang := texts.lang,
            nearness := 1 - classifications.stance_probabilities['none'],
            narratives := classifications.narrative_probabilities
        ),
        (1 - classifications.stance_probabilities['none'], texts.text_digest)
    ) AS nearest,
    list(
        struct_pack(
            post_id := recent.post_id,
            first_post_id := recent.first_post_id,
            day := recent.posted_day
        ) ORDER BY recent.post_id
    ) AS posts
FROM recent
JOIN core.post_contexts AS contexts USING (post_id)
JOIN core.texts AS texts ON texts.text_digest = contexts.text_digest
JOIN core.classifications AS classifications
    ON classifications.text_digest = contexts.text_digest
    AND classifications.parent_digest = contexts.parent_digest
ANTI JOIN known ON known.family_id = recent.family_id
WHERE
    classifications.model_version = $model_version
    AND len(classifications.matches) = 0
    AND NOT classifications.is_threat
    AND 1 - classifications.stance_probabilities['none'] >= $least_near
GROUP BY recent.family_id
ORDER BY max(1 - classifications.stance_probabilities['none']) DESC, recent.family_id
LIMIT $most
"""  # noqa: S608

# Digests are spread evenly, so that the smallest are as good as drawn by chance. The text
# that a family is named by stands for its copies.
_OTHERS = f"""
WITH {_RECENT}
SELECT texts.text, texts.lang
FROM core.texts AS texts
WHERE texts.text_digest IN (SELECT family_id FROM recent)
    AND texts.text_digest NOT IN (SELECT family_id FROM found)
ORDER BY texts.text_digest
LIMIT $most
"""  # noqa: S608

# New texts of each day: copies are none, so that flooding makes nothing else look old.
_ARRIVALS = f"""
WITH {_RECENT}
SELECT day, count(*)
FROM (SELECT min(posted_day) AS day FROM recent GROUP BY family_id)
GROUP BY day
"""  # noqa: S608

_BEFORE = """
SELECT
    clusters.cluster_id,
    clusters.night_count,
    clusters.stability,
    coalesce(clusters.last_night_day, clusters.last_day) AS last_night_day,
    list(DISTINCT membership.family_id) AS families
FROM core.clusters AS clusters
JOIN core.cluster_posts AS cluster_posts USING (cluster_id)
JOIN core.posts AS posts USING (post_id)
JOIN core.text_families AS membership USING (text_digest)
GROUP BY ALL
"""


_STAGE = "discover"


def discover(
    warehouse: Warehouse,
    vectors: VectorCache,
    thresholds: Thresholds,
    ordinary: Sequence[tuple[str, str]],
    *,
    model_version: str,
    run_id: str,
    now: datetime,
    runner: Runner | None = None,
) -> dict[str, int]:
    """Make the clusters what the last four weeks hold, touching only what differs.

    A second run of one day that is given the same has nothing to do.

    Args:
        warehouse: Holds classifications by the model, and the queues as they stand.
        vectors: Those of each text, encoded before.
        thresholds: Those of the model in use.
        ordinary: Texts and languages of writing that bears on no narrative; with few posts,
            what is common in a language cannot be told from these alone.
        model_version: The model in use.
        run_id: The run this belongs to.
        now: Posts that claim a later moment do not move what counts as recent.
        runner: Where disguises are undone; by default here.

    Returns:
        How many clusters were added or changed.
    """
    tonight = local_day(now)
    until = warehouse.read_rows(_UNTIL, {"today": tonight})[0][0]
    families: list[Family] = []
    others: list[tuple[Any, ...]] = []
    arrivals: dict[date, int] = {}
    if until:
        families, others = _read(warehouse, thresholds, until, model_version)
        others = [*others, *ordinary][:_MOST_OTHERS]
        arrivals = dict(warehouse.read_rows(_ARRIVALS, _window(until)))
    digest = digest_input(tonight, until, model_version, families, others, sorted(arrivals.items()))
    if is_unchanged(warehouse, _STAGE, digest):
        return {"clusters_changed": 0}
    clusters: list[Cluster] = []
    if until:
        read = partial(_read_spread, runner or Here())
        clusters = find_clusters(families, others, vectors.encode, until, read=read)
    before = _read_before(warehouse)
    names = keep_names(
        [cluster.family_ids for cluster in clusters],
        {name: was.families for name, was in before.items()},
    )
    named = list(zip(names, clusters, strict=True))
    rows = [
        {
            **_cluster_row(name, cluster),
            "chance": chance_of_recency(cluster.family_days, arrivals, until),
            **asdict(follow_cluster(cluster.family_ids, before.get(name), tonight)),
            "model_version": model_version,
            "run_id": run_id,
        }
        for name, cluster in named
    ]
    with warehouse.transaction():
        keep_input(warehouse, _STAGE, digest, run_id)
        changed = _store(warehouse, rows, named)
    return {"clusters_changed": changed}


def _store(
    warehouse: Warehouse,
    rows: Sequence[dict[str, Any]],
    named: Sequence[tuple[str, Cluster]],
) -> int:
    """Store clusters and their posts; return how many clusters changed."""
    posts = [row for pair in named for row in _post_rows(*pair)]
    changed = warehouse.replace(
        "core.clusters",
        pa.Table.from_pylist(rows, schema=schemas.CLUSTERS),
        key=("cluster_id",),
        keep="run_id",
    )
    warehouse.replace(
        "core.cluster_posts",
        pa.Table.from_pylist(posts, schema=schemas.CLUSTER_POSTS),
        key=("post_id",),
    )
    return changed


def _read_spread(runner: Runner, texts: Sequence[str]) -> list[str]:
    """Return the model text of each text."""
    given = ((None, texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH))
    return [seen for _, batch in runner.map(read_texts, given) for seen in batch]


def _read(
    warehouse: Warehouse, thresholds: Thresholds, until: date, model_version: str
) -> tuple[list[Family], list[tuple[Any, ...]]]:
    """Return the families that may tell something new, and what else was posted."""
    window = _window(until)
    wanted = {"model_version": model_version, "least_near": LEAST_NEAR, "most": _MOST_FAMILIES}
    found = warehouse.read(_FAMILIES, {**window, **wanted})
    with warehouse.registered("found", found.select(["family_id"])):
        others = warehouse.read_rows(_OTHERS, {**window, "most": _MOST_OTHERS})
    return [_family(row, thresholds.narratives) for row in found.to_pylist()], others


def _window(until: date) -> dict[str, Any]:
    return {"until": until, "window_days": WINDOW_DAYS}


def _read_before(warehouse: Warehouse) -> dict[str, Before]:
    """Return each cluster as the night before left it, its families as they are named now."""
    return {
        cluster_id: Before(frozenset(families), Standing(*standing))
        for cluster_id, *standing, families in warehouse.read_rows(_BEFORE)
    }


def _family(row: Mapping[str, Any], limits: Mapping[str, float]) -> Family:
    nearest = row["nearest"]
    return Family(
        family_id=row["family_id"],
        text=nearest["text"],
        lang=nearest["lang"],
        nearness=nearest["nearness"],
        narratives={name: share / limits[name] for name, share in nearest["narratives"]},
        posts=tuple(Posting(**post) for post in row["posts"]),
    )


def _cluster_row(cluster_id: str, cluster: Cluster) -> dict[str, Any]:
    days = cluster.days
    narrative_id, threshold_share = cluster.nearest_narrative
    return {
        "cluster_id": cluster_id,
        "narrative_id": narrative_id,
        "threshold_share": threshold_share,
        "post_count": len(days),
        "family_count": len(cluster.members),
        "first_day": days[0],
        "last_day": days[-1],
        "growth": cluster.growth,
        "terms": cluster.terms,
        "score": cluster.score,
    }


def _post_rows(cluster_id: str, cluster: Cluster) -> Sequence[dict[str, Any]]:
    return [
        {"cluster_id": cluster_id, "post_id": post_id, "similarity": similarity, "rank": rank}
        for rank, (post_id, similarity) in enumerate(cluster.ranked_posts, start=1)
    ]
