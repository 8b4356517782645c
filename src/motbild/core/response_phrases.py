"""The words around the facts of an answer, and what a channel allows.

Plain words that accuse nobody: neither whoever asks nor whoever spreads the claim. A
language without words here gets the facts' own wordings and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CHANNELS = ("web", "social", "reply", "press", "talking-points")
LENGTHS = ("short", "medium", "long")

# Characters with sources. 280 and 500 are what the strictest of the common networks take.
LIMITS: Mapping[tuple[str, str], int] = {
    ("web", "short"): 1_000,
    ("web", "medium"): 1_800,
    ("web", "long"): 4_000,
    ("social", "short"): 280,
    ("social", "medium"): 500,
    ("social", "long"): 1_000,
    ("reply", "short"): 280,
    ("reply", "medium"): 600,
    ("reply", "long"): 1_200,
    ("press", "short"): 1_000,
    ("press", "medium"): 1_800,
    ("press", "long"): 4_000,
    ("talking-points", "short"): 1_000,
    ("talking-points", "medium"): 1_800,
    ("talking-points", "long"): 4_000,
}
# How sources are told: in full, the first with its address, or who publishes.
FULL, ADDRESS, PUBLISHER = "full", "address", "publisher"
SOURCE_STYLES: Mapping[str, str] = {
    "web": FULL,
    "press": FULL,
    "talking-points": FULL,
    "reply": ADDRESS,
    "social": PUBLISHER,
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Connecting words of one language.

    Attributes:
        opening: Meets the worry of whoever is replied to.
        warning: Says that a claim is untrue before it is told, once; holds ``{claim}``.
        fallacy: Leads over to what is wrong in it; holds ``{falsehood}``.
        restating: Leads over to a fact told again; holds ``{fact}``.
        sources: Heads the list of sources.
        source: Heads a single one; holds ``{source}``.
    """

    opening: str
    warning: str
    fallacy: str
    restating: str
    sources: str
    source: str


PHRASES: Mapping[str, Phrases] = {
    "sv": Phrases(
        opening="Jag förstår att det väcker oro.",
        warning="Det finns ett rykte som inte stämmer: ”{claim}”.",
        fallacy="Det här saknas i ryktet: {falsehood}",
        restating="Kort sagt: {fact}",
        sources="Källor",
        source="Källa: {source}",
    ),
    "en": Phrases(
        opening="I understand that this is worrying.",
        warning="There is a rumour that is not true: “{claim}”.",
        fallacy="What the rumour leaves out: {falsehood}",
        restating="In short: {fact}",
        sources="Sources",
        source="Source: {source}",
    ),
    "ar": Phrases(
        opening="أتفهّم أن هذا يثير القلق.",
        warning="هناك إشاعة غير صحيحة: «{claim}».",
        fallacy="ما لا تذكره الإشاعة: {falsehood}",
        restating="باختصار: {fact}",
        sources="المصادر",
        source="المصدر: {source}",
    ),
}
