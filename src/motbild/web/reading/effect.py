"""Flagged posts by day, of each narrative, and what happened around an answer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.effect import WINDOW, Effect, measure_effect
from motbild.core.trends import DayCount

Series = tuple[DayCount, ...]
NONE = "none"  # posts that bear on no narrative are counted under it


@dataclass(frozen=True, slots=True)
class Around:
    """What was counted around the day that an answer was published.

    Attributes:
        effect: The comparison.
        days: Each day of the window, in order; None of a day after the last that is counted.
        published_on: The day in the middle.
    """

    effect: Effect
    days: tuple[tuple[date, DayCount | None], ...]
    published_on: date


def read_series(snapshot: OpenSnapshot) -> Mapping[str, Series]:
    """Return flagged posts by day, of each narrative.

    A day is missing where any source failed: what it would have told is not known. The day
    of the last reading is left out, since it was not over.
    """
    return snapshot.once("flagged-by-day", lambda: _read_series(snapshot))


def _read_series(snapshot: OpenSnapshot) -> dict[str, Series]:
    days = snapshot.rows(_DAYS)
    counts: dict[str, dict[date, int]] = defaultdict(dict)
    for row in snapshot.rows(_COUNTS, [NONE]):
        counts[row["narrative_id"]][row["counted_day"]] = row["flagged_count"]
    for row in snapshot.rows("SELECT narrative_id FROM core.narratives"):
        counts.setdefault(row["narrative_id"], {})
    return {
        narrative: tuple(
            DayCount(
                row["counted_day"],
                None if row["is_missing"] else known.get(row["counted_day"], 0),
                known.get(row["counted_day"], 0),
            )
            for row in days
        )
        for narrative, known in counts.items()
    }


def others_than(series: Mapping[str, Series], narrative_id: str) -> Series:
    """Return all narratives but one, added up by day."""
    columns = zip(*(known for name, known in series.items() if name != narrative_id), strict=True)
    return tuple(_add(column) for column in columns)


def _add(column: Sequence[DayCount]) -> DayCount:
    is_missing = any(entry.count is None for entry in column)
    at_least = sum(entry.at_least for entry in column)
    return DayCount(column[0].day, None if is_missing else at_least, at_least)


def measure_around(
    series: Mapping[str, Series], answer: Answer, others: Sequence[Answer]
) -> Around | None:
    """Compare the days before a published answer with those after it.

    Args:
        series: Of every narrative.
        answer: The answer; None is returned where it has no day.
        others: Published answers, among which those to the same narrative count.
    """
    if answer.published_on is None:
        return None
    own, day = series.get(answer.narrative_id, ()), answer.published_on
    effect = measure_effect(
        own,
        day,
        control=others_than(series, answer.narrative_id),
        other_answers=[
            other.published_on
            for other in others
            if other.answer_id != answer.answer_id
            and other.narrative_id == answer.narrative_id
            and other.published_on is not None
        ],
    )
    known = {entry.day: entry for entry in own}
    reach = [day + timedelta(days=n) for n in range(-WINDOW, WINDOW + 1)]
    return Around(effect, tuple((one, known.get(one)) for one in reach), day)


_ENDED = """
    counted_day IS DISTINCT FROM (SELECT max(run_day) FROM ops.source_runs WHERE status = 'read')
"""
_DAYS = f"""
SELECT counted_day, bool_or(is_missing) AS is_missing
FROM core.daily_counts WHERE {_ENDED}
GROUP BY counted_day ORDER BY counted_day
"""  # noqa: S608 - the condition above
_COUNTS = f"""
SELECT narrative_id, counted_day, coalesce(sum(flagged_count), 0)::BIGINT AS flagged_count
FROM core.daily_counts WHERE narrative_id <> ? AND {_ENDED}
GROUP BY narrative_id, counted_day
"""  # noqa: S608 - the condition above
