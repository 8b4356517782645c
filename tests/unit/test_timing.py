"""How close posts lie in time: laws that hold for any posts, and moments that are rounded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.timing import (
    UNKNOWN,
    Burst,
    Numbers,
    expect_co_posts,
    find_burst,
    find_co_posts,
    tell_grains,
)

POSTS = st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 5)), max_size=40)


def _columns(posts: list[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    rows = np.array(sorted(posts, key=lambda post: post[0]), dtype=np.int64).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _close(posts: list[tuple[int, int]], within: int) -> list[bool]:
    """Tell by comparing each post with each."""
    ordered = sorted(posts, key=lambda post: post[0])
    return [
        any(abs(a - b) <= within and one != other for b, other in ordered) for a, one in ordered
    ]


@given(POSTS, st.integers(0, 300))
def test_close_posts_are_those_that_comparing_all_pairs_finds(
    posts: list[tuple[int, int]], within: int
) -> None:
    """One pass over the posts finds what comparing every pair would."""
    assert find_co_posts(*_columns(posts), within).tolist() == _close(posts, within)


@given(POSTS, st.integers(0, 300), st.integers(0, 300))
def test_a_wider_window_never_lowers_co_posting(
    posts: list[tuple[int, int]], within: int, more: int
) -> None:
    """What is close stays close when more counts as close."""
    narrow = find_co_posts(*_columns(posts), within)
    wide = find_co_posts(*_columns(posts), within + more)
    assert not (narrow & ~wide).any()


@given(POSTS, st.integers(0, 900))
def test_a_burst_is_the_best_of_all_spans(posts: list[tuple[int, int]], span: int) -> None:
    """No span that begins with a post holds more accounts, or as many and more posts."""
    spans = [
        [(moment, account) for moment, account in posts if start <= moment <= start + span]
        for start, _ in posts
    ]
    expected = max(
        ((len({account for _, account in held}), len(held)) for held in spans), default=(0, 0)
    )
    found = find_burst(*_columns(posts), span)
    assert (found.account_count, found.post_count) == expected
    assert found.nearby_count >= found.post_count


@given(POSTS, st.randoms())
def test_the_order_of_posts_makes_no_difference(
    posts: list[tuple[int, int]], chance: "np.random.Generator"
) -> None:
    """Posts of one moment may come in any order."""
    shuffled = list(posts)
    chance.shuffle(shuffled)
    assert find_burst(*_columns(posts)) == find_burst(*_columns(shuffled))
    assert find_co_posts(*_columns(posts)).sum() == find_co_posts(*_columns(shuffled)).sum()


def test_unknown_accounts_are_posts_of_nobody() -> None:
    """A burst counts their posts, and no account for them."""
    moments = np.arange(5, dtype=np.int64)
    accounts = np.array([UNKNOWN, 1, UNKNOWN, 2, 1], dtype=np.int64)
    assert find_burst(moments, accounts) == Burst(2, 5, 5)
    nobody = np.full(5, UNKNOWN, dtype=np.int64)
    assert find_burst(moments, nobody) == Burst(0, 5, 5)


def test_the_pace_explains_close_posts_of_what_spreads_steadily() -> None:
    """At one post a minute all lie close, and no more than expected; six at once lie closer."""
    steady = np.arange(0, 6 * 3600, 60, dtype=np.int64)
    assert expect_co_posts(steady) == pytest.approx(len(steady), rel=0.35)
    assert expect_co_posts(np.arange(6, dtype=np.int64)) < 1


def _grains(moments: list[int], total: int, on_minute: int, on_hour: int) -> list[int]:
    counts = [np.full(len(moments), n, dtype=np.int64) for n in (total, on_minute, on_hour)]
    return list(tell_grains(np.array(moments, dtype=np.int64), *counts))


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        pytest.param((6_000, 100, 2), [0, 0, 0, UNKNOWN], id="to the second"),
        pytest.param((100, 100, 2), [60, 60, UNKNOWN, UNKNOWN], id="to the minute"),
        pytest.param((100, 100, 100), [UNKNOWN] * 4, id="bare days"),
        pytest.param((100, 40, 40), [0, 60, UNKNOWN, UNKNOWN], id="days among moments"),
    ],
)
def test_moments_are_as_exact_as_their_source_writes_them(
    clock: tuple[int, int, int], expected: list[int]
) -> None:
    """How exact a moment is follows from all that its source brought, and from itself."""
    assert _grains([1_000_021, 999_960, 997_200, UNKNOWN], *clock) == expected
