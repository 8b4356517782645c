"""Lasting changes of the level: found where they are, and not where days stand out."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.changepoints import find_levels, find_rise_of_level
from motbild.core.trends import DayCount

FIRST = date(2026, 1, 5)


def _series(counts: Sequence[int | None]) -> list[DayCount]:
    return [DayCount(FIRST + timedelta(days=n), count) for n, count in enumerate(counts)]


def _draw(means: Sequence[float], seed: int = 1) -> list[int | None]:
    return [int(n) for n in np.random.default_rng(seed).poisson(means)]


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_a_step_is_found_where_it_is(factor: float) -> None:
    """Up or down, the new level begins within two days of the true one."""
    before, after = find_levels(_series(_draw([10.0] * 60 + [10 * factor] * 30)))
    assert abs((after.first_day - FIRST).days - 60) <= 2
    assert after.mean == pytest.approx(10 * factor, rel=0.3)
    assert before.last_day < after.first_day


def test_a_steady_series_has_one_level() -> None:
    """Neither chance nor the rhythm of the week is a change."""
    week = [1.2, 1.2, 1.2, 1.2, 1.2, 0.6, 0.4]
    counts = _draw([20 * week[n % 7] for n in range(110)])
    [level] = find_levels(_series(counts))
    assert level.day_count == 110


@pytest.mark.parametrize("days", [1, 2, 3])
def test_a_peak_is_no_level(days: int) -> None:
    """A few days of eight times as many change no level."""
    assert len(find_levels(_series(_draw([5.0] * 50 + [40.0] * days + [5.0] * 50)))) == 1


def test_missing_days_are_no_fall() -> None:
    """A gap of three weeks is left out, and no level of zero."""
    counts = _draw([20.0] * 100)
    counts[40:61] = [None] * 21
    [level] = find_levels(_series(counts))
    assert level.day_count == 79


def test_only_a_marked_rise_that_has_lasted_is_told() -> None:
    """A week of three times as many is a rise of the level; a fall and a running day are not."""
    risen = _series(_draw([10.0] * 60 + [30.0] * 10))
    told = find_rise_of_level(risen, FIRST + timedelta(days=70))
    assert told is not None
    assert told.mean > 20
    assert find_rise_of_level(risen, FIRST + timedelta(days=63)) is None
    fallen = _series(_draw([30.0] * 60 + [10.0] * 10))
    assert find_rise_of_level(fallen, FIRST + timedelta(days=70)) is None


@settings(max_examples=40)
@given(st.lists(st.none() | st.integers(0, 500), max_size=80), st.randoms())
def test_levels_cover_the_known_days_in_any_order(counts: list[int | None], rng: object) -> None:
    """Each known day is in one level of a week or more, whatever order the days come in."""
    series = _series(counts)
    levels = find_levels(series)
    known = sum(count is not None for count in counts)
    assert sum(level.day_count for level in levels) == known
    assert len(levels) <= 1 or all(level.day_count >= 7 for level in levels)
    rng.shuffle(series)  # type: ignore[attr-defined]
    assert find_levels(series) == levels
