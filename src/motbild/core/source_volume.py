"""Whether a source brings far less than it used to, or much that cannot be read.

Platforms change silently: a page that is built anew answers as before and with nothing
in it. What a night brought is compared with what nights of the same source brought.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from motbild.core.source_nights import SourceNight

# What is usual is learned from eight weeks, less the last one, so that a drop does not
# become usual while it is looked at; and from no fewer nights than two weeks.
HISTORY_DAYS, GUARD_DAYS, LEAST_NIGHTS = 56, 7, 14
STEADY_SHARE = 0.8  # of its nights that a source brings posts on, to be told by the night
WINDOWS = (1, 3, 7)  # nights: what is small shows only over several
DROP_RATIO = 0.5  # less than half is far less
FALSE_ALARM = 2e-5  # probability of so few in an unchanged source, for each window
_MAD_TO_SD = 1.4826  # of a normal distribution
_WEEKDAY_WEIGHT = 2.0  # nights of a weekday that count as much as having no weekdays
_LEAST_FACTOR = 0.02

LEAST_VISITS = 4  # times that an unsteady source came, to know how long it stays away
SILENT_RATIO, SILENT_DAYS = 2.0, 7  # days away: twice its longest, and a week

LEAST_REJECTS, LEAST_REJECT_SHARE, REJECT_RISE = 10, 0.2, 3.0
LEAST_FILLED_NIGHTS = 3  # nights with rows, before a rise can be told


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """What is wrong with a source.

    Attributes:
        kind: ``source-failed``, ``volume-drop``, ``source-silent`` or ``schema-drift``.
        since_day: First day of it.
        figures: Numbers, days and codes that say how it is told.
    """

    kind: str
    since_day: date
    figures: Mapping[str, str]


def examine_source(nights: Sequence[SourceNight]) -> list[SourceFinding]:
    """Tell what is wrong with a source on the last of its nights.

    A source that fails is told as failed and not as silent too. A source that brings posts
    on most nights is compared with its own nights, one that comes now and then with how
    long it stays away.

    Args:
        nights: In their order, one a day; days on which it was not tried are left out.
    """
    if not nights:
        return []
    if nights[-1].is_failed:
        return [_failed(nights)]
    known = [night for night in nights if not night.is_failed]
    found = (find_drop(known) or find_silence(known), find_drift(known))
    return [finding for finding in found if finding is not None]


def _failed(nights: Sequence[SourceNight]) -> SourceFinding:
    streak = _last_streak(nights)
    figures = {"night_count": str(len(streak))}
    return SourceFinding("source-failed", streak[0].day, figures)


def _last_streak(nights: Sequence[SourceNight]) -> Sequence[SourceNight]:
    """Return the failed nights at the end."""
    good = max((n for n, night in enumerate(nights) if not night.is_failed), default=-1)
    return nights[good + 1 :]


@dataclass(frozen=True, slots=True)
class UsualVolume:
    """What a steady source brings in a night.

    Attributes:
        level: Posts of a night on a usual weekday.
        weekday_factors: By weekday, Monday first: how many times the level.
        weekday_lows: By weekday: posts that hardly any night had fewer of.
        spread: Variance over mean; 1 where posts come by chance alone.
    """

    level: float
    weekday_factors: tuple[float, ...]
    weekday_lows: tuple[int, ...]
    spread: float

    def expected(self, day: date) -> float:
        """Return the posts of a usual night."""
        return self.level * self.weekday_factors[day.weekday()]

    def probability_of_at_most(self, count: int, mean: float) -> float:
        """Return how likely so few are where nothing has changed."""
        return lower_tail(count, mean, self.spread * mean)


def learn_usual(nights: Sequence[SourceNight]) -> UsualVolume | None:
    """Learn what is usual, by medians, which single days do not move.

    Returns:
        None where the nights are too few, or it brings posts on too few of them.
    """
    counts = [night.post_count for night in nights]
    steady = sum(count > 0 for count in counts) >= STEADY_SHARE * len(counts)
    if len(counts) < LEAST_NIGHTS or not steady:
        return None
    by_weekday = [
        sorted(night.post_count for night in nights if night.day.weekday() == weekday)
        for weekday in range(7)
    ]
    middle = max(median(counts), 1.0)
    factors = tuple(_weekday_factor(known, middle) for known in by_weekday)
    level = median(night.post_count / factors[night.day.weekday()] for night in nights)
    expected = [max(level * factors[night.day.weekday()], 0.5) for night in nights]
    spread = _spread(counts, expected) * (1 + LEAST_NIGHTS / len(counts))
    lowest = tuple(known[len(known) // 5] if known else 0 for known in by_weekday)
    return UsualVolume(level, factors, lowest, max(1.0, spread))


def _weekday_factor(counts: Sequence[int], middle: float) -> float:
    """Return how a weekday differs, the less so the fewer nights tell."""
    if not counts:
        return 1.0
    told = max(median(counts) / middle, _LEAST_FACTOR)
    return float(told ** (len(counts) / (len(counts) + _WEEKDAY_WEIGHT)))


def _spread(counts: Sequence[int], expected: Sequence[float]) -> float:
    """Return variance over mean: by the median, and no less than that of the low nights."""
    residuals = [
        (count - mean) / math.sqrt(mean) for count, mean in zip(counts, expected, strict=True)
    ]
    centre = median(residuals)
    middling = (_MAD_TO_SD * median(abs(one - centre) for one in residuals)) ** 2
    low = [(one - centre) ** 2 for one in residuals if one < centre]
    return max(middling, sum(low) / len(low) if low else 0.0)


def lower_tail(count: int, mean: float, variance: float) -> float:
    """Return the probability of at most so many.

    Negative binomial where the variance is greater than the mean, else Poisson.
    """
    from scipy.special import betainc, pdtr  # takes long to import, and the room does without

    if mean <= 0:
        return 1.0
    if variance <= mean * (1 + 1e-9):
        return float(pdtr(count, mean))
    size = mean**2 / (variance - mean)
    return float(betainc(size, count + 1, mean / variance))


def find_drop(nights: Sequence[SourceNight]) -> SourceFinding | None:
    """Tell whether a steady source brings far less than its usual range for the weekdays.

    Args:
        nights: Those that did not fail, in their order.
    """
    last_day = nights[-1].day
    usual = learn_usual(
        [
            night
            for night in nights
            if GUARD_DAYS <= (last_day - night.day).days < GUARD_DAYS + HISTORY_DAYS
        ]
    )
    if usual is None:
        return None
    lately = [night for night in nights if (last_day - night.day).days < GUARD_DAYS]
    for length in WINDOWS:
        window = lately[-length:]
        if len(window) == length and _is_drop(window, usual):
            return _drop(window, lately, usual)
    return None


def _is_drop(window: Sequence[SourceNight], usual: UsualVolume) -> bool:
    count = sum(night.post_count for night in window)
    expected = sum(usual.expected(night.day) for night in window)
    last = window[-1]
    return (
        last.post_count < usual.weekday_lows[last.day.weekday()]
        and last.post_count < DROP_RATIO * usual.expected(last.day)
        and count < DROP_RATIO * expected
        and usual.probability_of_at_most(count, expected) < FALSE_ALARM
    )


def _drop(
    window: Sequence[SourceNight], lately: Sequence[SourceNight], usual: UsualVolume
) -> SourceFinding:
    low = [night.post_count < DROP_RATIO * usual.expected(night.day) for night in lately]
    begun = max((n + 1 for n, is_low in enumerate(low) if not is_low), default=0)
    figures = {
        "post_count": str(sum(night.post_count for night in window)),
        "expected_count": f"{sum(usual.expected(night.day) for night in window):.0f}",
        "night_count": str(len(window)),
    }
    return SourceFinding("volume-drop", lately[begun].day, figures)


def find_silence(nights: Sequence[SourceNight]) -> SourceFinding | None:
    """Tell whether a source that comes now and then stays away far longer than it ever did.

    Args:
        nights: Those that did not fail, in their order.
    """
    last_day = nights[-1].day
    visits = [night.day for night in nights if night.post_count > 0]
    if len(visits) < LEAST_VISITS:
        return None
    away = (last_day - visits[-1]).days
    longest = max((b - a).days for a, b in pairwise(visits))
    if away <= SILENT_RATIO * longest + SILENT_DAYS:
        return None
    figures = {"last_day": visits[-1].isoformat(), "longest_gap_days": str(longest)}
    return SourceFinding("source-silent", visits[-1] + timedelta(days=1), figures)


def find_drift(nights: Sequence[SourceNight]) -> SourceFinding | None:
    """Tell whether many more rows than ever are set aside, or many for a reason never met.

    Args:
        nights: Those that did not fail, in their order.
    """
    filled = [night for night in nights if night.row_count > 0]
    if not filled or filled[-1] is not nights[-1] or len(filled) <= LEAST_FILLED_NIGHTS:
        return None
    *before, last = filled
    code, most = max(last.reject_counts.items(), key=lambda item: item[1], default=("", 0))
    is_new_code = _is_much(most, last) and not any(n.reject_counts.get(code) for n in before)
    if not is_new_code and not _has_risen(before, last):
        return None
    figures = {
        "reject_count": str(last.reject_count),
        "row_count": str(last.row_count),
        "code": code,
        "is_new_code": str(is_new_code).lower(),
    }
    return SourceFinding("schema-drift", last.day, figures)


def _is_much(count: int, night: SourceNight) -> bool:
    return count >= LEAST_REJECTS and count >= LEAST_REJECT_SHARE * night.row_count


def _has_risen(before: Sequence[SourceNight], last: SourceNight) -> bool:
    shares = [night.reject_count / night.row_count for night in before]
    share = last.reject_count / last.row_count
    is_sharp = share > REJECT_RISE * median(shares) and share > max(shares)
    return _is_much(last.reject_count, last) and is_sharp
