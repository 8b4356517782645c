"""Whether to answer: small rumours are left alone, and more spread never lowers the advice."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.advice import CODES, LEVELS, Situation, advise

COUNTS = st.integers(0, 10**6)
SITUATIONS = st.builds(
    Situation,
    flagged_last_7_days=st.integers(0, 200),
    flagged_week_before=st.integers(0, 200),
    reach=COUNTS,
    source_count=st.integers(0, 10),
    platform_count=st.integers(0, 10),
    question_count=st.integers(0, 10),
    threat_count=st.integers(0, 2),
    harm=st.floats(0, 1),
    has_usable_fact=st.booleans(),
    answered_within_days=st.none() | st.integers(0, 30),
)
SPREAD = (
    *("flagged_last_7_days", "reach", "source_count", "platform_count"),
    *("question_count", "threat_count", "harm"),
)
SMALL = Situation(1, 0, 100, 1, 1, 0, 0, 0.9, True, None)
LARGE = Situation(80, 60, 40_000, 4, 2, 0, 0, 0.6, True, None)


@given(SITUATIONS, st.sampled_from(SPREAD), st.integers(1, 10**6))
def test_more_spread_never_lowers_the_level(situation: Situation, name: str, more: int) -> None:
    """More posts, reach, places, questions, threats or harm never lead to doing less."""
    value: Any = 1.0 if name == "harm" else getattr(situation, name) + more
    larger = replace(situation, **{name: value})
    levels = [LEVELS.index(advise(s).level) for s in (situation, larger)]
    assert levels[0] <= levels[1]


@given(SITUATIONS)
def test_every_advice_has_reasons(situation: Situation) -> None:
    """The level is a known one, and each reason a known code, told once."""
    advice = advise(situation)
    codes = [code for code, _ in advice.reasons]
    assert advice.level in LEVELS
    assert codes
    assert len(set(codes)) == len(codes)
    assert set(codes) <= set(CODES)


@given(SITUATIONS)
def test_threats_escalate(situation: Situation) -> None:
    """Whatever else is so, one threat goes to those who handle them."""
    assert advise(replace(situation, threat_count=1)).level == "escalate"


@given(SITUATIONS)
def test_without_a_fact_nothing_is_answered(situation: Situation) -> None:
    """What cannot be answered yet is prepared at most, or escalated."""
    assert advise(replace(situation, has_usable_fact=False)).level != "answer"


def test_small_rumours_are_left_alone() -> None:
    """One post that hardly anybody saw is not answered, however harmful the claim."""
    advice = advise(SMALL)
    assert advice.level == "ignore"
    assert [code for code, _ in advice.reasons] == ["hardly-seen"]


def test_questions_pull_towards_answering() -> None:
    """Several who ask are answered, though few spread the claim."""
    advice = advise(replace(SMALL, question_count=3))
    assert advice.level == "answer"
    assert [code for code, _ in advice.reasons] == ["people-ask"]


def test_a_missing_fact_is_given_as_a_reason() -> None:
    """Whoever would have been told to answer reads what is wanting."""
    advice = advise(replace(LARGE, has_usable_fact=False))
    assert advice.level == "prepare"
    assert [code for code, _ in advice.reasons] == ["many-posts", "no-usable-fact"]


@pytest.mark.parametrize(("days", "level"), [(None, "answer"), (8, "answer"), (7, "watch")])
def test_an_answer_is_given_time_to_work(days: int | None, level: str) -> None:
    """For a week after an answer it is watched."""
    assert advise(replace(LARGE, answered_within_days=days)).level == level


def test_those_who_ask_are_answered_even_after_an_answer() -> None:
    """They get what has been published."""
    asked = replace(LARGE, answered_within_days=2, question_count=4)
    assert advise(asked).level == "answer"


def test_reasons_carry_their_numbers() -> None:
    """A sentence is told with the numbers that led to it."""
    ((code, numbers), *_) = advise(LARGE).reasons
    assert (code, numbers["posts"], numbers["sources"]) == ("many-posts", 80, 4)
