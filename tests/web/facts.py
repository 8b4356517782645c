"""A fact bank with approved wordings, for the tests of what is answered with them."""

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
