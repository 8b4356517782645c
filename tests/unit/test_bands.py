"""Which pairs of texts are candidates for being copies."""

from collections import Counter
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.bands import FEW, gathered, pair_up

MEMBERS = st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=40)


def _paired(
    keys: list[int], is_fresh: list[bool], at_once: int = 1_000_000
) -> list[tuple[int, int]]:
    parts = pair_up(np.array(keys, np.uint64), np.array(is_fresh, bool), at_once=at_once)
    return [(a, b) for pairs in parts for a, b in pairs.T.tolist()]


@given(MEMBERS, st.integers(1, 30))
def test_all_pairs_of_a_bucket_of_a_few_are_candidates(
    members: list[tuple[int, bool]], at_once: int
) -> None:
    """Each once, however many are held at a time, and none of two that were compared before."""
    keys, is_fresh = [key for key, _ in members], [fresh for _, fresh in members]
    expected = [
        (a, b)
        for a, b in combinations(range(len(keys)), 2)
        if keys[a] == keys[b] and (is_fresh[a] or is_fresh[b])
    ]
    assert sorted(_paired(keys, is_fresh, at_once)) == expected


def test_a_large_bucket_is_chained() -> None:
    """Each text is held against the one before it and the first, so that all may be joined."""
    count = FEW + 1
    expected = {(n - 1, n) for n in range(1, count)} | {(0, n) for n in range(2, count)}
    found = _paired([7] * count, [n == 3 for n in range(count)])
    assert Counter(found) == dict.fromkeys(expected, 1)
    assert not _paired([7] * count, [False] * count)


def test_the_nearest_come_first() -> None:
    """What is joined early spares the pairs that come after."""
    assert _paired([5, 9, 5, 5], [True] * 4) == [(0, 2), (2, 3), (0, 3)]


def test_pairs_of_several_bands_come_together_and_once() -> None:
    """In the order in which they were found."""
    parts = [np.array(pairs).T for pairs in ([[3, 9], [0, 4]], [[0, 4], [1, 2]], [[0, 4]])]
    lots = [lot.T.tolist() for lot in gathered(parts, 4)]
    assert lots == [[[3, 9], [0, 4], [1, 2]], [[0, 4]]]
    assert not list(gathered([], 4))
