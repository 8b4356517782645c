"""Approved wordings and drafted answers, for the tests of how people answer."""

import re

from motbild.adapters.review_store.answers import Answer
from motbild.core.fact_bank import FactWording
from motbild.web.reading.facts import APPROVED, BankFact, FactBank, read_bank
from tests.rooms import TestRoom

NARRATIVE = "kidnappning"


def bank_of(room: TestRoom) -> FactBank:
    """Return the fact bank as it stands now."""
    return read_bank(room.room.snapshot(), room.store)


def approve_facts(
    room: TestRoom, count: int = 2, lang: str = "sv", narrative: str = NARRATIVE
) -> list[BankFact]:
    """Let one person propose the best facts about a narrative, and another approve them."""
    chosen = bank_of(room).about(narrative)[:count]
    for fact in chosen:
        key = fact.wordings[lang].key
        if fact.wordings[lang].status == APPROVED:
            continue
        room.store.facts.propose(*key, actor="gun", now=room.now)
        room.store.facts.approve(*key, actor="gry", now=room.now)
    return [found for fact in chosen if (found := bank_of(room).find(fact.fact_id))]


def usable(room: TestRoom, lang: str = "sv", narrative: str = NARRATIVE) -> list[FactWording]:
    """Return what may answer a narrative today."""
    return bank_of(room).usable(narrative, lang, room.now.date())


def refs_in(page: str) -> list[str]:
    """Return the wordings that a shown draft rests on."""
    return re.findall(r'name="ref" value="([^"]+)"', page)


def draft(room: TestRoom, login: str = "gun", **fields: object) -> Answer:
    """Let somebody save a draft as the page makes it."""
    visitor = room.visitor(login)
    told: dict[str, object] = {"narrativ": NARRATIVE, "sprak": "sv", "kanal": "web"}
    page = visitor.get(f"/bemot/nytt?narrativ={NARRATIVE}")
    told |= {"text": "Så här är det.", "ref": refs_in(page), **fields}
    location = visitor.send("/bemot/nytt", told).headers["location"]
    answer = room.store.answers.get(re.split(r"[/?]", location)[3])
    assert answer is not None
    return answer
