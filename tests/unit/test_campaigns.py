"""What makes a message a campaign: each sign alone, and what no sign can be made of."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.campaigns import (
    FEWEST_ACCOUNTS,
    PUSHING,
    REASONS,
    Candidate,
    Pace,
    Spread,
    measure_pace,
)
from motbild.core.siblings import Shared, Wording, compare_parts, find_shared, find_siblings
from motbild.core.timing import UNKNOWN, Burst
from tests.messages import NumberedEncoder

SPREAD = Spread(8, 0, 8, 8, {"sv": 8}, {"x": 8}, None, None)
PUSHED = Pace(8, 8, 8, 1.0, Burst(6, 6, 8))
CANDIDATE = Candidate(("f1",), "n1", SPREAD, PUSHED)


def test_two_signs_one_of_them_timed_make_a_campaign() -> None:
    """Close posts and a burst are two signs; without either, no number of others is enough."""
    assert CANDIDATE.reasons == ("co-posting", "burst")
    assert CANDIDATE.is_campaign
    popular = Spread(
        900, 0, 800, 800, {"sv": 500, "ar": 400}, {"x": 500, "tiktok": 400}, None, None
    )
    untimed = Candidate(("f1", "f2"), "n1", popular, Pace(900, 300, 290, 250.0), 3, 2)
    assert len(untimed.reasons) == 5
    assert not untimed.is_campaign


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        (replace(PUSHED, co_post_account_count=3), "co-posting"),
        (replace(PUSHED, expected_co_post_count=1.4), "co-posting"),
        (replace(PUSHED, burst=Burst(4, 9, 9)), "burst"),
        (replace(PUSHED, burst=Burst(6, 6, 19)), "burst"),
    ],
)
def test_few_accounts_or_a_fast_pace_are_no_timed_sign(changed: Pace, missing: str) -> None:
    """A sign needs several accounts, and more than the pace of the message explains."""
    assert missing not in replace(CANDIDATE, pace=changed).reasons


def test_one_language_or_platform_beside_unknown_ones_is_not_several() -> None:
    """What is not told is no second language, and a single post is none either."""
    spread = replace(
        SPREAD, post_count_by_lang={"sv": 6, "und": 9}, post_count_by_platform={"x": 8, "y": 1}
    )
    assert not {"several-languages", "several-platforms"} & set(
        replace(CANDIDATE, spread=spread).reasons
    )


COUNTS = st.integers(0, 400)


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_no_campaign_singles_anybody_out(
    posts: int, accounts: int, close: int, burst: int, links: int, expected: int
) -> None:
    """Whatever the counts, few accounts are never reported, and a score is in [0, 1]."""
    spread = Spread(posts, 0, accounts, accounts, {"sv": posts}, {"x": posts}, None, None)
    pace = Pace(posts, min(close, posts), close, float(expected), Burst(burst, burst, burst))
    found = Candidate(("f",), "n", spread, replace(pace, burst=Burst(burst, 0, 0)), links, 0)
    assert set(found.reasons) <= set(REASONS)
    assert 0 <= found.score <= 1
    if found.is_campaign:
        assert accounts >= FEWEST_ACCOUNTS
        assert PUSHING & set(found.reasons)


POSTS = st.lists(
    st.tuples(st.integers(0, 9_000), st.sampled_from([0, 60, UNKNOWN]), st.integers(UNKNOWN, 4)),
    max_size=30,
)


@given(POSTS, st.randoms())
def test_pace_depends_on_no_order_and_on_no_post_without_a_moment(
    posts: list[tuple[int, int, int]], chance: "np.random.Generator"
) -> None:
    """Any order of the posts, with or without those of no known moment, gives one pace."""
    shuffled = [post for post in posts if post[1] != UNKNOWN]
    chance.shuffle(shuffled)
    paces = [
        measure_pace(*np.array(rows, dtype=np.int64).reshape(-1, 3).T) for rows in (posts, shuffled)
    ]
    assert paces[0] == replace(paces[1], expected_co_post_count=paces[0].expected_co_post_count)
    assert paces[0].expected_co_post_count == pytest.approx(paces[1].expected_co_post_count)
    assert paces[0].timed_post_count == len(shuffled)


def _wording(family_id: str, text: str, lang: str, **fields: object) -> Wording:
    usual = Wording(family_id, text, lang, frozenset({"n1"}), 3, 100, 101)
    return replace(usual, **fields)  # type: ignore[arg-type]


def test_siblings_agree_in_all_but_language() -> None:
    """The same in another language is a sibling; another time, narrative or language is none."""
    said = _wording("a", "samma varning till alla", "sv")
    same = _wording("b", "samma för alla i hela landet", "ar")
    others = [
        replace(same, family_id="c", lang="sv"),
        replace(same, family_id="h", lang="und"),
        replace(same, family_id="d", narrative_ids=frozenset({"n2"})),
        replace(same, family_id="e", first_day=150, last_day=151),
        replace(same, family_id="f", text="samma " * 30),
        replace(same, family_id="g", text="annat för alla i hela landet"),
    ]
    for order in ([said, same, *others], [*others, same, said]):
        ties = find_siblings(order, NumberedEncoder().encode)
        assert {(tie.a, tie.b) for tie in ties if "a" in (tie.a, tie.b)} == {("a", "b")}


def test_parts_are_compared_both_ways() -> None:
    """A sentence that the other text lacks counts, whichever of the two has it."""
    one, two = np.eye(3, dtype=np.float32)[:1], np.eye(3, dtype=np.float32)[:2]
    assert compare_parts(one, one) == 1
    assert compare_parts(one, two) == compare_parts(two, one) == 0.5


def test_what_shares_a_link_weeks_apart_is_not_tied() -> None:
    """Each is tied to the one before it, within two weeks and within one narrative."""
    rows = [
        Shared(1, "link", name, frozenset({"n1"}), day, day)
        for name, day in (("a", 1), ("b", 9), ("c", 20), ("d", 60))
    ]
    rows.append(Shared(1, "link", "e", frozenset({"n2"}), 9, 9))
    ties = {(tie.a, tie.b) for tie in find_shared(reversed(rows))}
    assert ties == {("a", "b"), ("b", "c")}
