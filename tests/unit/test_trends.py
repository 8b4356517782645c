"""Counts by day: what is missing is never zero, and what stands out is told."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.trends import DayCount, daily_series, share, spikes, week_over_week

FIRST = date(2026, 1, 5)
COUNTS = st.lists(st.none() | st.integers(0, 200), min_size=1, max_size=60)


def _days(count: int) -> list[date]:
    return [FIRST + timedelta(days=n) for n in range(count)]


def _series(counts: Sequence[int | None]) -> tuple[DayCount, ...]:
    return tuple(
        DayCount(day, count) for day, count in zip(_days(len(counts)), counts, strict=True)
    )


def test_sources_of_a_day_are_added() -> None:
    """Rows of the same day make one count, zero included."""
    first, second = _days(2)
    series = daily_series(
        [(first, 2, False), (first, 3, False), (second, 0, False)], [first, second]
    )
    assert [entry.count for entry in series] == [5, 0]


@pytest.mark.parametrize("row", [(FIRST, None, True), (FIRST, 4, True), (FIRST, None, False)])
def test_a_day_that_a_source_failed_on_is_missing(row: tuple[date, int | None, bool]) -> None:
    """One failed source makes the day unknown; what is known is kept beside it."""
    (entry,) = daily_series([(FIRST, 3, False), row], [FIRST])
    assert entry.count is None
    assert entry.at_least == 3 + (row[1] or 0)


def test_a_day_without_rows_is_missing() -> None:
    """Nothing told is not the same as nothing posted."""
    assert daily_series([], [FIRST]) == (DayCount(FIRST, None, 0),)


def test_a_day_far_above_the_days_before_is_a_spike() -> None:
    """It is told with what was expected and how many times as much it is."""
    (spike,) = spikes(_series([4, 5, 3, 4, 6, 4, 5, 4, 3, 5, 4, 4, 5, 4, 40]))
    assert (spike.day, spike.count) == (FIRST + timedelta(days=14), 40)
    assert spike.expected == pytest.approx(4.3, abs=0.5)
    assert spike.ratio == pytest.approx(40 / spike.expected)
    assert 8 <= spike.upper < 20


def test_a_spike_out_of_nothing_has_no_ratio() -> None:
    """Nothing can be told as so many times nothing."""
    (spike,) = spikes(_series([0] * 14 + [9]))
    assert spike.expected < 0.1
    assert spike.ratio is None


@pytest.mark.parametrize(
    "counts",
    [
        [0] * 14 + [4],  # too few posts
        [50, 48, 52, 47, 55, 49, 51, 50, 53, 46, 50, 52, 49, 51, 60],  # within the usual
        [20, 60, 30, 70, 25, 55, 35, 64, 22, 58, 31, 61, 28, 59, 80],  # as uneven as ever
        [5, 5, 40],  # nothing to compare with
    ],
)
def test_what_is_usual_is_no_spike(counts: list[int]) -> None:
    """Few posts, common variation and short histories make no alarm."""
    assert spikes(_series(counts)) == []


def test_a_wave_over_several_days_is_a_spike_on_each() -> None:
    """The first days of a wave do not hide those that follow, and one old peak hides none."""
    counts = [5, 4, 6, 5, 60, 4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 4, 5, 5, 4, 6, 30, 35, 40]
    assert [spike.count for spike in spikes(_series(counts))] == [30, 35, 40]


def test_missing_days_are_not_taken_for_quiet_ones() -> None:
    """After a source has failed for weeks, ordinary days are no spikes."""
    counts = [40, 42, 38, 41, 40] * 2 + [None] * 30 + [40]
    assert spikes(_series(counts)) == []
    assert spikes(_series([0 if count is None else count for count in counts])) != []


@settings(max_examples=40)
@given(COUNTS)
def test_every_spike_has_enough_posts(counts: list[int | None]) -> None:
    """Nothing stands out within its usual range, and the order of days makes no difference."""
    series = _series(counts)
    by_day = {entry.day: entry.count for entry in series}
    found = spikes(series)
    assert all(by_day[spike.day] == spike.count >= 5 > 0 for spike in found)
    assert all(spike.count > spike.upper >= spike.expected for spike in found)
    assert spikes(series[::-1]) == found


def test_shares() -> None:
    """A share of nothing is unknown."""
    assert share(1, 4) == 0.25
    assert share(0, 0) is None


def test_weeks_are_compared_day_by_day() -> None:
    """Where days are missing, posts a known day are compared and not the sums."""
    change = week_over_week(_series([10] * 7 + [None, None, None, 20, 20, 20, 20]), _days(14)[-1])
    assert (change.last_count, change.before_count) == (80, 70)
    assert (change.ratio, change.missing_days) == (2, 3)


@pytest.mark.parametrize("counts", [[0] * 7 + [5] * 7, [None] * 7 + [5] * 7, [5] * 7 + [None] * 7])
def test_a_change_from_nothing_has_no_ratio(counts: list[int | None]) -> None:
    """Where a week is empty or unknown, how much it changed cannot be told."""
    assert week_over_week(_series(counts), _days(14)[-1]).ratio is None


def test_days_outside_the_series_are_missing() -> None:
    """A series that begins within the fortnight leaves the days before it unknown."""
    assert week_over_week(_series([3, 3]), _days(2)[-1]).missing_days == 12
