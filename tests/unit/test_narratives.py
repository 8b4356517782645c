"""What a pack tells of itself: its narratives, its facts, what was learned from it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from motbild.core.narratives import Fact, FactSource, Narrative, Pack, Seed

DAY = date(2026, 5, 1)
FACT = Fact(
    fact_id="prov",
    narratives=("gift", "fluor"),
    text={"sv": "Vattnet provtas varje vecka."},
    sources=(FactSource("Dricksvatten", "Kommunen", 2026),),
    caveat={},
    valid_from=DAY,
    valid_to=DAY + timedelta(days=30),
    review_by=DAY + timedelta(days=20),
)
SEED = Seed("gift-1", "De häller gift i vattnet", "sv", ("gift",), "asserts", voice="a")
OTHER = Seed("fluor-1", "Är det fluor i vattnet?", "sv", ("fluor",), "asks", voice="b")
GIFT = Narrative("gift", {"sv": "Gift"}, {"sv": "Gift i vattnet"}, {"sv": "Nej"})
FLUOR = Narrative("fluor", {"sv": "Fluor"}, {"sv": "Fluor i vattnet"}, {"sv": "Nej"})
PACK = Pack("vattnet", "1", "0" * 64, {"sv": "Vattnet"}, (GIFT, FLUOR), (SEED, OTHER), (FACT,))


def with_seed(**changes: object) -> Pack:
    """Return the pack with its first seed changed."""
    return replace(PACK, seeds=(replace(SEED, **changes), OTHER))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        replace(PACK, facts=()),
        replace(PACK, titles={"sv": "Rykten om vattnet"}),
        replace(PACK, version="2", digest="1" * 64),
        replace(PACK, narratives=(replace(GIFT, titles={}, harm=0.9, threshold=0.7), FLUOR)),
        with_seed(note="skriven på prov"),
    ],
    ids=["facts", "title", "version", "narrative title, harm and threshold", "note"],
)
def test_training_digest_ignores_what_is_not_learned_from(changed: Pack) -> None:
    """A corrected fact, title, threshold or note does not make a trained model outdated."""
    assert changed.training_digest == PACK.training_digest


@pytest.mark.parametrize(
    "changed",
    [
        replace(PACK, narratives=(GIFT,)),
        replace(PACK, seeds=(SEED,)),
        with_seed(text="De häller gift i brunnen"),
        with_seed(lang="en"),
        with_seed(narratives=("gift", "fluor")),
        with_seed(stance="counters"),
        with_seed(is_threat=True),
        with_seed(voice="b"),
        with_seed(parent="Vad hände?"),
        with_seed(parent=""),
    ],
    ids=[
        "narrative",
        "seed",
        "text",
        "language",
        "narratives",
        "stance",
        "threat",
        "voice",
        "parent",
        "empty parent",
    ],
)
def test_training_digest_follows_what_is_learned_from(changed: Pack) -> None:
    """Whatever a classifier learns from changes the digest."""
    assert changed.training_digest != PACK.training_digest


def test_facts_for_puts_the_fact_first_that_answers_best() -> None:
    """A fact that names the narrative first comes before one that names it second."""
    own = replace(FACT, fact_id="fluor", narratives=("fluor",))
    pack = replace(PACK, facts=(FACT, own))
    assert [fact.fact_id for fact in pack.facts_for("fluor", DAY)] == ["fluor", "prov"]
    assert pack.facts_for("okänt", DAY) == ()


@pytest.mark.parametrize(
    ("move", "is_valid"),
    [
        (lambda fact: fact.valid_from - timedelta(days=1), False),
        (lambda fact: fact.valid_from, True),
        (lambda fact: fact.valid_to, True),
        (lambda fact: fact.valid_to + timedelta(days=1), False),
    ],
    ids=["day before", "first day", "last day", "day after"],
)
def test_a_fact_holds_on_its_first_and_last_day(
    move: Callable[[Fact], date], is_valid: bool
) -> None:
    """Both ends of the time that a fact holds belong to it."""
    assert FACT.is_valid(move(FACT)) is is_valid
    assert bool(PACK.facts_for("gift", move(FACT))) is is_valid


def test_a_fact_without_a_last_day_holds_on() -> None:
    """Where no last day is given, a fact holds until one is."""
    assert replace(FACT, valid_to=None).is_valid(date.max)
