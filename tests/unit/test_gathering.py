"""Tests of gathering: what lies close together is a group, and what is alike to none is in none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from motbild.core.gathering import FEWEST_FAMILIES, LEAST_LIKENESS, gather, mean_likeness
from motbild.core.vectors import unit_rows

SPARSE = st.builds(
    lambda seed, count: _likenesses(np.random.default_rng(seed), count),
    st.integers(0, 10_000),
    st.integers(3, 25),
)


def _likenesses(draw: np.random.Generator, count: int) -> NDArray[np.float32]:
    """Make likenesses of some rows, of which many are alike to the same degree."""
    rows = unit_rows(draw.integers(0, 2, size=(count, 6)).astype(np.float32))
    return rows @ rows.T


def _blocks(*sizes: int, within: float, between: float) -> NDArray[np.float32]:
    """Make likenesses of groups of some sizes."""
    owners = np.repeat(np.arange(len(sizes)), sizes)
    alike = np.where(owners[:, None] == owners, within, between).astype(np.float32)
    np.fill_diagonal(alike, 1.0)
    return alike


def test_groups_are_told_apart_and_the_rest_left_out() -> None:
    """Two groups among texts that are alike to none."""
    alike = _blocks(4, 3, *[1] * 10, within=0.3, between=0.02)
    assert gather(alike) == [[0, 1, 2, 3], [4, 5, 6]]


def test_a_single_group_is_found() -> None:
    """A night that holds one rumour and little else is not taken for one whole."""
    assert gather(_blocks(5, *[1] * 4, within=0.3, between=0.02)) == [[0, 1, 2, 3, 4]]
    assert gather(_blocks(5, within=0.3, between=0.0)) == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("likeness", [0.0, -0.5, LEAST_LIKENESS - 0.01])
def test_texts_that_are_not_alike_are_no_group(likeness: float) -> None:
    """However many they are."""
    assert gather(_blocks(*[1] * 12, within=1.0, between=likeness)) == []


def test_one_density_need_not_fit_all() -> None:
    """Near-copies are a group, and so are texts that are far less alike."""
    alike = _blocks(4, 4, *[1] * 8, within=0.15, between=0.03)
    alike[:4, :4] = np.where(np.eye(4), 1.0, 0.8)
    assert gather(alike) == [[0, 1, 2, 3], [4, 5, 6, 7]]


@given(SPARSE)
@settings(deadline=None, max_examples=40)
def test_each_is_in_one_group_at_most_and_alike_to_it(alike: NDArray[np.float32]) -> None:
    """No group is too small, and nobody in it is there by the company of one other alone."""
    groups = gather(alike)
    everybody = [position for group in groups for position in group]
    assert len(everybody) == len(set(everybody))
    for group in groups:
        assert len(group) >= FEWEST_FAMILIES
        assert mean_likeness(alike[np.ix_(group, group)]).min() >= LEAST_LIKENESS - 1e-6


@given(SPARSE)
@settings(deadline=None, max_examples=20)
def test_gathering_leaves_likenesses_as_they_are_and_says_the_same_again(
    alike: NDArray[np.float32],
) -> None:
    """Nothing is drawn by chance, and nothing given is written to."""
    given_before = alike.copy()
    assert gather(alike) == gather(alike)
    assert np.array_equal(alike, given_before)
