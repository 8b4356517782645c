"""A published answer as a ClaimReview, which search engines and fact-check lists read.

Source:
    schema.org, ClaimReview, Claim and Rating; Google Search Central, Fact check
    (ClaimReview) structured data: a rating from 1, false, to 5, true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from motbild.core.display import strip_illegal
from motbild.core.narratives import FactSource
from motbild.core.publisher import Publisher

# What a narrative of a pack is: a claim that is false. In the words of each language.
_FALSE: Mapping[str, str] = {
    "sv": "Falskt",
    "en": "False",
    "ar": "خطأ",
    "so": "Been",
    "tr": "Yanlış",
    "fa": "نادرست",
}
_WORST, _BEST = 1, 5


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """An answer that stands somewhere for all to read.

    Attributes:
        answer_id: Stable id.
        lang: Its language (ISO 639-1).
        text: What it says.
        address: Where it stands.
        published_on: Since which day (Europe/Stockholm).
        claim: What it answers, in its language.
        title: The claim in few words, in its language.
        sources: Where its facts come from, each once.
        appearances: Addresses where the claim was made; empty where they are not to be told.
    """

    answer_id: str
    lang: str
    text: str
    address: str
    published_on: date
    claim: str
    title: str
    sources: Sequence[FactSource]
    appearances: tuple[str, ...] = ()


def review_claim(answer: PublishedAnswer, publisher: Publisher) -> dict[str, Any]:
    """Return a ClaimReview; who made the claim is never told."""
    item: dict[str, Any] = {
        "@type": "Claim",
        "name": answer.title,
        "text": answer.claim,
        "inLanguage": answer.lang,
    }
    if answer.appearances:
        item["appearance"] = [{"@type": "CreativeWork", "url": url} for url in answer.appearances]
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": answer.answer_id,
        "url": answer.address,
        "datePublished": answer.published_on.isoformat(),
        "inLanguage": answer.lang,
        "claimReviewed": answer.claim,
        "author": _organisation(publisher),
        "itemReviewed": item,
        "reviewBody": strip_illegal(answer.text),
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": _WORST,
            "worstRating": _WORST,
            "bestRating": _BEST,
            "alternateName": _FALSE.get(answer.lang, _FALSE["en"]),
        },
        "citation": [dict(_cite(source)) for source in answer.sources],
    }


def _organisation(publisher: Publisher) -> dict[str, str]:
    told = {"@type": "Organization", "name": publisher.name}
    return told | ({"url": publisher.address} if publisher.address else {})


def _cite(source: FactSource) -> Iterator[tuple[str, object]]:
    yield "@type", "CreativeWork"
    yield "name", source.title
    yield "publisher", {"@type": "Organization", "name": source.publisher}
    if source.year is not None:
        yield "datePublished", str(source.year)
    if source.address is not None:
        yield "url", source.address
