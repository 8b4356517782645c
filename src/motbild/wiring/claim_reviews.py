"""The published answers of a home as ClaimReviews, with what somebody should look at first."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from motbild.adapters.review_store import open_review_store
from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.claim_review import PublishedAnswer, review_claim
from motbild.core.narratives import FactSource, Narrative
from motbild.errors import InputError
from motbild.settings import Settings
from motbild.wiring.sharing import Selection, load_narratives, opened_snapshot, publisher_of
from motbild.wiring.stix_bundles import Sharing, read_sightings

_MOST_APPEARANCES = 10
_FACTS = "SELECT fact_id, sources, valid_to_day, review_by_day FROM core.facts"
Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reviews:
    """ClaimReviews as JSON-LD, how many they are, and sentences on what to look at."""

    text: str
    count: int
    warnings: tuple[str, ...]


def make_reviews(
    settings: Settings, chosen: Selection, today: date, *, with_appearances: bool = False
) -> Reviews:
    """Return the published answers; what is withdrawn or not yet published is left out.

    Args:
        settings: Which home.
        chosen: Which answers, by narrative, day of publication and language.
        today: The day on which facts must hold.
        with_appearances: Whether to tell where persons have confirmed that the claim is made.

    Raises:
        InputError: Nobody is named as publisher, or no answer is published there.
        WarehouseError: No night has published a snapshot.
    """
    publisher = publisher_of(settings)
    narratives = load_narratives(settings, chosen.narrative_id)
    published = read_published(settings, chosen)
    warnings = [_tell_unclaimed(a) for a in published if not _claim(a, narratives)]
    answers = [answer for answer in published if _claim(answer, narratives)]
    if not answers:
        raise InputError(
            "No answer is published there; publish one in the review room, or ask for more."
        )
    with opened_snapshot(settings) as snapshot:
        facts = {row["fact_id"]: row for row in snapshot.rows(_FACTS)}
        places = {
            answer.answer_id: read_appearances(settings, snapshot, answer)
            for answer in (answers if with_appearances else ())
        }
    warnings += [told for answer in answers for told in _look_at(answer, facts, today)]
    reviews = [
        review_claim(
            _complete(answer, narratives, facts, places.get(answer.answer_id, ())), publisher
        )
        for answer in answers
    ]
    return Reviews(_write(reviews), len(reviews), tuple(warnings))


def read_published(settings: Settings, chosen: Selection) -> list[Answer]:
    """Return the answers that two persons have let out and none has taken back, oldest first."""
    if settings.review_store is None:
        return []
    with closing(open_review_store(settings.review_store)) as store:
        found = store.answers.list("published", chosen.narrative_id)
    told = [answer for answer in found if answer.approved_by and _is_chosen(answer, chosen)]
    return sorted(told, key=lambda answer: (answer.published_on, answer.answer_id))


def _is_chosen(answer: Answer, chosen: Selection) -> bool:
    day = answer.published_on
    return day is not None and chosen.lang in (None, answer.lang) and chosen.overlaps(day, day)


def read_appearances(settings: Settings, snapshot: OpenSnapshot, answer: Answer) -> tuple[str, ...]:
    """Return where persons have confirmed that the claim is made, from its widest messages."""
    seen = read_sightings(
        settings,
        snapshot,
        Selection(answer.narrative_id, lang=answer.lang),
        Sharing(with_addresses=True),
    )
    confirmed = [s for s in seen if s.is_confirmed and s.post_count >= settings.smallest_count]
    widest = sorted(confirmed, key=lambda s: (-s.post_count, s.message_id))
    return tuple(address for s in widest for address in s.addresses)[:_MOST_APPEARANCES]


def _complete(
    answer: Answer,
    narratives: Mapping[str, Narrative],
    facts: Facts,
    appearances: tuple[str, ...],
) -> PublishedAnswer:
    if answer.address is None or answer.published_on is None:  # a published one has both
        raise LookupError("A published answer has no address.")
    claim = _claim(answer, narratives)
    titles = narratives[answer.narrative_id].titles
    return PublishedAnswer(
        answer.answer_id,
        answer.lang,
        answer.text,
        answer.address,
        answer.published_on,
        claim,
        titles.get(answer.lang, claim),
        _sources(answer, facts),
        appearances,
    )


def _claim(answer: Answer, narratives: Mapping[str, Narrative]) -> str:
    """Return the claim in the answer's language; nothing where the pack has no such words."""
    narrative = narratives.get(answer.narrative_id)
    return narrative.claim.get(answer.lang, "") if narrative else ""


def _sources(answer: Answer, facts: Facts) -> Sequence[FactSource]:
    told = (
        FactSource(**source)
        for fact_id, _, _ in answer.fact_refs
        for source in (facts[fact_id]["sources"] if fact_id in facts else ())
    )
    return tuple(dict.fromkeys(told))


def _tell_unclaimed(answer: Answer) -> str:
    return (
        f"Answer {answer.answer_id} is left out: the packs have no claim of "
        f"{answer.narrative_id} in the language {answer.lang}; add it to pack.toml."
    )


def _look_at(answer: Answer, facts: Facts, today: date) -> Iterator[str]:
    """Yield a sentence for each fact that a person should look at before it is passed on."""
    for fact_id, _, _ in answer.fact_refs:
        fact, why = facts.get(fact_id), ""
        if fact is None:
            why = "is no longer in the fact bank"
        elif fact["valid_to_day"] is not None and fact["valid_to_day"] < today:
            why = f"held until {fact['valid_to_day']}"
        elif fact["review_by_day"] < today:
            why = f"should have been looked at by {fact['review_by_day']}"
        if why:
            yield (
                f"Answer {answer.answer_id} rests on the fact {fact_id}, which {why}; "
                "see to the answer before you share it."
            )


def _write(reviews: Sequence[Mapping[str, Any]]) -> str:
    """Return JSON that may stand in a script element of any page: nothing in it ends one."""
    text = json.dumps(reviews, ensure_ascii=False, indent=2)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
