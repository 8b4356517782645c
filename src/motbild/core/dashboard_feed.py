"""What dashboards show, as one JSON value: counts by day, what stands out, how the night went.

Its form is told in docs/feed.schema.json. No text, no post, no person, and no count so small
that it is of somebody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

SCHEMA_VERSION = 1
_MEANING = {
    "counts": (
        "Posts by Swedish day, narrative, language and platform, over everything that was read. "
        "narrative_id none counts posts that bear on no narrative. flagged_count is of posts that "
        "a model finds to assert the narrative: its output, and no verdict. A day without a row "
        "had no such posts."
    ),
    "suppressed": (
        "A count from 1 up to, but not including, smallest_count is null, with is_suppressed true."
    ),
    "missing": (
        "Where a source failed, is_missing is true: the count is a lower bound, or null where "
        "nothing is known. It is not zero."
    ),
    "licence": ("The publisher says who may use this and how. It may not be used to find persons."),
}
_EPISODE = ("episode_id", "kind", "narrative_id", "lang", "platform", "first_day", "last_day")
_NOTICE = ("notice_id", "kind", "subject_id", "severity")


@dataclass(frozen=True, slots=True)
class FeedRows:
    """What a feed is made of, row by row as a snapshot has it.

    Attributes:
        run_id: Of the run that made the snapshot.
        moment: When that began (UTC).
        narratives: `narrative_id`, `title_sv`, `title_en`.
        counts: `day`, `narrative_id`, `lang`, `platform`, `post_count`, `flagged_count`,
            `is_missing`.
        episodes: Those that are open.
        notices: Those that are open.
        night: `status`, `started_at`, `ended_at`; None where no night has run.
        sources: `source_id`, `has_failed`, `post_count` of that night.
    """

    run_id: str
    moment: datetime
    narratives: Iterable[Mapping[str, Any]]
    counts: Iterable[Mapping[str, Any]]
    episodes: Iterable[Mapping[str, Any]]
    notices: Iterable[Mapping[str, Any]]
    night: Mapping[str, Any] | None
    sources: Iterable[Mapping[str, Any]]


def build_feed(rows: FeedRows, publisher: str | None, smallest_count: int) -> dict[str, Any]:
    """Return the feed, ready to be written as JSON.

    Args:
        rows: What it is made of.
        publisher: The authority, where it is named.
        smallest_count: Smaller counts than this, but zero, are not told.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": rows.run_id,
        "generated_at": _tell(rows.moment),
        "publisher": publisher,
        "smallest_count": smallest_count,
        "meaning": _MEANING,
        "narratives": [dict(row) for row in rows.narratives],
        "counts": [_count(row, smallest_count) for row in rows.counts],
        "episodes": [_episode(row, smallest_count) for row in rows.episodes],
        "notices": [_notice(row) for row in rows.notices],
        "night": _night(rows, smallest_count),
    }


def suppress(count: int | None, smallest_count: int) -> int | None:
    """Return a count, or None where it is so small that it is of somebody."""
    return None if count is None or 0 < count < smallest_count else count


def _count(row: Mapping[str, Any], smallest_count: int) -> dict[str, Any]:
    told = {name: suppress(row[name], smallest_count) for name in ("post_count", "flagged_count")}
    return {
        "day": _tell(row["day"]),
        **{name: row[name] for name in ("narrative_id", "lang", "platform")},
        **told,
        "is_suppressed": any(row[name] is not None and told[name] is None for name in told),
        "is_missing": row["is_missing"],
    }


def _episode(row: Mapping[str, Any], smallest_count: int) -> dict[str, Any]:
    return {
        **{name: _tell(row[name]) for name in _EPISODE},
        "post_count": suppress(row["post_count"], smallest_count),
        "upper_count": row["upper_count"],
    }


def _notice(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a notice is about and since when; its evidence stays at home."""
    told = {name: row[name] for name in _NOTICE}
    return {**told, "first_noticed_at": _tell(row["first_noticed_at"])}


def _night(rows: FeedRows, smallest_count: int) -> dict[str, Any] | None:
    if rows.night is None:
        return None
    sources = [
        {
            "source_id": row["source_id"],
            "has_failed": row["has_failed"],
            "post_count": suppress(row["post_count"], smallest_count),
        }
        for row in rows.sources
    ]
    moments = {name: _tell(rows.night[name]) for name in ("started_at", "ended_at")}
    return {"status": rows.night["status"], **moments, "sources": sources}


def _tell(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
