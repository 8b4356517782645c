"""The fact bank: only what somebody approved, and what holds on the day, may be used."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from motbild.core.fact_bank import (
    REFUSALS,
    FactWording,
    digest_wording,
    list_wordings,
    pick_facts,
    refusals,
)
from motbild.core.narratives import Fact, FactSource

DAY = date(2026, 3, 2)
TEXT = "Domstolen beslutar om vård."
FACT = Fact(
    fact_id="domstol",
    narratives=("utan-domstol", "kidnappning"),
    text={"sv": TEXT, "en": "The court decides."},
    sources=(FactSource("Vård av unga", "Sveriges Domstolar", 2024),),
    caveat={"sv": "Nämn akuta beslut."},
    valid_from=date(2021, 6, 1),
    valid_to=None,
    review_by=date(2026, 6, 30),
    approved_by="Test Testsson",
)
USABLE = list_wordings(FACT)[0]


def test_a_fact_has_a_wording_for_each_language() -> None:
    """Each language has its own text and caveat, and what they share is the fact's."""
    swedish, english = list_wordings(FACT)
    assert (swedish.lang, swedish.text, swedish.caveat) == ("sv", TEXT, "Nämn akuta beslut.")
    assert (english.lang, english.caveat) == ("en", "")
    assert swedish.sources == english.sources == FACT.sources


def test_a_digest_tells_every_change_of_a_wording() -> None:
    """An approval holds for the characters that were read, spaces and capitals included."""
    assert USABLE.text_digest == digest_wording(TEXT)
    assert len({digest_wording(text) for text in (TEXT, TEXT.lower(), TEXT + " ")}) == 3


def test_an_approved_wording_that_holds_is_not_refused() -> None:
    """What is approved, valid and reviewed may be used, on its last day too."""
    assert refusals(USABLE, DAY) == ()
    assert refusals(replace(USABLE, valid_to=DAY, valid_from=DAY, review_by=DAY), DAY) == ()


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        (replace(USABLE, text="  "), "no-wording-in-language"),
        (replace(USABLE, approved_by=None), "not-approved"),
        (replace(USABLE, approved_by=""), "not-approved"),
        (replace(USABLE, valid_to=DAY - timedelta(days=1)), "expired"),
        (replace(USABLE, valid_from=DAY + timedelta(days=1)), "not-yet-valid"),
        (replace(USABLE, review_by=DAY - timedelta(days=1)), "review-overdue"),
    ],
)
def test_what_may_not_be_used_is_refused_by_code(wording: FactWording, code: str) -> None:
    """Each fault has a code of its own."""
    assert refusals(wording, DAY) == (code,)


def test_every_fault_is_told_the_gravest_first() -> None:
    """Whoever mends one fault is not met by the next."""
    wording = replace(USABLE, approved_by=None, valid_to=date(2022, 1, 1), review_by=DAY.min)
    assert refusals(wording, DAY) == ("not-approved", "expired", "review-overdue")
    assert [code for code in REFUSALS if code in refusals(wording, DAY)] == list(
        refusals(wording, DAY)
    )


def test_facts_that_answer_a_narrative_first_of_all_come_first() -> None:
    """A fact written for a narrative comes before one that also bears on it."""
    also = replace(USABLE, fact_id="ocksa", narratives=("kidnappning", "utan-domstol"))
    picked = pick_facts([also, USABLE], "utan-domstol", "sv", DAY)
    assert [wording.fact_id for wording in picked] == ["domstol", "ocksa"]


def test_only_usable_facts_of_the_narrative_and_language_are_picked() -> None:
    """Other narratives, other languages and refused wordings are left out."""
    others = [
        replace(USABLE, fact_id="a", narratives=("annan",)),
        replace(USABLE, fact_id="b", lang="en"),
        replace(USABLE, fact_id="c", approved_by=None),
    ]
    assert pick_facts([*others, USABLE], "kidnappning", "sv", DAY) == [USABLE]
