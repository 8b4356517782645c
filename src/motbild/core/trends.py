"""Counts by day, and the days that stand out.

A day that a source failed on is missing, never zero: no sum, mean or comparison
takes it for a day on which nothing was posted.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

# A day is compared with the fourteen before it, less the two last, so that a wave which
# builds up over days does not hide itself.
BASELINE_DAYS, GUARD_DAYS = 14, 2
FEWEST_BASELINE_DAYS = 5  # of those, known; fewer say nothing of what is usual
LEAST_COUNT = 5  # a day of fewer posts is no spike, whatever came before
_LIMIT = 3.0  # spreads above what is expected
_MAD_TO_SD = 1.4826  # of a normal distribution
WEEK = 7


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
        count: Its posts.
        expected: The median of the days that it is compared with.
        ratio: Count over expected, or None where nothing was expected.
    """

    day: date
    count: int
    expected: float
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


def spikes(series: Sequence[DayCount], least_count: int = LEAST_COUNT) -> list[Spike]:
    """Find the days that have far more posts than the days before them lead one to expect.

    Expected is the median of the baseline; a spike lies more than three spreads above
    it. The spread is the median absolute deviation, and never less than that of a
    Poisson count, so that quiet weeks do not make a spike of every second post.

    Args:
        series: In any order; a day that is not among them is missing.
        least_count: Posts that a spike has at least.

    Source:
        Window and guard as in EARS C2: Hutwagner et al., "The bioterrorism preparedness
        and response Early Aberration Reporting System", Journal of Urban Health 80, 2003.
        Median and its deviation in place of mean and standard deviation: Leys et al.,
        "Detecting outliers", Journal of Experimental Social Psychology 49, 2013.
    """
    counts = {entry.day: entry.count for entry in series if entry.count is not None}
    found = (_spike(day, counts, least_count) for day in sorted(counts))
    return [spike for spike in found if spike is not None]


def _spike(day: date, counts: dict[date, int], least_count: int) -> Spike | None:
    ago = range(GUARD_DAYS + 1, BASELINE_DAYS + 1)
    baseline = [counts[d] for d in (day - timedelta(days=n) for n in ago) if d in counts]
    if counts[day] < least_count or len(baseline) < FEWEST_BASELINE_DAYS:
        return None
    expected = float(median(baseline))
    deviation = _MAD_TO_SD * median(abs(count - expected) for count in baseline)
    if counts[day] <= expected + _LIMIT * max(deviation, math.sqrt(expected), 1.0):
        return None
    return Spike(day, counts[day], expected, counts[day] / expected if expected else None)


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
