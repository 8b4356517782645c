"""Counts by day, and the days that stand out.

A day that a source failed on is missing, never zero: no sum, mean or comparison
takes it for a day on which nothing was posted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from motbild.core.count_model import TAIL, WEEK, Floats, fit_before, upper_ends

LEAST_COUNT = 5  # a day of fewer posts is no spike, whatever came before


@dataclass(frozen=True, slots=True)
class DayCount:
    """Posts of one day.

    Attributes:
        day: In Europe/Stockholm.
        count: Posts, or None where a source failed.
        at_least: What is known of the day even where `count` is None.
    """

    day: date
    count: int | None
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Spike:
    """A day that stands out.

    Attributes:
        day: In Europe/Stockholm.
        count: Its posts; of a day that is missing, those that are known.
        expected: What the weeks before it lead one to expect.
        upper: Upper end of the usual range.
        ratio: Count over expected, or None where not even half a post was expected.
    """

    day: date
    count: int
    expected: float
    upper: int
    ratio: float | None


@dataclass(frozen=True, slots=True)
class WeekChange:
    """Seven days beside the seven before them.

    Attributes:
        last_count: Posts of the last seven days that are known.
        before_count: Likewise of the seven before.
        ratio: Posts a known day, last over before; None where it cannot be told.
        missing_days: Days of the fourteen that are not known.
    """

    last_count: int
    before_count: int
    ratio: float | None
    missing_days: int


def daily_series(
    rows: Iterable[tuple[date, int | None, bool]], days: Iterable[date]
) -> tuple[DayCount, ...]:
    """Add up counts by day.

    Args:
        rows: Day, posts or None, and whether the source failed that day; several rows of
            a day, such as one for each source, are added. Whoever counts one narrative
            gives rows of zero for the others, since a day without rows is missing.
        days: Which days to give, in their order.
    """
    known: dict[date, int] = defaultdict(int)
    seen, missing = set(), set()
    for day, count, is_missing in rows:
        seen.add(day)
        known[day] += count or 0
        if is_missing or count is None:
            missing.add(day)
    return tuple(
        DayCount(day, known[day] if day in seen - missing else None, known[day]) for day in days
    )


def spikes(
    series: Sequence[DayCount],
    all_posts: Sequence[DayCount] = (),
    least_count: int = LEAST_COUNT,
    tail: float = TAIL,
) -> list[Spike]:
    """Find the days that have far more posts than the weeks before them lead one to expect.

    A missing day stands out where what is known of it is already too much. It is never
    part of what others are compared with.

    Args:
        series: In any order; a day that is not among them is missing.
        all_posts: Everything that was read, whose week a series of few posts takes on.
        least_count: Posts that a spike has at least.
        tail: How often a usual day would be taken for a spike, where the model holds.
    """
    if not series:
        return []
    first_day, counts, at_least = _arrays(series)
    days = np.flatnonzero(at_least >= max(least_count, 1))
    fit = fit_before(counts, days, _beside(all_posts, first_day, len(counts)))
    expected, variances = fit.spans([0])
    uppers = upper_ends(expected, variances, tail)
    return [
        make_spike(first_day + timedelta(days=int(day)), int(at_least[day]), mean, upper)
        for day, mean, upper in zip(days, expected.tolist(), uppers.tolist(), strict=True)
        if at_least[day] > upper  # never of nan: too little is known to say
    ]


def usual_of(
    series: Sequence[DayCount], days: Sequence[date], all_posts: Sequence[DayCount] = ()
) -> tuple[float, float] | None:
    """Return what the weeks before some days lead one to expect of them together.

    Args:
        series: In any order.
        days: The first of them is the day before which is looked back.
        all_posts: Everything that was read.

    Returns:
        Expected posts and the upper end of the usual range; None where too little is known.
    """
    first_day, counts, _ = _arrays([*series, DayCount(days[0], None)])
    start = np.array([(days[0] - first_day).days])
    fit = fit_before(counts, start, _beside(all_posts, first_day, len(counts)))
    expected, variances = fit.spans([(day - days[0]).days for day in days])
    if np.isnan(expected[0]):
        return None
    return float(expected[0]), float(upper_ends(expected, variances)[0])


def make_spike(day: date, count: int, expected: float, upper: float) -> Spike:
    """Tell a count beside what was expected."""
    return Spike(day, count, expected, int(upper), ratio_of(count, expected))


def ratio_of(count: int, expected: float) -> float | None:
    """Return how many times as many posts as expected, or None of next to nothing."""
    return count / expected if expected >= 0.5 else None


def _arrays(series: Sequence[DayCount]) -> tuple[date, Floats, Floats]:
    """Return the first day, and of each day from there what it had and what is known of it."""
    first_day = min(entry.day for entry in series)
    length = (max(entry.day for entry in series) - first_day).days + 1
    counts, at_least = np.full(length, np.nan), np.zeros(length)
    for entry in series:
        place = (entry.day - first_day).days
        if entry.count is not None:
            counts[place] = entry.count
        at_least[place] = entry.at_least if entry.count is None else entry.count
    return first_day, counts, at_least


def _beside(all_posts: Sequence[DayCount], first_day: date, length: int) -> Floats | None:
    """Return what was read on the days of a series, or None where that is not given."""
    if not all_posts:
        return None
    known = {(entry.day - first_day).days: entry.count for entry in all_posts}
    return np.array([known.get(place) for place in range(length)], dtype=np.float64)


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole in [0, 1], or None of nothing."""
    return part / whole if whole else None


def week_over_week(series: Sequence[DayCount], last_day: date) -> WeekChange:
    """Compare the seven days that end on a day with the seven before them."""
    counts = {entry.day: entry.count for entry in series}
    days = [last_day - timedelta(days=n) for n in range(2 * WEEK)]
    last = _known(counts.get(day) for day in days[:WEEK])
    before = _known(counts.get(day) for day in days[WEEK:])
    ratio = None
    if last and sum(before):
        ratio = (sum(last) / len(last)) / (sum(before) / len(before))
    return WeekChange(sum(last), sum(before), ratio, 2 * WEEK - len(last) - len(before))


def _known(counts: Iterable[int | None]) -> list[int]:
    return [count for count in counts if count is not None]
