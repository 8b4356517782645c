"""What count is usual: learned from the weeks before, whatever peaks and gaps they hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.count_model import Floats, fit_before, upper_ends

HISTORIES = st.lists(st.integers(0, 300) | st.none(), min_size=20, max_size=80)


def _usual(counts: Floats) -> tuple[float, float]:
    """Return what is expected of the day after a history, and the upper end."""
    fit = fit_before(np.append(counts, np.nan), np.array([len(counts)]))
    expected, variances = fit.spans([0])
    return float(expected[0]), float(upper_ends(expected, variances)[0])


def _counts(history: list[int | None]) -> Floats:
    return np.array([np.nan if count is None else float(count) for count in history])


def _poisson(mean: float, seed: int, days: int = 80) -> Floats:
    return np.random.default_rng(seed).poisson(mean, days).astype(float)


@pytest.mark.parametrize("mean", [0.5, 5.0, 50.0])
def test_a_level_is_found(mean: float) -> None:
    """Even counts have about their mean, and a range a few spreads wide."""
    for seed in range(5):
        expected, upper = _usual(_poisson(mean, seed))
        assert expected == pytest.approx(mean, rel=0.6)
        assert upper <= mean + 7 * np.sqrt(mean) + 4


def test_usual_days_seldom_pass_the_upper_end() -> None:
    """Of days on which nothing happens about as many pass it as are allowed to."""
    counts = np.random.default_rng(5).negative_binomial(10, 0.4, 4_000).astype(float)
    days = np.arange(60, len(counts))
    expected, variances = fit_before(counts, days).spans([0])
    assert (counts[days] > upper_ends(expected, variances)).mean() < 0.006


def test_the_rhythm_of_the_week_is_learned() -> None:
    """After weeks with quiet Sundays, less is expected of a Sunday than of a Monday."""
    counts = np.tile([40.0, 40, 40, 40, 40, 30, 10], 12)
    sunday, _ = _usual(counts[:-1])
    monday, _ = _usual(counts)
    assert sunday < 15 < 35 < monday


def test_a_short_series_takes_on_the_week_of_all_that_is_read() -> None:
    """After two weeks of few posts the weekend is expected to be what it is for everything."""
    few = np.array([4.0, 2, 3, 5, 3, 1, 1] * 2)
    everything = np.tile([120.0, 120, 120, 120, 120, 60, 60], 2)
    factors, widths = [], []
    for all_counts in (None, np.append(everything, np.nan)):
        fit = fit_before(np.append(few, np.nan), np.array([len(few)]), all_counts)
        factors.append(fit.rhythm.factors[0])
        widths.append(fit.rhythm.variance[0].mean())
    monday, saturday = 0, 5
    assert factors[1][monday] / factors[1][saturday] > 1.2 * (
        factors[0][monday] / factors[0][saturday]
    )
    assert widths[1] < widths[0]


def test_a_week_of_its_own_is_learned_beside_that_of_all() -> None:
    """A series that is loud on Sundays is known to be, though all else is quiet then."""
    loud = np.tile([10.0, 10, 10, 10, 10, 10, 40], 12)
    everything = np.tile([120.0, 120, 120, 120, 120, 120, 60], 12)
    fit = fit_before(np.append(loud, np.nan)[:-1], np.array([len(loud) - 1]), everything)
    assert fit.spans([0])[0][0] > 25


def test_what_else_was_read_need_not_be_known() -> None:
    """Where nothing is known of all that was read, a series is judged by itself."""
    counts, days = _poisson(5, 4), np.array([70])
    unknown = np.full_like(counts, np.nan)
    np.testing.assert_allclose(
        fit_before(counts, days, unknown).spans([0]),
        fit_before(counts, days).spans([0]),
        rtol=0.02,
    )


def test_one_old_peak_hides_no_new_one() -> None:
    """A day of ten times as many hardly moves the upper end."""
    counts = _poisson(6, 1)
    peaked = counts.copy()
    peaked[-20] = 60
    assert _usual(peaked)[1] <= _usual(counts)[1] + 4


def test_uneven_counts_have_a_wider_range() -> None:
    """Where days differ more than chance would have it, more is usual."""
    uneven = np.random.default_rng(2).negative_binomial(2, 2 / 22, 80).astype(float)
    assert _usual(uneven)[1] > 1.5 * _usual(_poisson(20, 2))[1]


def test_with_too_few_known_days_nothing_is_told() -> None:
    """Six days say nothing of what is usual, however many are missing beside them."""
    assert np.isnan(_usual(_counts([5] * 6 + [None] * 40)[-55:])[0])
    assert np.isnan(_usual(np.array([]))[0])


def test_missing_days_are_left_out() -> None:
    """Holes in a history leave its level where it is; zeros in their place would not."""
    counts = _poisson(20, 3)
    holed = counts.copy()
    holed[10:80:3] = np.nan
    assert _usual(holed)[0] == pytest.approx(_usual(counts)[0], rel=0.1)
    assert _usual(np.nan_to_num(holed))[0] < 0.8 * _usual(counts)[0]


@settings(max_examples=40)
@given(HISTORIES)
def test_what_is_usual_is_always_a_number(history: list[int | None]) -> None:
    """Whatever came before, the upper end lies above what is expected, which is above zero."""
    expected, upper = _usual(_counts(history))
    known = sum(count is not None for count in history[-56:-2])
    if known >= 7:
        assert 0 < expected <= upper < np.inf


@settings(max_examples=40)
@given(HISTORIES, st.integers(0, 500), st.integers(0, 500))
def test_only_what_came_before_counts(history: list[int | None], one: int, other: int) -> None:
    """Neither the day itself, nor the two before, nor a later one changes what is usual."""
    base = _counts(history)
    told = []
    for last in (one, other):
        counts = np.append(base, [last] * 5)
        fit = fit_before(counts, np.array([len(base) + 2]))
        told.append(fit.spans([0, 1, 2]))
    np.testing.assert_array_equal(told[0], told[1])
