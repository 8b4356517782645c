"""What speaks for a message being pushed, as Granska and Lägesbild tell it."""

import html
import re
from typing import Any

import pytest

from motbild.core.campaigns import REASONS
from motbild.web.campaign_words import tell_signs, tell_spread
from motbild.web.language import words_of
from tests.rooms import TestRoom
from tests.web.test_overview import rewrite

CAMPAIGN: dict[str, Any] = {
    "campaign_id": "c0ffee",
    "narrative_id": "kidnappning",
    "family_ids": [],
    "post_count": 17,
    "repost_count": 0,
    "account_count": 14,
    "langs": ["sv"],
    "platforms": ["facebook", "tiktok", "x"],
    "first_posted_at": "2026-11-20 08:00:00Z",
    "last_posted_at": "2026-11-20 09:00:00Z",
    "timed_post_count": 15,
    "burst_post_count": 11,
    "burst_account_count": 10,
    "burst_seconds": 600,
    "co_post_count": 12,
    "co_post_account_count": 9,
    "co_post_seconds": 60,
    "expected_co_post_count": 0.8,
    "shared_link_count": 1,
    "shared_media_count": 1,
    "reasons": ["co-posting", "burst", "several-platforms"],
    "score": 0.7,
    "run_id": "r1",
}


def _found(room: TestRoom, **fields: Any) -> str:
    """Put the first item in the queue into a campaign; return its id."""
    page = room.visitor("ada").get("/granska")
    item = re.search(r'name="item" value="([0-9a-f]+)"', page)
    assert item
    told = {**CAMPAIGN, "family_ids": [item.group(1)], **fields}
    names, values = ", ".join(told), ", ".join(_quote(value) for value in told.values())
    room.room.close()
    rewrite(room, f"INSERT INTO core.campaigns ({names}) VALUES ({values})")
    room.__post_init__()
    return item.group(1)


def _quote(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_an_item_of_a_campaign_tells_the_signs_and_their_limits(room: TestRoom) -> None:
    """One line says how it spreads; below it stands what each sign is, and what none is."""
    item = _found(room)
    shown = _words(room.visitor("gun").get(f"/granska?item={item}"))
    line = "Spreds av 14 konton på 3 plattformar; 9 av dem inom 60 sekunder från ett annat"
    assert line in shown
    assert "Flera plattformar: facebook, tiktok, x." in shown
    assert "känt på minuten för 15 av 17 inlägg" in shown
    assert "inget bevis" in shown


def test_other_items_tell_nothing_of_it(room: TestRoom) -> None:
    """Most messages are no campaign, and nothing is said of how they spread."""
    _found(room, family_ids=["ingen"])
    assert "Spreds av" not in room.visitor("gun").get("/granska")


def test_the_overview_lists_those_of_the_last_seven_days(room: TestRoom) -> None:
    """A recent one is listed and leads to its item; an older one is not."""
    item = _found(room)
    page = room.visitor("lea").get("/lagesbild")
    assert "Budskap som verkar spridas samordnat" in page
    assert f"item={item}" in page.split('id="campaigns"', 1)[1].split("</section>", 1)[0]
    assert "Senast 20 nov. 2026." in _words(page)


def test_the_overview_is_silent_of_old_ones_and_of_none(room: TestRoom) -> None:
    """A heading with nothing below it would only take room."""
    assert "spridas samordnat" not in room.visitor("lea").get("/lagesbild")
    _found(room, last_posted_at="2026-11-10 09:00:00Z")
    assert "spridas samordnat" not in room.visitor("lea").get("/lagesbild")


def test_a_snapshot_from_before_campaigns_is_read(room: TestRoom) -> None:
    """Whoever has upgraded and run no night yet meets pages as they were."""
    rewrite(room, "DROP VIEW analyst.campaigns", "DROP TABLE core.campaigns")
    gun = room.visitor("gun")
    assert "Spreds av" not in gun.get("/granska")
    assert "spridas samordnat" not in gun.get("/lagesbild")


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_sign_has_words(lang: str) -> None:
    """No code that a night writes is shown as a code, or left out."""
    words = words_of(lang)
    signs = tell_signs(words, {**CAMPAIGN, "langs": ["ar", "sv"], "reasons": REASONS})
    assert len(signs) == len(set(signs)) == len(REASONS)
    assert not [sign for sign in signs if set(sign.split()) & set(REASONS)]
    several = tell_signs(words, {**CAMPAIGN, "family_ids": ["a", "b"]})
    assert len(several) == len(CAMPAIGN["reasons"]) + 1
    assert " 2 " in several[0]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"platforms": ["x"]}, "Spreds av 14 konton; 9 av dem"),
        ({"platforms": ["x"], "langs": ["sv", "und"]}, "Spreds av 14 konton; 9 av dem"),
        ({"platforms": ["x"], "langs": ["ar", "sv"]}, "Spreds av 14 konton på 2 språk; 9 av dem"),
        ({"langs": ["ar", "sv"]}, "Spreds av 14 konton på 3 plattformar och 2 språk; 9 av dem"),
        ({"reasons": ["burst"]}, "3 plattformar; som mest 10 av dem inom 10 minuter"),
    ],
)
def test_the_line_tells_no_more_than_the_signs(fields: dict[str, Any], line: str) -> None:
    """What is single or unknown is not told as several, and close posts only where they count."""
    assert line in tell_spread(words_of("sv"), {**CAMPAIGN, **fields})


def test_english_tells_the_same() -> None:
    """Whoever reads English is told of the same counts."""
    assert tell_spread(words_of("en"), CAMPAIGN) == (
        "Spread by 14 accounts on 3 platforms; 9 of them within 60 seconds of another"
    )
