"""The feed for dashboards, out of a snapshot."""

import json
from datetime import timedelta

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.dashboard_feed import FeedRows, build_feed
from motbild.settings import Settings
from motbild.wiring.sharing import Selection, has_table, read_moment

FEED_DAYS = 90  # before the last counted one, where no period is asked for

_COUNTS = """
    SELECT
        counted_day AS day, narrative_id, lang, -- platform
        sum(post_count)::BIGINT AS post_count,
        sum(flagged_count)::BIGINT AS flagged_count,
        bool_or(is_missing) AS is_missing
    FROM core.daily_counts
    WHERE
        coalesce(narrative_id = $1, true)
        AND coalesce(counted_day >= $2::DATE, true)
        AND coalesce(counted_day <= $3::DATE, true)
        AND coalesce(lang = $4, true)
    GROUP BY ALL
    HAVING is_missing OR sum(post_count) > 0
    ORDER BY ALL
"""
_LAST_DAY = "SELECT max(counted_day) AS day FROM core.daily_counts"
_NIGHT = "SELECT run_id, status, started_at, ended_at FROM ops.runs ORDER BY run_id DESC LIMIT 1"
_SOURCES = """
    SELECT
        source_id,
        bool_or(status = 'failed') AS has_failed,
        sum(post_count)::BIGINT AS post_count
    FROM ops.source_runs WHERE run_id = ?
    GROUP BY source_id ORDER BY source_id
"""
_NARRATIVES = "SELECT narrative_id, title_sv, title_en FROM core.narratives ORDER BY narrative_id"
_EPISODES = "FROM core.episodes WHERE is_open ORDER BY first_day, episode_id"
_NOTICES = "FROM ops.notices WHERE is_open ORDER BY first_noticed_at, notice_id"


def write_feed(settings: Settings, snapshot: OpenSnapshot, chosen: Selection | None = None) -> str:
    """Return the feed of a snapshot as JSON.

    Args:
        settings: Whose feed, and what is too small to tell.
        snapshot: Of which night.
        chosen: Which counts; by default those of the last `FEED_DAYS` days.
    """
    rows = read_feed(snapshot, chosen or Selection())
    feed = build_feed(rows, settings.publisher, settings.smallest_count)
    return json.dumps(feed, ensure_ascii=False)


def read_feed(snapshot: OpenSnapshot, chosen: Selection) -> FeedRows:
    """Return what a feed is made of; a snapshot of an older version tells less."""
    night = next(iter(snapshot.rows(_NIGHT)), None)
    run_id = night["run_id"] if night else ""
    platform = "platform," if _has_platform(snapshot) else "'all' AS platform,"
    first_day = chosen.first_day
    if first_day is None and (last := snapshot.rows(_LAST_DAY)[0]["day"]):
        first_day = last - timedelta(days=FEED_DAYS - 1)
    asked = (chosen.narrative_id, first_day, chosen.last_day, chosen.lang)
    return FeedRows(
        run_id=run_id,
        moment=read_moment(snapshot),
        narratives=snapshot.rows(_NARRATIVES),
        counts=snapshot.rows(_COUNTS.replace("-- platform", platform), asked),
        episodes=snapshot.rows(_EPISODES) if has_table(snapshot, "core", "episodes") else [],
        notices=snapshot.rows(_NOTICES) if has_table(snapshot, "ops", "notices") else [],
        night=night,
        sources=snapshot.rows(_SOURCES, [run_id]),
    )


def _has_platform(snapshot: OpenSnapshot) -> bool:
    return "platform" in snapshot.table("FROM core.daily_counts LIMIT 0").column_names
