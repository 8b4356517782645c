"""Proposals: what is all but flagged, what is new and what is short; few, and varied."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.proposing import (
    FEWEST,
    KINDS,
    NOVEL,
    SHORT,
    THREAT,
    UNCERTAIN,
    Candidate,
    proposal_limit,
    propose_posts,
)
from motbild.core.verdicts import Thresholds

THRESHOLDS = Thresholds({"rov": 0.5, "gift": 0.2}, 0.5, asserts=0.6, asserts_by_lang={"ar": 0.3})
PLAIN = Candidate(
    post_id="x:1",
    text_digest="t1",
    family_id="f1",
    text="någon sade visst att de rövar bort båtar",
    lang="sv",
    narratives={"rov": 0.1, "gift": 0.02},
    asserts=0.1,
    similarity=None,
    answers_flagged=False,
)
SHARES = st.floats(0, 1)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        post_id=st.uuids().map(str),
        text_digest=st.uuids().map(str),
        family_id=st.sampled_from("abcdefghij"),
        text=st.sampled_from(["Precis!", "example.org", "[konto] 😂", PLAIN.text]),
        lang=st.sampled_from(["sv", "ar"]),
        narratives=st.fixed_dictionaries({"rov": SHARES, "gift": SHARES}),
        asserts=SHARES,
        similarity=st.none() | SHARES,
        answers_flagged=st.booleans(),
    ),
    max_size=20,
)


def _told(**fields: object) -> list[tuple[str, str, str]]:
    """Return kind, narrative and reason of what is proposed of one candidate."""
    chosen = propose_posts([replace(PLAIN, **fields)], THRESHOLDS, 9)  # type: ignore[arg-type]
    return [(proposal.kind, proposal.narrative_id, proposal.reason) for proposal in chosen]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, []),
        (
            {"narratives": {"rov": 0.4, "gift": 0.02}, "asserts": 0.6},
            [(UNCERTAIN, "rov", "osäkert: sannolikhet 40 %, tröskel 50 %")],
        ),
        (
            {"narratives": {"rov": 0.4, "gift": 0.3}, "asserts": 0.5},
            [(UNCERTAIN, "gift", "osäkert om det påstås: 50 %, tröskel 60 %")],
        ),
        (
            {"narratives": {"rov": 0.9, "gift": 0.0}, "asserts": 0.2, "lang": "ar"},
            [(UNCERTAIN, "rov", "osäkert om det påstås: 20 %, tröskel 30 %")],
        ),
        ({"narratives": {"rov": 0.9, "gift": 0.0}, "asserts": 0.2}, []),
        ({"narratives": {"rov": 0.2, "gift": 0.0}, "asserts": 0.9}, []),
        ({"similarity": 0.25}, [(NOVEL, "rov", "nya ord: 25 % likt närmaste exempel")]),
        ({"similarity": 0.8}, []),
        (
            {"text": "De rövar!", "narratives": {"rov": 0.9, "gift": 0.0}, "asserts": 0.9},
            [(SHORT, "rov", "för kort för att flaggas: sannolikhet 90 %")],
        ),
        (
            {"text": "Precis!", "answers_flagged": True},
            [(SHORT, "rov", "kort svar på ett flaggat inlägg: sannolikhet 10 %")],
        ),
        ({"text": "https://example.org/a-b-c-d", "answers_flagged": True}, [SHORT]),
        ({"threat": 0.4}, [(THREAT, "rov", "kanske ett hot: 40 %, tröskel 50 %")]),
        ({"threat": 0.2}, []),
        ({"text": "Precis!"}, []),
        ({"text": "[konto] 😂", "answers_flagged": True}, []),
        ({"text": PLAIN.text, "answers_flagged": True}, []),
    ],
)
def test_what_is_proposed_and_why(fields: dict[str, object], told: list[object]) -> None:
    """Near misses, new words, what is too short and what may threaten are proposed, no more."""
    found: list[object] = list(_told(**fields))
    assert found == told or [kind for kind, _, _ in _told(**fields)] == told


def test_the_nearest_miss_comes_first() -> None:
    """Of two that a flag passed by, the one nearer to its threshold is looked at first."""
    far = replace(PLAIN, narratives={"rov": 0.3, "gift": 0.0}, asserts=0.9)
    near = replace(far, narratives={"rov": 0.49, "gift": 0.0}, text_digest="t2", family_id="f2")
    assert [p.text_digest for p in propose_posts([far, near], THRESHOLDS, 2)] == ["t2", "t1"]


def test_new_words_count_for_more_when_they_speak_of_the_subject() -> None:
    """An outlier that hardly bears on a narrative stands behind one that does."""
    outlier = replace(PLAIN, narratives={"rov": 0.26, "gift": 0.0}, similarity=0.1)
    telling = replace(
        PLAIN, narratives={"rov": 0.9, "gift": 0.0}, similarity=0.3, family_id="f2", post_id="x:2"
    )
    assert [p.post_id for p in propose_posts([outlier, telling], THRESHOLDS, 2)] == ["x:2", "x:1"]


def test_narratives_and_languages_take_turns() -> None:
    """The best of each narrative and language stands before the second best of any."""
    candidates = [
        replace(
            PLAIN,
            post_id=f"{lang}:{narrative}:{probability}",
            family_id=f"{lang}:{narrative}:{probability}",
            lang=lang,
            narratives={"rov": 0.0, "gift": 0.0, narrative: probability},
            asserts=0.9,
        )
        for lang, narrative, probability in [
            ("sv", "rov", 0.49),
            ("sv", "rov", 0.48),
            ("ar", "rov", 0.29),
            ("sv", "gift", 0.12),
            ("sv", "gift", 0.11),
        ]
    ]
    assert [p.post_id for p in propose_posts(candidates, THRESHOLDS, 9)] == [
        "sv:rov:0.49",
        "sv:gift:0.12",
        "ar:rov:0.29",
        "sv:rov:0.48",
        "sv:gift:0.11",
    ]


def test_kinds_take_turns() -> None:
    """Where all four kinds are to be had, four proposals are one of each."""
    uncertain = replace(PLAIN, narratives={"rov": 0.4, "gift": 0.0}, asserts=0.9)
    novel = replace(PLAIN, similarity=0.2)
    short = replace(PLAIN, text="Precis!", answers_flagged=True)
    threat = replace(PLAIN, threat=0.4)
    candidates = [
        replace(candidate, family_id=f"{number}-{candidate.text_digest}-{which}")
        for which, candidate in enumerate((uncertain, novel, short, threat))
        for number in range(4)
    ]
    assert [p.kind for p in propose_posts(candidates, THRESHOLDS, 4)] == list(KINDS)


@settings(max_examples=40)
@given(CANDIDATES, st.integers(0, 12), st.randoms(use_true_random=False))
def test_few_and_one_of_a_family(candidates: list[Candidate], limit: int, shuffler: object) -> None:
    """Never more than allowed, never two copies, the same in whatever order they come."""
    chosen = propose_posts(candidates, THRESHOLDS, limit)
    assert len(chosen) <= limit
    assert len({proposal.family_id for proposal in chosen}) == len(chosen)
    assert all(0 <= proposal.score <= 1 for proposal in chosen)
    shuffled = list(candidates)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert propose_posts(shuffled, THRESHOLDS, limit) == chosen
    assert propose_posts(candidates, THRESHOLDS, limit + 1)[: len(chosen)] == chosen


@pytest.mark.parametrize(
    ("families", "share", "limit"),
    [(0, 0.2, FEWEST), (10, 0.2, FEWEST), (30, 0.2, 6), (34, 0.2, 6), (1000, 0.1, 100), (99, 0, 0)],
)
def test_the_share_is_kept(families: int, share: float, limit: int) -> None:
    """At most the set share of what waits, but a handful on a quiet night; none where it is 0."""
    assert proposal_limit(families, share) == limit
