"""What a source used to bring, and when it is told that it brings far less."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.source_nights import SourceNight, gather_nights
from motbild.core.source_volume import LEAST_NIGHTS, examine_source, lower_tail

FIRST = date(2026, 3, 2)  # a Monday


def _nights(counts: Sequence[int], step: int = 1) -> list[SourceNight]:
    return [SourceNight(FIRST + timedelta(days=n * step), c) for n, c in enumerate(counts)]


def _kinds(nights: Sequence[SourceNight]) -> list[str]:
    return [finding.kind for finding in examine_source(nights)]


def _simulate(rng: np.random.Generator, days: int, level: float, spread: float) -> list[int]:
    """Draw counts with quiet weekends, and more varied than by chance where spread is over 1."""
    weekly = np.array([1.2, 1.1, 1.0, 1.0, 1.0, 0.7, 0.6])
    means = level * weekly[np.arange(days) % 7]
    if spread > 1:
        means = rng.gamma(means / (spread - 1), spread - 1)
    return [int(count) for count in rng.poisson(means)]


@pytest.mark.parametrize(("level", "spread"), [(4, 1.0), (40, 1.0), (40, 6.0), (900, 30.0)])
def test_sources_that_do_not_change_raise_hardly_any_alarm(level: float, spread: float) -> None:
    """Of a thousand nights at most one is told as a drop, for small and restless sources too."""
    rng = np.random.default_rng(7)
    alarms = nights = 0
    for _ in range(8):
        drawn = _nights(_simulate(rng, 200, level, spread))
        for n in range(LEAST_NIGHTS + 7, len(drawn)):
            nights += 1
            alarms += "volume-drop" in _kinds(drawn[max(0, n - 70) : n])
    assert alarms <= nights / 1000


@pytest.mark.parametrize(
    ("level", "spread", "left", "within"),
    [(900, 30.0, 0.0, 1), (40, 1.0, 0.1, 1), (40, 6.0, 0.1, 7), (4, 1.0, 0.0, 7)],
)
def test_a_drop_is_told_within_a_week(
    level: float, spread: float, left: float, within: int
) -> None:
    """A big source is told the first night, a small or restless one within seven."""
    rng = np.random.default_rng(11)
    told = 0
    for _ in range(20):
        usual = _simulate(rng, 60, level, spread)
        fallen = [int(left * count) for count in _simulate(rng, within, level, spread)]
        told += any(
            "volume-drop" in _kinds(_nights([*usual, *fallen[: n + 1]])) for n in range(within)
        )
    assert told >= 18


def test_a_drop_tells_since_when_and_against_what() -> None:
    """It has the first low day, what came and what was expected, and nothing else."""
    [found] = examine_source(_nights([100] * 30 + [4, 3]))
    assert found.since_day == FIRST + timedelta(days=30)
    assert found.figures == {"post_count": "3", "expected_count": "100", "night_count": "1"}


def test_a_quiet_weekend_is_usual() -> None:
    """A source that brings little on Sundays is compared with Sundays."""
    assert _kinds(_nights([200, 200, 200, 200, 200, 150, 8] * 6)) == []


def test_too_few_nights_tell_nothing() -> None:
    """Before three weeks nobody knows what is usual."""
    assert _kinds(_nights([100] * (LEAST_NIGHTS + 5) + [0])) == []
    assert _kinds(_nights([100] * (LEAST_NIGHTS + 6) + [0])) == ["volume-drop"]


def test_weekly_files_and_a_seldom_filled_inbox_are_no_drop() -> None:
    """Nights without a file are usual for them, and so is a week's holiday."""
    weekly = [0, 0, 0, 0, 3000, 0, 0] * 10
    assert not any(_kinds(_nights(weekly[:n])) for n in range(1, len(weekly)))
    assert _kinds(_nights([*weekly, *[0] * 12])) == []
    seldom = [40, *[0] * 5, 90, *[0] * 20, 12, *[0] * 3, 55, *[0] * 45]
    assert _kinds(_nights(seldom)) == []


def test_a_source_that_stays_away_far_longer_than_ever_is_silent() -> None:
    """Twice its longest absence and a week, counted from its last visit."""
    weekly = [0, 0, 0, 0, 3000, 0, 0] * 6
    [found] = examine_source(_nights([*weekly, *[0] * 20]))
    assert found.kind == "source-silent"
    assert found.since_day == FIRST + timedelta(days=5 * 7 + 5)
    assert found.figures["longest_gap_days"] == "7"


def test_a_steady_source_that_fell_silent_is_told_once_at_a_time() -> None:
    """First as a drop, and when that has become too old, as silent."""
    kinds = [_kinds(_nights([50] * 60 + [0] * n)) for n in range(1, 40)]
    assert kinds[0] == ["volume-drop"]
    assert kinds[-1] == ["source-silent"]
    assert all(len(found) == 1 for found in kinds)


def test_a_failing_source_is_told_with_its_first_bad_night() -> None:
    """Whatever else would be said of it; nights of failure are no zeros afterwards."""
    good = _nights([50] * 40)
    failed = [SourceNight(FIRST + timedelta(days=40 + n), 0, is_failed=True) for n in range(3)]
    [found] = examine_source([*good, *failed])
    assert (found.kind, found.since_day) == ("source-failed", FIRST + timedelta(days=40))
    assert found.figures == {"night_count": "3"}
    again = SourceNight(FIRST + timedelta(days=43), 48)
    assert examine_source([*good, *failed, again]) == []


def test_rows_set_aside_far_more_often_than_ever_are_a_drift() -> None:
    """A share that was always high is not, and a single bad row is not."""

    def nights(*pairs: tuple[int, int], code: str = "no-text") -> list[SourceNight]:
        return [
            SourceNight(FIRST + timedelta(days=n), posts, reject_counts={code: bad} if bad else {})
            for n, (posts, bad) in enumerate(pairs)
        ]

    usual = [(90, 10)] * 5
    [found] = examine_source(nights(*usual, (40, 60)))
    assert (found.kind, found.figures["is_new_code"]) == ("schema-drift", "false")
    assert _kinds(nights(*usual, (88, 12))) == []
    assert _kinds(nights(*[(10, 90)] * 5, (8, 92))) == []
    assert _kinds(nights(*[(100, 0)] * 5, (1, 1))) == []
    assert _kinds(nights((100, 0), (0, 100))) == []


def test_a_reason_never_met_that_takes_many_rows_is_a_drift() -> None:
    """Its code is told, even where as many rows were set aside before."""
    old = [
        SourceNight(FIRST + timedelta(days=n), 60, reject_counts={"no-text": 40}) for n in range(5)
    ]
    new = SourceNight(FIRST + timedelta(days=5), 60, reject_counts={"bad-date": 40})
    [found] = examine_source([*old, new])
    assert (found.figures["code"], found.figures["is_new_code"]) == ("bad-date", "true")


def test_runs_of_a_day_are_one_night() -> None:
    """Posts and rejects add up, and a later run that could read mends an earlier failure."""
    nights = gather_nights(
        [("a", "r1", FIRST, True, 3), ("a", "r2", FIRST, False, 4), ("b", "r1", FIRST, False, 0)],
        [("a", "r1", "no-text", 2), ("a", "r2", "no-text", 1)],
    )
    assert nights["a"] == [SourceNight(FIRST, 7, False, {"no-text": 3})]
    assert nights["b"] == [SourceNight(FIRST, 0)]


@given(st.integers(0, 300), st.floats(0.5, 300), st.floats(1.0, 50.0), st.integers(1, 50))
def test_more_posts_are_never_less_likely(count: int, mean: float, ratio: float, more: int) -> None:
    """The tail is a probability that grows with the count."""
    low = lower_tail(count, mean, mean * ratio)
    assert 0 <= low <= lower_tail(count + more, mean, mean * ratio) <= 1 + 1e-9
