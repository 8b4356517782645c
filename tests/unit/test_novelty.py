"""How new a cluster is: against all that was posted, not against the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from motbild.core.novelty import RECENT_DAYS, chance_of_recency

UNTIL = date(2026, 11, 20)
EVEN = {UNTIL - timedelta(days=age): 100 for age in range(28)}


def _days(*ages: int) -> list[date]:
    return [UNTIL - timedelta(days=age) for age in ages]


def test_what_is_told_on_one_day_is_newer_than_what_is_told_all_month() -> None:
    """Five texts of today are one in millions; spread out they are as usual as can be."""
    assert chance_of_recency(_days(0, 0, 0, 0, 0), EVEN, UNTIL) == pytest.approx((1 / 28) ** 5)
    assert chance_of_recency(_days(3, 9, 14, 20, 27), EVEN, UNTIL) > 0.5


def test_a_rumour_of_a_week_is_new_too() -> None:
    """The span that tells most is taken."""
    week = _days(0, 1, 2, 3, 4, 5, 6, 6)
    assert chance_of_recency(week, EVEN, UNTIL) == pytest.approx((7 / 28) ** 8)


def test_a_source_that_has_only_begun_makes_nothing_new() -> None:
    """Where nearly all texts are of today, so are those of any cluster."""
    begun = {**EVEN, UNTIL: 20_000}
    assert chance_of_recency(_days(0, 0, 0, 0, 0), begun, UNTIL) > 0.3


def test_nothing_is_told_from_nothing() -> None:
    """No texts, or no days to compare with."""
    assert chance_of_recency([], EVEN, UNTIL) == 1.0
    assert chance_of_recency(_days(0), {}, UNTIL) == 1.0


@given(st.lists(st.integers(0, 27), min_size=1, max_size=12))
def test_it_is_the_least_of_binomial_tails(ages: list[int]) -> None:
    """Counted out one by one."""
    expected = min(
        sum(
            binom.pmf(k, len(ages), span / 28)
            for k in range(sum(age < span for age in ages), len(ages) + 1)
        )
        for span in RECENT_DAYS
    )
    assert chance_of_recency(_days(*ages), EVEN, UNTIL) == pytest.approx(expected)
