"""Which wordings of the fact bank may be used on a day, and which answer best.

A fact is worded once for each language, and each wording is approved by itself. What
is refused is told by code; the sentences that people read are the web's.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from motbild.core.narratives import Fact, FactSource

# Why a wording may not be used, the gravest first.
REFUSALS = (
    "no-wording-in-language",
    "not-approved",
    "expired",
    "not-yet-valid",
    "review-overdue",
)


@dataclass(frozen=True, slots=True)
class FactWording:
    """What a fact says in one language.

    Attributes:
        fact_id: The fact.
        lang: ISO 639-1.
        text: The wording; empty where the fact has none in this language.
        caveat: What must be said or avoided along with it; may be empty.
        sources: Where it comes from, the weightiest first.
        valid_from: First day it holds.
        valid_to: Last day it holds, or None.
        review_by: Day by which a person must have looked at it again.
        approved_by: Who approved this very wording, or None.
        narratives: Ids of the narratives it answers, the best answered first.
        text_digest: `digest_wording` of the text, which an approval holds for.
    """

    fact_id: str
    lang: str
    text: str
    caveat: str
    sources: tuple[FactSource, ...]
    valid_from: date
    valid_to: date | None
    review_by: date
    approved_by: str | None
    narratives: tuple[str, ...]
    text_digest: str


def digest_wording(text: str) -> str:
    """Return the SHA-256 of a wording as it is written, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def list_wordings(fact: Fact) -> tuple[FactWording, ...]:
    """Return a pack's fact in each language that it is worded in."""
    return tuple(
        FactWording(
            fact_id=fact.fact_id,
            lang=lang,
            text=text,
            caveat=fact.caveat.get(lang, ""),
            sources=fact.sources,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
            review_by=fact.review_by,
            approved_by=fact.approved_by,
            narratives=fact.narratives,
            text_digest=digest_wording(text),
        )
        for lang, text in fact.text.items()
    )


def refusals(wording: FactWording, day: date) -> tuple[str, ...]:
    """Return why a wording may not be used on a day, as `REFUSALS`; empty where it may."""
    held = {
        "no-wording-in-language": not wording.text.strip(),
        "not-approved": not wording.approved_by,
        "expired": wording.valid_to is not None and wording.valid_to < day,
        "not-yet-valid": day < wording.valid_from,
        "review-overdue": wording.review_by < day,
    }
    return tuple(code for code in REFUSALS if held[code])


def pick_facts(
    wordings: Iterable[FactWording], narrative_id: str, lang: str, day: date
) -> list[FactWording]:
    """Return what may answer a narrative in a language on a day, the best answer first.

    Facts that answer the narrative equally well stand in the order given.
    """
    usable = [
        wording
        for wording in wordings
        if wording.lang == lang
        and narrative_id in wording.narratives
        and not refusals(wording, day)
    ]
    return sorted(usable, key=lambda wording: wording.narratives.index(narrative_id))
