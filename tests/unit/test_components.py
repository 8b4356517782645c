"""What is joined is one, in whatever order it was joined."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.components import Components, group

NAMES = st.text("abcdef", min_size=1, max_size=2)


@given(st.lists(NAMES, unique=True), st.lists(st.tuples(NAMES, NAMES)), st.randoms())
def test_groups_do_not_depend_on_order(
    names: list[str], edges: list[tuple[str, str]], shuffler: random.Random
) -> None:
    """Names and edges in any order and direction make the same groups."""
    groups = group(names, edges)
    turned = [(b, a) for a, b in edges]
    shuffler.shuffle(turned)
    shuffler.shuffle(names)
    assert group(names, turned) == groups
    assert all(groups[a] == groups[b] for a, b in edges)
    for name, least in groups.items():
        assert groups[least] == least <= name


def test_what_was_joined_before_counts() -> None:
    """Components go on from what is stored, and tell whether a tie joined anything."""
    components = Components(np.array([0, 1, 1, 2, 4]))
    assert components.roots().tolist() == [0, 1, 1, 1, 4]
    assert not components.join(3, 1)
    assert components.join(4, 3)
    assert components.join(0, 2)
    assert components.roots().tolist() == [0] * 5


def test_a_long_chain_is_one() -> None:
    """Whichever way it was joined."""
    components = Components(np.arange(1_000))
    for thing in reversed(range(999)):
        assert components.join(thing, thing + 1)
    assert not components.roots().any()
