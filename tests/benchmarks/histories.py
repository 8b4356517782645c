"""Invented histories of daily counts in which it is known when something rose.

Counts fall as Poisson or, more unevenly, as negative binomial counts; there are fewer at
weekends. No figure comes from a real platform.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

LENGTH = 300  # days
WARM_UP = 70  # first days, on which nobody is asked for an alarm
LEVELS = (1.0, 5.0, 25.0, 120.0)  # posts of an average day
SPREADS = {"even": 1.0, "uneven": 3.0}  # variance over mean
LEAST_RISE = 12.0  # posts a day that a planted rise adds at least
WEEKEND = np.where(np.arange(LENGTH) % 7 >= 5, 0.6, 1.16)
# Everything that is read falls less at weekends than what is watched, and unevenly.
ALL_LEVEL, ALL_SPREAD = 600.0, 10.0
ALL_WEEKEND = np.where(np.arange(LENGTH) % 7 >= 5, 0.8, 1.08)
SHORT = 14  # days that a new home has behind it

Floats = NDArray[np.float64]
Shape = Callable[[np.random.Generator], Floats]


@dataclass(frozen=True, slots=True)
class History:
    """One series.

    Attributes:
        scenario: What is the matter with it.
        counts: Posts of each day, ``(LENGTH,)``; nan where missing.
        totals: Everything that was read on these days, likewise.
        start: Day on which something rises; None where nothing does.
        length: Days that the rise lasts.
    """

    scenario: str
    counts: Floats
    totals: Floats
    start: int | None = None
    length: int = 0

    def cut(self, first: int, last: int) -> "History":
        """Return the days from the first up to the last, which is not among them."""
        start = None if self.start is None else self.start - first
        return replace(
            self, counts=self.counts[first:last], totals=self.totals[first:last], start=start
        )


def _flat(_: np.random.Generator) -> Floats:
    return np.ones(LENGTH)


def _growth(_: np.random.Generator) -> Floats:
    return np.asarray(2 ** (np.arange(LENGTH) / 180))


def _holidays(rng: np.random.Generator) -> Floats:
    shape = np.ones(LENGTH)
    for first in rng.integers(WARM_UP, LENGTH - 10, 3):
        shape[first : first + rng.integers(3, 11)] = 0.4
    return shape


def _fall(rng: np.random.Generator) -> Floats:
    return np.where(np.arange(LENGTH) < rng.integers(100, 250), 1.0, 0.4)


QUIET: dict[str, Shape] = {
    "nothing happens": _flat,
    "slow growth, twice as many in half a year": _growth,
    "three holidays with few posts": _holidays,
    "the level falls to two fifths": _fall,
}
# How many times the level each day of a rise has; the first is the day it begins.
RISES: dict[str, tuple[float, ...]] = {
    "one day, four times as many": (4.0,),
    "three days, three times as many": (3.0,) * 3,
    "builds up over a week to four times": tuple(1 + 3 * n / 7 for n in range(1, 8)),
    "four weeks, two and a half times": (2.5,) * 28,
}


def draw_quiet(seed: int, each: int) -> Iterator[History]:
    """Yield histories without a rise: of each kind, level and spread so many."""
    rng, others = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 3])
    for scenario, shape in QUIET.items():
        for level in LEVELS:
            for spread in SPREADS.values():
                for _ in range(each):
                    form = shape(rng)
                    counts = _lose(rng, _draw(rng, level * form * WEEKEND, spread))
                    yield History(scenario, counts, _draw_totals(others, counts, form))
    for level in LEVELS:
        for _ in range(each):
            means = level * WEEKEND * rng.gamma(8, 1 / 8, LENGTH)
            counts = _lose(rng, _draw(rng, means, 1.0))
            yield History(
                "far more uneven than any day is like",
                counts,
                _draw_totals(others, counts, _flat(rng)),
            )


def draw_rises(seed: int, each: int) -> Iterator[History]:
    """Yield histories with one rise: of each kind, level and spread so many."""
    rng, others = np.random.default_rng([seed, 2]), np.random.default_rng([seed, 4])
    for scenario, factors in RISES.items():
        for level in LEVELS:
            for spread in SPREADS.values():
                for _ in range(each):
                    start = int(rng.integers(120, LENGTH - 40))
                    means = level * WEEKEND
                    days = slice(start, start + len(factors))
                    scale = max(level, LEAST_RISE / (max(factors) - 1))
                    means[days] += (np.array(factors) - 1) * scale * WEEKEND[days]
                    counts = _lose(rng, _draw(rng, means, spread), keep=start)
                    totals = _draw_totals(others, counts, _flat(rng))
                    yield History(scenario, counts, totals, start, len(factors))


def _draw(rng: np.random.Generator, means: Floats, spread: float) -> Floats:
    if spread == 1.0:
        return rng.poisson(means).astype(float)
    return rng.negative_binomial(means / (spread - 1), 1 / spread).astype(float)


def _draw_totals(rng: np.random.Generator, counts: Floats, shape: Floats) -> Floats:
    """Draw everything that was read, on the same days: what is watched is a part of it."""
    drawn = _draw(rng, ALL_LEVEL * shape * ALL_WEEKEND, ALL_SPREAD)
    return np.asarray(drawn + counts)


def _lose(rng: np.random.Generator, counts: Floats, keep: int | None = None) -> Floats:
    """Take out one day in fifty and a gap of five days, but not the first day of a rise."""
    kept = counts.astype(float)
    kept[rng.random(LENGTH) < 0.02] = np.nan
    gap = int(rng.integers(0, LENGTH - 5))
    kept[gap : gap + 5] = np.nan
    if keep is not None:
        kept[keep] = counts[keep]
    return kept
