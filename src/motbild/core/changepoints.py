"""When the level of a series changed for good: change points of daily counts.

A change point is where a lasting level ends and another begins. Single days that stand out
are none: `motbild.core.trends` tells of those.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from motbild.core.count_model import WEEK
from motbild.core.trends import DayCount

LEAST_DAYS = 7  # known days that a level lasts
HISTORY_DAYS = 120  # in which a change of level is looked for
LEAST_RISE = 1.5  # times the level before, of a level that has risen
LEAST_MEAN = 1.0  # posts a day, of a level that has risen
_WIDTH = 7  # known days to each side that a day is compared with, to cut off peaks
_CUT = 3.0  # spreads from there
_PENALTY = 4.0  # of one more change, in variances times the logarithm of the days
_MAD_TO_SD = 1.4826  # of a normal distribution

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """Days of one level.

    Attributes:
        first_day: Its first known day.
        last_day: Its last known day.
        day_count: Known days.
        mean: Posts of a known day; days that stand out are cut off.
    """

    first_day: date
    last_day: date
    day_count: int
    mean: float


def find_levels(series: Sequence[DayCount]) -> list[Level]:
    """Cut a series where its level changes; without a change there is one level.

    Args:
        series: In any order; missing days are left out, and nothing is put in their place.

    Source:
        PELT: Killick, Fearnhead and Eckley, "Optimal detection of changepoints with a linear
        computational cost", Journal of the American Statistical Association 107, 2012, as
        `ruptures` does it (Truong et al., Signal Processing 167, 2020), on log(1 + count).
        A penalty of two variances times log(n) is Schwarz's criterion: Yao, "Estimating the
        number of change-points via Schwarz' criterion", Statistics & Probability Letters 6,
        1988. It is meant for independent days; counts of posts hang together, so that
        twice as much is asked.
    """
    known = sorted((e.day, e.count) for e in series if e.count is not None)
    if not known:
        return []
    days = [day for day, _ in known]
    heights, ends = np.log1p([float(n) for _, n in known]), [len(days)]
    if len(days) >= 2 * LEAST_DAYS:
        heights = _without_peaks(_without_week(heights, days))
        ends = _cut(heights)
    return [
        Level(days[a], days[b - 1], b - a, math.expm1(float(heights[a:b].mean())))
        for a, b in zip([0, *ends], ends, strict=False)
    ]


def find_rise_of_level(series: Sequence[DayCount], today: date) -> Level | None:
    """Return the level that holds now, where it is markedly higher than the one before.

    Args:
        series: In any order.
        today: The running day, which is left out.
    """
    since = today - timedelta(days=HISTORY_DAYS)
    levels = find_levels([entry for entry in series if since < entry.day < today])
    if len(levels) < 2:
        return None
    before, now = levels[-2:]
    return now if now.mean >= max(LEAST_MEAN, LEAST_RISE * before.mean) else None


def _cut(heights: Floats) -> list[int]:
    # Two seconds to import, which only a night needs.
    from ruptures import KernelCPD

    penalty = _PENALTY * _spread(heights) ** 2 * math.log(len(heights))
    search = KernelCPD(kernel="linear", min_size=LEAST_DAYS).fit(heights[:, None])
    return [int(end) for end in search.predict(pen=penalty)]


def _without_week(heights: Floats, days: Sequence[date]) -> Floats:
    """Take the rhythm of the week out: each weekday's usual distance from its neighbours."""
    distance = heights - _running_median(heights)
    weekdays = np.array([day.weekday() for day in days])
    rhythm = np.zeros(WEEK)
    for weekday in set(weekdays.tolist()):
        rhythm[weekday] = np.median(distance[weekdays == weekday])
    return np.asarray(heights - (rhythm - rhythm.mean())[weekdays])


def _without_peaks(heights: Floats) -> Floats:
    """Cut off what lies far from the days around it, such as a peak of some days."""
    middle = _running_median(heights)
    reach = _CUT * _spread(heights)
    return np.clip(heights, middle - reach, middle + reach)


def _spread(heights: Floats) -> float:
    """Return the spread of days about their level, from the steps between them."""
    steps = float(np.median(np.abs(np.diff(heights)))) * _MAD_TO_SD / math.sqrt(2)
    mean = max(math.expm1(float(heights.mean())), 0.1)
    poisson = math.sqrt(mean) / (1 + mean)  # of log(1 + count), to first order
    return max(steps, poisson)


def _running_median(heights: Floats) -> Floats:
    padded = np.pad(heights, _WIDTH, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _WIDTH + 1)
    return np.asarray(np.nanmedian(windows, axis=1))
