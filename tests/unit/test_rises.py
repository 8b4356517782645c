"""Rises of a narrative: each once, with who carries it, under a name that it keeps."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.episodes import Episode, name_rises
from motbild.core.rises import Counts, Rise, Scope, find_recent_rise, find_rises

TODAY = date(2026, 11, 20)
DAYS = [TODAY - timedelta(days=n) for n in range(100, 0, -1)]
PLACES = st.sampled_from([("sv", "x"), ("sv", "tiktok"), ("ar", "tiktok")])
PEAKS = st.dictionaries(st.tuples(PLACES, st.integers(1, 40)), st.integers(0, 80), max_size=6)


def _counts(peaks: Mapping[tuple[tuple[str, str], int], int], usual: int = 3) -> Counts:
    """Make counts: as usual everywhere, but for the days so long ago that are named."""
    cells = [
        (day, *place, peaks.get((place, (TODAY - day).days), usual + (day.day + n) % 2))
        for day in DAYS
        for n, place in enumerate((("sv", "x"), ("sv", "tiktok"), ("ar", "tiktok")))
    ]
    return Counts(cells, [*DAYS, TODAY], {TODAY})


def _rise(first_ago: int, last_ago: int, kind: str = "spike") -> Rise:
    first, last = (TODAY - timedelta(days=n) for n in (first_ago, last_ago))
    return Rise(kind, Scope(), first, last, True, 24, 30, 3.0, 9)


def _episode(name: str, first_ago: int, last_ago: int) -> Episode:
    return Episode(name, TODAY - timedelta(days=first_ago), TODAY - timedelta(days=last_ago))


def test_nothing_rises_where_all_is_usual() -> None:
    """Usual days are no rise in any language or place."""
    assert find_rises(_counts({}), TODAY) == []


def test_a_pause_of_two_days_ends_no_rise() -> None:
    """Days that follow close on each other are one rise, others are two."""
    peaks = {(("ar", "tiktok"), ago): 40 for ago in (20, 17, 2, 1)}
    first, second = find_rises(_counts(peaks), TODAY)
    assert [(TODAY - day).days for day in (first.first_day, first.last_day)] == [20, 17]
    assert (first.is_open, second.is_open) == (False, True)
    assert second.scope == Scope("ar", "tiktok")


def test_a_rise_everywhere_names_no_place() -> None:
    """Where all languages and platforms rise, none of them carries it."""
    everywhere = (("sv", "x"), ("sv", "tiktok"), ("ar", "tiktok"), ("ar", "x"))
    cells = [
        (day, *place, 40 if day == DAYS[-1] else 3 + (day.day % 2))
        for day in DAYS
        for place in everywhere
    ]
    [rise] = find_rises(Counts(cells, [*DAYS, TODAY], {TODAY}), TODAY)
    assert rise.scope == Scope()
    assert rise.post_count == 160


def test_a_rise_that_lasts_is_a_shift_and_still_one() -> None:
    """Ten days of many are one rise of the kind shift, from its first day on."""
    peaks = {(("sv", "x"), ago): 30 for ago in range(1, 11)}
    [rise] = find_rises(_counts(peaks), TODAY)
    assert (rise.kind, (TODAY - rise.first_day).days, rise.is_open) == ("shift", 10, True)
    assert rise.hour_count == 240
    assert rise.post_count > rise.upper_count > rise.expected_count


def test_the_running_day_is_a_lower_bound() -> None:
    """Half a day may be too much already, and is never too little."""
    counts = _counts({})
    loud = Counts([*counts.cells, (TODAY, "sv", "x", 60)], counts.days, {TODAY})
    [rise] = find_rises(loud, TODAY)
    assert (rise.last_day, rise.is_open) == (TODAY, True)


@settings(max_examples=20)
@given(PEAKS)
def test_rises_do_not_overlap_and_order_makes_no_difference(
    peaks: dict[tuple[tuple[str, str], int], int],
) -> None:
    """Spikes tell of different days, each beyond its range, in whatever order rows come."""
    counts = _counts(peaks)
    rises = find_rises(counts, TODAY)
    spikes = [rise for rise in rises if rise.kind == "spike"]
    assert all(a.last_day < b.first_day for a, b in pairwise(spikes))
    assert all(rise.post_count > rise.expected_count for rise in rises)
    assert find_rises(Counts(counts.cells[::-1], counts.days, {TODAY}), TODAY) == rises


@settings(max_examples=15)
@given(st.integers(15, 300), st.integers(0, 300))
def test_more_posts_never_undo_an_alarm(posts: int, more: int) -> None:
    """Who adds posts to a day that stands out leaves it standing out."""
    place = ("sv", "x")
    before = find_rises(_counts({(place, 1): posts}), TODAY)
    after = find_rises(_counts({(place, 1): posts + more}), TODAY)
    assert len(before) <= len(after) <= 1


def test_the_last_hours_are_judged_by_the_same_hours_of_other_days() -> None:
    """Twenty posts in six hours that have two on other days are a plain rise."""
    usual: list[int | None] = [2, 1, 3, 2, 2, 0, 1, 2, 3, 2, 1, 2, 2]
    rise = find_recent_rise([*usual, 30], TODAY)
    assert rise is not None
    assert (rise.post_count, rise.hour_count, rise.first_day) == (30, 6, TODAY)
    assert find_recent_rise([*usual, 9], TODAY) is None
    assert find_recent_rise([None] * 10 + [2, 2, 2, 30], TODAY) is None


def test_a_rise_keeps_the_name_of_the_episode_it_goes_on() -> None:
    """Its first day may move a little; another rise gets another name."""
    before = [_episode("n-1", 4, 2), _episode("n-0", 30, 28)]
    assert name_rises("n", [_rise(5, 1)], before) == ["n-1"]
    assert name_rises("n", [_rise(20, 18)], before) == ["n-20261031"]


def test_a_spike_above_a_new_level_is_an_episode_of_its_own() -> None:
    """The level keeps its name, and the spike does not take it."""
    rises = [_rise(20, 1, "shift"), _rise(2, 1)]
    assert name_rises("n", rises, [_episode("level", 20, 2)]) == ["level", "n-20261118"]


def test_no_two_episodes_share_a_name() -> None:
    """Where a name is taken, the next number is used."""
    names = name_rises("n", [_rise(9, 9)], [_episode("n-20261111", 30, 30)])
    assert names == ["n-20261111-2"]


def test_a_new_home_takes_the_week_from_all_that_is_read() -> None:
    """A day of 11 where 3 are usual rises after two weeks, once the common week is known."""
    watched = [4, 3, 0, 2, 7, 1, 4, 3, 4, 1, 2, 0, 0, 0, 11]
    everything = [98, 104, 88, 116, 117, 142, 131, 133, 109, 98, 101, 0, 0, 0, 120]
    days = [TODAY - timedelta(days=n) for n in range(15, 0, -1)]
    cells = [(day, "sv", "x", count) for day, count in zip(days, watched, strict=True)]
    totals = dict(zip(days, everything, strict=True))
    missing = set(days[11:14])  # while a source failed
    told = [find_rises(Counts(cells, days, missing, known), TODAY) for known in ({}, totals)]
    assert [len(rises) for rises in told] == [0, 1]
