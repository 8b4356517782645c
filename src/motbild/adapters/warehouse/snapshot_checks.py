"""What must hold of a snapshot before anybody reads it: nothing missing, twice or made up.

Each check is a query that finds rows where something is wrong. None looks at what a post says,
and none goes by the clock, so that a source that tells wrong days cannot stop every night.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from motbild.adapters.warehouse.connection import Warehouse
from motbild.errors import WarehouseError

KEYS: Mapping[str, tuple[str, ...]] = {
    "core.answers": ("answer_id",),
    "core.campaigns": ("campaign_id",),
    "core.classifications": ("text_digest", "parent_digest"),
    "core.cluster_posts": ("post_id",),
    "core.clusters": ("cluster_id",),
    "core.daily_counts": (
        *("counted_day", "source_id", "platform", "lang", "narrative_id", "stance"),
    ),
    "core.decisions": ("text_digest", "parent_digest"),
    "core.episodes": ("episode_id",),
    "core.facts": ("fact_id",),
    "core.families": ("family_id",),
    "core.flags": ("post_id", "narrative_id"),
    "core.hourly_counts": (
        *("counted_hour_at", "source_id", "platform", "lang", "narrative_id", "stance"),
    ),
    "core.links": ("post_id", "link_number"),
    "core.narratives": ("narrative_id",),
    "core.posts": ("post_id",),
    "core.proposals": ("post_id",),
    "core.questions": ("post_id", "narrative_id"),
    "core.threats": ("post_id",),
    "core.unflagged_counts": ("reason",),
    "ops.audit_heads": ("run_id",),
    "ops.deletions": ("deletion_id",),
    "ops.migrations": ("migration_number",),
    "ops.models": ("model_version",),
    "ops.notices": ("notice_id",),
    "ops.publication": ("run_id",),
    "ops.rejects": ("file_digest", "line_number", "code"),
    "ops.runs": ("run_id",),
    "ops.source_runs": ("run_id", "source_id", "file_name"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold.

    Attributes:
        fault: What is wrong where it does not, after "The snapshot …".
        query: Finds where, in one column that may be told; no row where all is well.
    """

    fault: str
    query: str


def _unique(table: str, key: Sequence[str]) -> Check:
    names = ", ".join(key)
    query = f"SELECT '{table}' FROM {table} GROUP BY {names} HAVING count(*) > 1 LIMIT 1"  # noqa: S608
    return Check("has two rows for one thing", query)


# Runs that were completed alone: what a run that died has done is counted by a later one. Counts
# hold each day of the last four hundred before the last reading, tried or done: ten are left alone.
_HOLES = """
    WITH outcomes AS (
        SELECT
            source_id,
            run_day,
            bool_or(status = 'read') AND NOT bool_or(status = 'failed') AS is_good
        FROM ops.source_runs
        SEMI JOIN (FROM ops.runs WHERE status = 'completed') AS runs USING (run_id)
        GROUP BY source_id, run_id, run_day
    ),
    reach AS (
        SELECT
            source_id,
            max(run_day) - 390 AS oldest_day,
            max(run_day) FILTER (is_good) - 1 AS last_day
        FROM outcomes GROUP BY source_id
    ),
    spans AS (
        SELECT source_id, greatest(min(counted_day), oldest_day) AS first_day, last_day
        FROM core.daily_counts JOIN reach USING (source_id)
        GROUP BY source_id, oldest_day, last_day
    ),
    days AS (
        SELECT
            source_id,
            unnest(generate_series(first_day, last_day, INTERVAL 1 DAY))::DATE AS counted_day
        FROM spans
    )
    SELECT source_id || ' on ' || counted_day
    FROM days ANTI JOIN core.daily_counts USING (source_id, counted_day)
    ORDER BY counted_day LIMIT 1
"""
# A few posts may bear a wrong day; most of them cannot.
_FUTURE = """
    WITH published AS (
        SELECT timezone('Europe/Stockholm', max(started_at))::DATE AS run_day FROM ops.runs
    )
    SELECT 'after ' || any_value(run_day) FROM core.daily_counts, published
    HAVING sum(post_count) FILTER (counted_day > run_day + 1) >= 1000
        AND sum(post_count) FILTER (counted_day > run_day + 1) > 0.5 * sum(post_count)
"""
_FLAGS = """
    WITH found AS (
        SELECT
            posts.posted_day AS counted_day,
            flags.narrative_id,
            count(DISTINCT coalesce(posts.edit_of_post_id, posts.post_id)) AS post_count
        FROM core.flags AS flags
        SEMI JOIN (FROM ops.runs WHERE status = 'completed') AS runs USING (run_id)
        JOIN core.posts AS posts USING (post_id)
        GROUP BY ALL
    ),
    counted AS (
        SELECT counted_day, narrative_id, sum(flagged_count) AS post_count
        FROM core.daily_counts GROUP BY ALL
    )
    SELECT found.narrative_id || ' on ' || counted_day
    FROM found LEFT JOIN counted USING (counted_day, narrative_id)
    WHERE coalesce(counted.post_count, 0) < found.post_count
    ORDER BY ALL LIMIT 1
"""

CHECKS: tuple[Check, ...] = (
    *(_unique(table, key) for table, key in KEYS.items()),
    Check("counts more flagged posts than posts, or fewer than none", "SELECT counted_day || '' "
          "FROM core.daily_counts WHERE flagged_count > post_count OR post_count < 0 LIMIT 1"),
    Check("has no number for a day of which nothing is said to be missing",
          "SELECT source_id || ' on ' || counted_day FROM core.daily_counts "
          "WHERE NOT is_missing AND (post_count IS NULL OR flagged_count IS NULL) LIMIT 1"),
    Check("lacks a day of a source that was read later", _HOLES),
    Check("has most of its posts on days that have not come", _FUTURE),
    Check("has more flagged posts than its counts of days tell", _FLAGS),
    Check("tells of a source that failed, but not why",
          "SELECT source_id FROM ops.source_runs WHERE status = 'failed' AND failure IS NULL "
          "LIMIT 1"),
)  # fmt: skip

# Posts with a classification, counted on their day; asked of the live warehouse.
_COUNTED = """
    WITH stored AS (
        SELECT source_id, posted_day AS counted_day,
            count(DISTINCT coalesce(edit_of_post_id, post_id)) AS post_count
        FROM core.posts SEMI JOIN core.classifications USING (text_digest)
        GROUP BY ALL
    ),
    counted AS (
        SELECT source_id, counted_day, sum(post_count) AS post_count
        FROM core.daily_counts WHERE post_count > 0 GROUP BY ALL
    )
    SELECT coalesce(stored.source_id, counted.source_id) || ' on '
        || coalesce(stored.counted_day, counted.counted_day)
    FROM stored FULL JOIN counted USING (source_id, counted_day)
    WHERE coalesce(counted.post_count, 0) < coalesce(stored.post_count, 0)
        OR stored.post_count IS NULL
    ORDER BY ALL LIMIT 1
"""
_DUE = "SELECT unnest(?::VARCHAR[]) EXCEPT SELECT source_id FROM ops.source_runs WHERE run_id = ?"


def check_snapshot(
    path: Path, warehouse: Warehouse, *, run_id: str, due: Sequence[str] | None
) -> None:
    """Open a built file as a reader would, and look whether it may be published.

    Args:
        path: The file.
        warehouse: What it was built from.
        run_id: The run that builds it.
        due: Sources that this run should have read, if it has read and counted; else None.

    Raises:
        WarehouseError: It may not.
    """
    if path.with_name(path.name + ".wal").exists():
        raise _refuse(path, "was not written to its end")
    if due is not None and (found := warehouse.read_rows(_COUNTED)):
        raise _refuse(path, "does not count the posts that are stored", found[0][0])
    with duckdb.connect(str(path), read_only=True) as snapshot:
        snapshot.execute("SET enable_progress_bar = false")
        for query, count in _expected_counts(warehouse).items():
            if snapshot.execute(query).fetchall() != [(count,)]:
                raise _refuse(path, "does not hold all it should", query)
        for check in CHECKS:
            if found := snapshot.execute(check.query).fetchall():
                raise _refuse(path, check.fault, found[0][0])
        if missing := snapshot.execute(_DUE, [list(due or ()), run_id]).fetchall():
            raise _refuse(path, "tells nothing of a source that was to be read", missing[0][0])
        for (view,) in snapshot.execute(
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'analyst'"
        ).fetchall():
            snapshot.execute(f"SELECT * FROM analyst.{view} LIMIT 1").fetchall()  # noqa: S608


def _refuse(path: Path, fault: str, where: str | None = None) -> WarehouseError:
    place = f" ({where})" if where else ""
    return WarehouseError(
        f"The snapshot {path.name} {fault}{place} and is not published; the one before stays. "
        "Run the night again; if it says so again, this is an error in Motbild: report it."
    )


def _expected_counts(warehouse: Warehouse) -> Mapping[str, int]:
    """What a reader must find, by a query on the snapshot."""
    queues = ("core.flags", "core.questions", "core.threats", "core.proposals")
    readable = "(FROM core.posts WHERE text IS NOT NULL) AS readable USING (post_id)"
    same = [f"SELECT count(*) FROM {queue} SEMI JOIN {readable}" for queue in queues]  # noqa: S608
    counts = ("core.daily_counts", "core.hourly_counts", "core.episodes", "core.answers")
    told = ("core.clusters", "core.campaigns", "core.facts", "ops.rejects", "ops.notices")
    kept = (*counts, *told, "ops.runs", "ops.source_runs", "ops.deletions", "ops.audit_heads")
    same += [f"SELECT count(*) FROM {table}" for table in kept]  # noqa: S608
    same.append("SELECT count(*) FROM core.families WHERE post_count > 1")
    same.append("SELECT count(*) FROM core.cluster_posts WHERE rank <= 6")
    expected = {query: int(warehouse.read_rows(query)[0][0]) for query in same}
    return {**expected, "SELECT count(*) FROM analyst.flagged_posts": expected[same[0]]}
