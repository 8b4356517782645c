"""Tests of how a cluster is followed: another night counts, another run on the day does not."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motbild.core.cluster_nights import Before, Standing, follow_cluster

NIGHT = date(2026, 11, 20)
LATER = NIGHT + timedelta(days=1)
NAMES = st.frozensets(st.sampled_from("abcdefgh"), min_size=1)


def test_the_first_night_counts_one_and_tells_no_stability() -> None:
    """There is nothing to compare with."""
    assert follow_cluster(["a", "b", "c"], None, NIGHT) == Standing(1, None, NIGHT)


def test_another_night_counts_one_more_and_tells_what_stayed() -> None:
    """What joined makes it no less stable; what left does."""
    before = Before(frozenset("abcd"), Standing(1, None, NIGHT))
    assert follow_cluster("abcxyz", before, LATER) == Standing(2, 0.75, LATER)


def test_a_second_run_on_one_day_is_no_other_night() -> None:
    """Nor is one whose clock went back; both leave what the night told."""
    standing = Standing(4, 0.5, NIGHT)
    for day in (NIGHT, NIGHT - timedelta(days=2)):
        assert follow_cluster("a", Before(frozenset("ab"), standing), day) == standing


@given(NAMES, NAMES)
def test_stability_is_a_share(before: frozenset[str], now: frozenset[str]) -> None:
    """It is one exactly where nothing left."""
    standing = follow_cluster(now, Before(before, Standing(1, None, NIGHT)), LATER)
    assert standing.stability is not None
    assert 0.0 <= standing.stability <= 1.0
    assert (standing.stability == 1.0) == (before <= now)
