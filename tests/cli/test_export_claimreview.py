"""`motbild export claimreview`: published answers as search engines read them."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from motbild.errors import InputError
from motbild.wiring.claim_reviews import make_reviews
from motbild.wiring.sharing import Selection
from tests.cli.conftest import Export
from tests.sharing import ADDRESS, ANSWERED, AUTHOR, NOW, load_settings

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "claim-review.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def test_a_published_answer_is_a_claim_review(export: Export) -> None:
    """What Google asks for and recommends is there; the answer taken back is not."""
    reviews = export("claimreview")
    VALIDATOR.validate(reviews)
    (told,) = reviews
    assert told["url"] == ANSWERED
    assert told["claimReviewed"] == told["itemReviewed"]["text"] == "Staten kidnappar barn."
    assert told["reviewRating"]["alternateName"] == "Falskt"
    assert told["datePublished"] == "2026-11-21"
    assert told["author"]["name"] == "Exempelmyndigheten"
    (source,) = told["citation"]
    assert (source["name"], source["datePublished"]) == ("LVU", "1990")


def test_nobody_is_named(export: Export) -> None:
    """Neither who wrote a post, nor who wrote or approved the answer, nor where posts stand."""
    told = json.dumps(export("claimreview"), ensure_ascii=False)
    assert not [never for never in (AUTHOR, ADDRESS, "Person", '"gun"', '"gry"') if never in told]


def test_where_the_claim_is_made_is_told_when_asked_for(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what a person has confirmed, and only of messages that enough posts share."""
    (told,) = export("claimreview", "--with-appearances")
    assert "appearance" not in told["itemReviewed"]
    monkeypatch.setenv("MOTBILD_SMALLEST_COUNT", "1")
    reviews = export("claimreview", "--with-appearances")
    VALIDATOR.validate(reviews)
    (place,) = reviews[0]["itemReviewed"]["appearance"]
    assert place["url"].startswith(ADDRESS)


def test_it_may_stand_in_a_page(furnished: Path) -> None:
    """Whatever the answer says, nothing ends the script element that it is put into."""
    made = make_reviews(load_settings(furnished), Selection(), NOW.date())
    assert not set("<>&") & set(made.text)
    assert json.loads(made.text)[0]["reviewBody"] == "Domstolen prövar. <b>Alltid</b>"


def test_a_fact_that_is_due_is_warned_of(furnished: Path) -> None:
    """The answer is told all the same, since it stands there; a person should see to it."""
    settings = load_settings(furnished)
    made = make_reviews(settings, Selection(), NOW.date().replace(year=2100))
    assert [sentence for sentence in made.warnings if "lagen" in sentence]
    assert make_reviews(settings, Selection(), NOW.date()).warnings == ()


@pytest.mark.parametrize(
    "words", [["--lang", "ar"], ["--to", "2026-11-20"], ["--narrative", "barnhandel"]]
)
def test_where_nothing_is_published_that_is_said(export: Export, words: list[str]) -> None:
    """An empty list would be taken for an answer."""
    with pytest.raises(InputError, match="No answer is published there"):
        export("claimreview", *words)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("reviewRating", {"@type": "Rating", "ratingValue": 1}),
        ("author", {"@type": "Person", "name": "N. N."}),
        ("url", "javascript:alert(1)"),
        ("claimReviewed", ""),
    ],
)
def test_the_schema_refuses_what_is_none(export: Export, part: str, value: Any) -> None:
    """Otherwise it would prove nothing."""
    (told,) = export("claimreview")
    assert not VALIDATOR.is_valid([{**told, part: value}])
