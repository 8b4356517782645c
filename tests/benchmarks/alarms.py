"""Ways to tell whether a day stands out, each from a history to alarms."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from motbild.core.trends import DayCount, spikes
from tests.benchmarks.histories import Floats, History

FIRST_DAY = date(2025, 1, 6)
LEAST_COUNT = 5
Flags = NDArray[np.bool_]


def series_of(counts: Floats) -> tuple[DayCount, ...]:
    """Return counts as the product holds them."""
    days = (FIRST_DAY + timedelta(days=n) for n in range(len(counts)))
    return tuple(
        DayCount(day, None if np.isnan(count) else int(count))
        for day, count in zip(days, counts, strict=True)
    )


def alarm_ours(history: History) -> Flags:
    """Use what the product uses."""
    told = spikes(series_of(history.counts), series_of(history.totals))
    found = {(spike.day - FIRST_DAY).days for spike in told}
    return np.isin(np.arange(len(history.counts)), sorted(found))


def alarm_fortnight(history: History) -> Flags:
    """Compare with the median of a fortnight, without rhythm or outliers, as EARS C2 would.

    Expected is the median of the fourteen days before but the last two; an alarm is more than
    three spreads above it, by the median deviation or a Poisson count's, whichever is more.
    """
    counts = history.counts
    seen = _before(counts, range(3, 15))
    middle = np.nanmedian(seen, axis=1)
    deviation = 1.4826 * np.nanmedian(np.abs(seen - middle[:, None]), axis=1)
    limit = middle + 3 * np.maximum(np.maximum(deviation, np.sqrt(middle)), 1)
    return _over(counts, limit, seen)


def alarm_c2(history: History) -> Flags:
    """Compare with mean and spread of a week, two days back: EARS C2 as published."""
    return _over_mean(history.counts, _before(history.counts, range(3, 10)))


def alarm_mean(history: History) -> Flags:
    """Compare with mean and spread of the four weeks before."""
    return _over_mean(history.counts, _before(history.counts, range(1, 29)))


def alarm_high(history: History) -> Flags:
    """The same with four spreads: nearly as seldom for nothing as ours, on other histories."""
    return _over_mean(history.counts, _before(history.counts, range(1, 29)), spreads=4)


def _over_mean(counts: Floats, seen: Floats, spreads: float = 3) -> Flags:
    limit = np.nanmean(seen, axis=1) + spreads * np.nanstd(seen, axis=1, ddof=1)
    return _over(counts, limit, seen)


def _before(counts: Floats, ago: range) -> Floats:
    """Return what each day is compared with, ``(days, len(ago))``; nan before the first."""
    padded = np.concatenate([np.full(ago.stop, np.nan), counts])
    return np.stack([padded[ago.stop - n : len(padded) - n] for n in ago], axis=1)


def _over(counts: Floats, limit: Floats, seen: Floats) -> Flags:
    enough = (~np.isnan(seen)).sum(axis=1) >= LEAST_COUNT
    return np.asarray(enough & (counts >= LEAST_COUNT) & (counts > limit))


WAYS = {
    "Motbild": alarm_ours,
    "median of a fortnight": alarm_fortnight,
    "EARS C2": alarm_c2,
    "mean + 3 sd of 28 days": alarm_mean,
    "mean + 4 sd of 28 days": alarm_high,
}
