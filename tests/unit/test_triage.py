"""The queue's order: what is likely, far-reaching, growing and harmful comes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.triage import Spread, prioritise

COUNTS = st.integers(0, 10**9)
SPREADS = st.builds(
    Spread,
    view_count=COUNTS,
    like_count=COUNTS,
    share_count=COUNTS,
    comment_count=COUNTS,
    copy_count=st.integers(1, 10**6),
)
SHARES = st.floats(0, 1)


@given(SHARES, SHARES, SPREADS)
def test_a_score_is_a_share(probability: float, harm: float, spread: Spread) -> None:
    """Whatever the counts, the score lies between nought and one."""
    assert 0 <= prioritise(probability, harm, spread).score <= 1


@given(SHARES, SHARES, SPREADS, st.sampled_from(["view_count", "share_count", "like_count"]))
def test_more_reach_never_lowers_a_post(
    probability: float, harm: float, spread: Spread, name: str
) -> None:
    """A post that reaches more stands no lower."""
    more = replace(spread, **{name: getattr(spread, name) * 2 + 1})
    assert prioritise(probability, harm, more).score >= prioritise(probability, harm, spread).score


def test_growing_copies_raise_a_post() -> None:
    """Copies of the last two days lift a post above one whose copies are old."""
    old = prioritise(0.9, 0.8, Spread(copy_count=10))
    growing = prioritise(0.9, 0.8, Spread(copy_count=10, recent_copy_count=9))
    assert growing.score > old.score


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        (Spread(), "sannolikhet 87 %"),
        (Spread(view_count=12345), "sannolikhet 87 %; 12\N{NO-BREAK SPACE}345 visningar"),
        (Spread(share_count=3), "sannolikhet 87 %; 3 delningar"),
        (
            Spread(copy_count=6, recent_copy_count=2),
            "sannolikhet 87 %; 6 kopior, 2 de senaste två dygnen",
        ),
    ],
)
def test_the_reason_is_told_in_words(spread: Spread, words: str) -> None:
    """A reviewer reads why a post stands where it stands, in Swedish."""
    assert prioritise(0.87, 0.5, spread).reason == words
