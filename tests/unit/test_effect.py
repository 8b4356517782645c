"""What happened after an answer, told with what weakens the comparison."""

import math
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.effect import CAVEATS, Effect, measure_effect
from motbild.core.trends import DayCount

PUBLISHED = date(2026, 4, 15)
SIDES = st.lists(st.none() | st.integers(0, 300), max_size=14)


def _series(before: Sequence[int | None], after: Sequence[int | None]) -> list[DayCount]:
    """Lay counts around the day of publishing, which itself has very many."""
    first = PUBLISHED - timedelta(days=len(before))
    counts = [*before, 999, *after]
    return [DayCount(first + timedelta(days=n), count) for n, count in enumerate(counts)]


def _effect(before: Sequence[int | None], after: Sequence[int | None]) -> Effect:
    return measure_effect(_series(before, after), PUBLISHED)


def test_posts_a_day_are_compared() -> None:
    """The day of publishing belongs to neither side."""
    effect = _effect([20, 22, 18] * 4 + [20, 20], [10, 11, 9] * 4 + [10, 10])
    assert (effect.before_per_day, effect.after_per_day, effect.ratio) == (20, 10, 0.5)
    assert (effect.days_before, effect.days_after, effect.missing_days) == (14, 14, 0)
    assert effect.low is not None
    assert effect.high is not None
    assert 0.3 < effect.low < 0.5 < effect.high < 0.8
    assert effect.caveats == ("not-a-cause",)


def test_the_interval_is_that_of_two_poisson_counts_where_days_are_even() -> None:
    """With even days it is near the textbook's log ratio and its standard error."""
    effect = _effect([100] * 14, [100] * 14)
    error = math.sqrt(2 / 1400)
    assert effect.high == pytest.approx(math.exp(2.056 * error), rel=0.001)
    assert effect.low == pytest.approx(math.exp(-2.056 * error), rel=0.001)


def test_uneven_days_widen_the_interval() -> None:
    """The same sums say less where days differ much."""
    even, uneven = _effect([20] * 14, [10] * 14), _effect([0, 40] * 7, [20, 0] * 7)
    assert uneven.ratio == even.ratio
    assert even.high is not None
    assert uneven.high is not None
    assert uneven.high > even.high


def test_missing_days_are_left_out_and_told() -> None:
    """A source that failed makes the days fewer and never the posts."""
    effect = _effect([20] * 14, [None] * 4 + [20] * 10)
    assert (effect.ratio, effect.days_after, effect.missing_days) == (1, 10, 4)
    assert "missing-days" in effect.caveats


def test_days_yet_to_come_are_not_missing() -> None:
    """An answer of three days ago has few days, and none that failed."""
    effect = _effect([20] * 14, [10] * 3)
    assert (effect.days_after, effect.missing_days) == (3, 0)
    assert effect.caveats == ("not-a-cause", "few-days")


@pytest.mark.parametrize(
    ("before", "after", "caveat"),
    [
        ([20] * 14, [10] * 6, "few-days"),
        ([1, 0] * 7, [0] * 14, "few-posts"),
        ([20] * 14, [21] * 14, "within-chance"),
        ([40] * 7 + [20] * 7, [10] * 14, "falling-before"),
        ([10] * 11 + [60] * 3, [10] * 14, "answered-at-peak"),
    ],
)
def test_what_weakens_the_comparison_is_told(
    before: list[int], after: list[int], caveat: str
) -> None:
    """Each weakness has a code; an even history has none of the last three."""
    assert caveat in _effect(before, after).caveats
    assert caveat not in _effect([40] * 14, [20] * 14).caveats


def test_what_was_not_answered_is_set_beside() -> None:
    """Where the rest fell as much, it is told."""
    alike, unlike = _series([50] * 14, [25] * 14), _series([50] * 14, [50] * 14)
    answered = _series([20] * 14, [10] * 14)
    told = measure_effect(answered, PUBLISHED, control=alike)
    assert told.control_ratio == 0.5
    assert "others-alike" in told.caveats
    assert "others-alike" not in measure_effect(answered, PUBLISHED, control=unlike).caveats


@pytest.mark.parametrize(("days", "is_told"), [(0, False), (3, True), (-14, True), (15, False)])
def test_another_answer_in_the_window_is_told(days: int, is_told: bool) -> None:
    """Two answers close in time cannot be told apart; the answer is not its own neighbour."""
    effect = measure_effect(
        _series([20] * 14, [10] * 14),
        PUBLISHED,
        other_answers=[PUBLISHED + timedelta(days=days)],
    )
    assert ("another-answer-nearby" in effect.caveats) is is_told


def test_only_the_window_counts() -> None:
    """Days further off than the window change nothing."""
    near = measure_effect(_series([20] * 7, [10] * 7), PUBLISHED, window=7)
    far = measure_effect(_series([500] * 9 + [20] * 7, [10] * 7 + [500]), PUBLISHED, window=7)
    assert near == far


@given(SIDES, SIDES)
def test_any_series_has_an_effect_or_none(
    before: list[int | None], after: list[int | None]
) -> None:
    """The ratio lies in its interval, and the caveats stand in their order."""
    effect = _effect(before, after)
    assert effect.caveats[0] == "not-a-cause"
    assert list(effect.caveats) == [code for code in CAVEATS if code in effect.caveats]
    if effect.low is not None and effect.high is not None:
        assert effect.ratio is not None
        assert 0 <= effect.low <= effect.ratio <= effect.high < math.inf
