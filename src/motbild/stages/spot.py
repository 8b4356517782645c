"""Spot what rises beyond its usual range, and keep account of it: one episode for each rise."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.episodes import Episode, name_rises
from motbild.core.intake import local_day
from motbild.core.rises import (
    RECENT_HOURS,
    Counts,
    Rise,
    find_recent_rise,
    find_rises,
)

_HISTORY_DAYS = 180  # what change points and usual ranges look back on
_RECENT_DAYS = 14  # whose hours are counted
_LONGEST_FAILURE = 28  # days
_NEW_DAYS = 14  # in which a source is new
_MOST_FAMILIES = 5
_FEWEST_COPIES = 2  # a single post carries nothing

# Like is compared with like: a source that has failed for four weeks is left out, or else
# nothing would be known any more, and so is one that is new, or else its coming would be a rise.
# The first of its days is where its first hundredth of posts ends: single posts may be old.
_READ_SOURCES = f"""
WITH source_days AS (
    SELECT
        source_id,
        counted_day,
        bool_or(is_missing) AS is_missing,
        sum(sum(post_count)) OVER (PARTITION BY source_id ORDER BY counted_day) AS upto,
        sum(sum(post_count)) OVER (PARTITION BY source_id) AS total
    FROM core.daily_counts
    GROUP BY source_id, counted_day
),
sources AS (
    SELECT source_id, min(counted_day) FILTER (upto >= 0.01 * total) AS first_day
    FROM source_days
    GROUP BY source_id
    HAVING count(*) FILTER (is_missing) <= {_LONGEST_FAILURE}
),
read_sources AS (
    FROM sources
    WHERE first_day <= $today::DATE - {_NEW_DAYS}
        OR (SELECT min(first_day) FROM sources) > $today::DATE - {_NEW_DAYS}
)
"""  # noqa: S608

_DAYS = f"""
{_READ_SOURCES}
SELECT
    counted_day,
    bool_or(is_missing) OR counted_day < (SELECT max(first_day) FROM read_sources) AS is_missing,
    sum(post_count)::BIGINT AS post_count
FROM core.daily_counts SEMI JOIN read_sources USING (source_id)
WHERE counted_day > $today::DATE - $history_days::INTEGER AND counted_day <= $today
GROUP BY counted_day
ORDER BY counted_day
"""  # noqa: S608

# Posts that seem to assert it, flagged or not: whether each of them is sure enough to be flagged
# matters little to a sum. Those that counter, report or ask are no cause for alarm.
_CELLS = f"""
{_READ_SOURCES}
SELECT narrative_id, counted_day, lang, platform, sum(post_count)::BIGINT AS post_count
FROM core.daily_counts SEMI JOIN read_sources USING (source_id)
WHERE counted_day > $today::DATE - $history_days::INTEGER AND counted_day <= $today
    AND stance = 'asserts' AND post_count > 0
GROUP BY ALL
ORDER BY ALL
"""  # noqa: S608

_WINDOWS = f"""
{_READ_SOURCES}
SELECT
    narrative_id,
    (epoch($until) - epoch(counted_hour_at) - 3600)::BIGINT // 86400 AS days_ago,
    bool_or(is_missing) AS is_missing,
    coalesce(sum(post_count) FILTER (stance = 'asserts'), 0)::BIGINT AS post_count
FROM core.hourly_counts SEMI JOIN read_sources USING (source_id)
WHERE (epoch($until) - epoch(counted_hour_at) - 3600)::BIGINT % 86400 BETWEEN 0
    AND $hour_count * 3600 - 1
    AND days_ago BETWEEN 0 AND $day_count - 1
GROUP BY ALL
"""  # noqa: S608

_FAMILIES = """
SELECT membership.family_id, count(DISTINCT coalesce(posts.edit_of_post_id, posts.post_id)) AS n
FROM core.flags AS flags
JOIN core.posts AS posts USING (post_id)
JOIN core.text_families AS membership USING (text_digest)
WHERE flags.narrative_id = $narrative_id
    AND posts.posted_day BETWEEN $first_day AND $last_day
    AND $lang IN ('all', posts.lang)
    AND $platform IN ('all', posts.platform)
GROUP BY membership.family_id
HAVING n >= $fewest
ORDER BY n DESC, membership.family_id
LIMIT $most
"""


def spot(warehouse: Warehouse, *, run_id: str, now: datetime) -> dict[str, int]:
    """Bring the episodes up to date with the counts.

    Args:
        warehouse: Holds the counts of this night.
        run_id: The run this belongs to.
        now: When the run began: the day is not over.

    Returns:
        How many episodes were added or changed.
    """
    today = local_day(now)
    known = {row["episode_id"]: row for row in warehouse.read("FROM core.episodes").to_pylist()}
    rises = _find(warehouse, today, now)
    rows: list[dict[str, Any]] = []
    for narrative_id in sorted(rises.keys() | {row["narrative_id"] for row in known.values()}):
        mine = {name: row for name, row in known.items() if row["narrative_id"] == narrative_id}
        rows += _episodes(warehouse, narrative_id, rises.get(narrative_id, []), mine)
    changed = [row for row in rows if row != _without_runs(known.get(row["episode_id"]))]
    for row in changed:
        before = known.get(row["episode_id"])
        row.update(run_id=before["run_id"] if before else run_id, last_run_id=run_id)
    with warehouse.transaction():
        warehouse.upsert("core.episodes", pa.Table.from_pylist(changed, schema=schemas.EPISODES))
    return {"episodes_changed": len(changed)}


def _find(warehouse: Warehouse, today: date, now: datetime) -> Mapping[str, list[Rise]]:
    """Return the rises of each narrative that has any."""
    window = {"today": today, "history_days": _HISTORY_DAYS}
    days = warehouse.read_rows(_DAYS, window)
    missing = {day for day, is_missing, _ in days if is_missing} | {today}
    totals = {day: count or 0 for day, _, count in days}
    cells: dict[str, list[tuple[date, str, str, int]]] = {}
    for narrative_id, *cell in warehouse.read_rows(_CELLS, window):
        cells.setdefault(narrative_id, []).append((cell[0], cell[1], cell[2], cell[3]))
    recent = _read_recent(warehouse, today, now)
    found: dict[str, list[Rise]] = {}
    for narrative_id in sorted(cells):
        counts = Counts(cells[narrative_id], list(totals), missing, totals)
        rises = find_rises(counts, today)
        if not any(rise.is_open for rise in rises):
            rises += recent.get(narrative_id, [])
        if rises:
            found[narrative_id] = rises
    return found


def _read_recent(warehouse: Warehouse, today: date, now: datetime) -> Mapping[str, Sequence[Rise]]:
    """Return the rises within the last hours, of each narrative that has one."""
    until = now.replace(minute=0, second=0, microsecond=0)
    windows: dict[str, list[int | None]] = {}
    for narrative_id, ago, is_missing, count in warehouse.read_rows(
        _WINDOWS,
        {"today": today, "until": until, "hour_count": RECENT_HOURS, "day_count": _RECENT_DAYS},
    ):
        mine = windows.setdefault(narrative_id, [None] * _RECENT_DAYS)
        mine[-1 - ago] = None if is_missing else count
    rises = {name: find_recent_rise(counts, today) for name, counts in windows.items()}
    return {name: [rise] for name, rise in rises.items() if rise is not None}


def _episodes(
    warehouse: Warehouse,
    narrative_id: str,
    rises: Sequence[Rise],
    known: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the rows of tonight's rises, and those of open episodes that are no more.

    What is over stays as it was told: it may lie half outside of what is looked at by now.
    """
    before = [Episode(name, row["first_day"], row["last_day"]) for name, row in known.items()]
    names = name_rises(narrative_id, rises, before)
    is_over = {name for name, row in known.items() if not row["is_open"]}
    rows = [
        _row(warehouse, name, narrative_id, rise)
        for name, rise in zip(names, rises, strict=True)
        if rise.is_open or name not in is_over
    ]
    gone = known.keys() - is_over - set(names)
    return rows + [_without_runs(known[name]) | {"is_open": False} for name in sorted(gone)]


def _row(warehouse: Warehouse, name: str, narrative_id: str, rise: Rise) -> dict[str, Any]:
    asked = {
        "narrative_id": narrative_id,
        "lang": rise.scope.lang,
        "platform": rise.scope.platform,
        "first_day": rise.first_day,
        "last_day": rise.last_day,
    }
    families = warehouse.read_rows(
        _FAMILIES, asked | {"fewest": _FEWEST_COPIES, "most": _MOST_FAMILIES}
    )
    return {
        "episode_id": name,
        "kind": rise.kind,
        **asked,
        "is_open": rise.is_open,
        "hour_count": rise.hour_count,
        "post_count": rise.post_count,
        "expected_count": round(rise.expected_count, 2),
        "upper_count": rise.upper_count,
        "ratio": None if rise.ratio is None else round(rise.ratio, 2),
        "families": [{"family_id": family, "post_count": n} for family, n in families],
    }


def _without_runs(row: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (row or {}).items() if "run_id" not in name}
