"""Posts by day and narrative, over everything that was read, flagged or not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.rises import LOOKBACK_DAYS
from motbild.core.trends import DayCount, Spike, daily_series, spikes

UNMATCHED = "none"  # what posts that bear on no narrative are counted under
Row = tuple[date, int | None, bool]
_LAST_NIGHT_DAY = """
SELECT timezone('Europe/Stockholm', started_at)::DATE AS day FROM ops.runs
WHERE kind IN ('nightly', 'catch-up') AND status NOT IN ('failed', 'interrupted')
ORDER BY started_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """The days of one narrative, in order.

    Attributes:
        matched: Posts that bear on it, whatever they say of it.
        flagged: Of them, flagged.
        spikes: Days on which far more than usual seem to assert it, flagged or not.
    """

    matched: tuple[DayCount, ...]
    flagged: tuple[DayCount, ...]
    spikes: Mapping[date, Spike]


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day that is counted in a snapshot.

    Attributes:
        days: Without a gap, the first first; empty where nothing is counted.
        counts: By narrative; posts that bear on none under `UNMATCHED`.
        last_post_day: Last day with any post, or None.
    """

    days: tuple[date, ...]
    counts: Mapping[str, Counts]
    last_post_day: date | None


@dataclass(frozen=True, slots=True)
class Rises:
    """The days on which nights say that a narrative rose.

    They leave out sources that are new or have failed for weeks, which a page's counts hold:
    what is marked is what nights tell too.

    Attributes:
        spans: First and last day of each rise.
        since_day: First day of which nights tell; None where they do not tell of any.
    """

    spans: Sequence[tuple[date, date]]
    since_day: date | None

    def allow(self, day: date) -> bool:
        """Tell whether a day that stands out may be marked."""
        if self.since_day is None or day < self.since_day:
            return True
        return any(first_day <= day <= last_day for first_day, last_day in self.spans)


def days_of(first_day: date, last_day: date) -> list[date]:
    """Return each day of a span."""
    return [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]


def between(series: Sequence[DayCount], first_day: date, last_day: date) -> list[DayCount]:
    """Return the days of a span; those that are not counted are missing."""
    known = {entry.day: entry for entry in series}
    return [known.get(day, DayCount(day, None)) for day in days_of(first_day, last_day)]


def read_daily(snapshot: OpenSnapshot) -> Daily:
    """Return the counts of a snapshot, worked out once.

    A day on which any source failed is missing for every narrative.
    """
    return snapshot.once("daily", lambda: _make(snapshot))


def _make(snapshot: OpenSnapshot) -> Daily:
    rows = snapshot.rows(
        """
        SELECT
            narrative_id, counted_day,
            bool_or(is_missing) AS is_missing,
            sum(post_count)::BIGINT AS matched,
            sum(post_count) FILTER (stance = 'asserts')::BIGINT AS asserting,
            sum(flagged_count)::BIGINT AS flagged
        FROM core.daily_counts
        GROUP BY ALL
        ORDER BY ALL
        """
    )
    days = sorted({row["counted_day"] for row in rows})
    broken = {row["counted_day"] for row in rows if row["is_missing"]}
    spine: list[Row] = [(day, 0, day in broken) for day in days]
    ids = [row["narrative_id"] for row in snapshot.rows("FROM core.narratives")]
    rises = _read_rises(snapshot)
    mine: dict[str, list[dict[str, Any]]] = {narrative_id: [] for narrative_id in (*ids, UNMATCHED)}
    for narrative_id, group in groupby(rows, lambda row: str(row["narrative_id"])):
        mine[narrative_id] = list(group)
    whole = days_of(days[0], days[-1]) if days else []
    all_posts = daily_series([*spine, *_pick(rows, "matched")], whole)
    return Daily(
        tuple(whole),
        {name: _counts(spine, found, all_posts, rises(name)) for name, found in mine.items()},
        max((row["counted_day"] for row in rows if row["matched"]), default=None),
    )


def _read_rises(snapshot: OpenSnapshot) -> Callable[[str], Rises]:
    """Return what tells the rises of each narrative."""
    if not snapshot.has_table("episodes"):
        return lambda _: Rises((), None)
    rows = snapshot.rows("FROM core.episodes")
    nights = snapshot.rows(_LAST_NIGHT_DAY)
    looked_back = nights[0]["day"] - timedelta(days=LOOKBACK_DAYS - 1) if nights else None
    known = [row["first_day"] for row in rows] + ([looked_back] if looked_back else [])
    return lambda narrative_id: Rises(
        [
            (row["first_day"], row["last_day"])
            for row in rows
            if row["narrative_id"] == narrative_id
        ],
        min(known, default=None),
    )


def _counts(
    spine: list[Row], rows: list[dict[str, Any]], all_posts: Sequence[DayCount], rises: Rises
) -> Counts:
    days = [entry.day for entry in all_posts]
    matched = daily_series([*spine, *_pick(rows, "matched")], days)
    flagged = daily_series([*spine, *_pick(rows, "flagged")], days)
    asserting = daily_series([*spine, *_pick(rows, "asserting")], days)
    found = spikes(asserting, all_posts)
    marked = {spike.day: spike for spike in found if rises.allow(spike.day)}
    return Counts(matched, flagged, marked)


def _pick(rows: list[dict[str, Any]], column: str) -> Iterator[Row]:
    return ((row["counted_day"], row[column] or 0, False) for row in rows)
