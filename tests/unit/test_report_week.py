"""The week of a report runs from Monday to Sunday, as weeks are numbered in Sweden."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.report_week import week_of


@pytest.mark.parametrize(
    ("day", "year", "number"),
    [
        (date(2026, 1, 1), 2026, 1),
        (date(2027, 1, 1), 2026, 53),
        (date(2024, 12, 30), 2025, 1),
        (date(2023, 1, 1), 2022, 52),
    ],
)
def test_weeks_at_new_year(day: date, year: int, number: int) -> None:
    """A week belongs to the year that its Thursday lies in."""
    assert (week_of(day).year, week_of(day).number) == (year, number)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_its_week(day: date) -> None:
    """A week has seven days, begins on a Monday, and is the same for each of them."""
    week = week_of(day)
    assert week.first_day <= day <= week.last_day
    assert week.first_day.weekday() == 0
    assert week.last_day - week.first_day == timedelta(days=6)
    assert week_of(week.first_day) == week_of(week.last_day) == week
