"""An answer drafted from approved facts.

In the order fact, warning, fallacy, fact: what is true comes first and last, and the
claim is told once, after a warning that it is untrue. It is a draft: people edit it,
and somebody else approves it. Reasons and notes are codes; their sentences are the web's.

Source:
    Lewandowsky et al., The Debunking Handbook 2020, doi:10.17910/b7.1182.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from motbild.core.drafts import (
    AnswerRequest,
    Draft,
    Part,
    format_source,
    to_markdown,
    to_text,
    write_draft,
)
from motbild.core.fact_bank import FactWording, refusals
from motbild.core.narratives import Narrative
from motbild.core.response_phrases import CHANNELS, LENGTHS, LIMITS, PHRASES, Phrases
from motbild.core.text import split_sentences
from motbild.errors import InputError

__all__ = [
    "CHANNELS",
    "LENGTHS",
    "NOTES",
    "NO_FACT",
    "AnswerRequest",
    "Draft",
    "Part",
    "Refusal",
    "check_answer",
    "draft_answer",
    "format_source",
    "to_markdown",
    "to_text",
]

NO_FACT = "no-fact-chosen"
# What a draft had to do without, for a person to look at.
SHORTENED, FACTS_LEFT_OUT, CLAIM_LEFT_OUT = "shortened", "facts-left-out", "claim-left-out"
FACTS_ONLY, OVER_LIMIT = "facts-only", "over-limit"
NOTES = (SHORTENED, FACTS_LEFT_OUT, CLAIM_LEFT_OUT, FACTS_ONLY, OVER_LIMIT)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a chosen fact may not be used; `code` of `fact_bank.REFUSALS` or `NO_FACT`."""

    fact_id: str
    code: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """How much of everything is told; None for all of it.

    Attributes:
        fact_count: Of the chosen facts, from the first.
        sentences: Of each fact, likewise.
        fallacy_sentences: Of what is false in the claim, likewise.
        has_claim: Whether the claim is told.
        is_brief: Whether claim and sources take as little room as they can.
    """

    fact_count: int
    sentences: int | None
    fallacy_sentences: int | None
    has_claim: bool
    is_brief: bool


def check_answer(request: AnswerRequest, facts: Iterable[FactWording]) -> tuple[Refusal, ...]:
    """Return why an answer may not be drafted, fact by fact; empty where it may."""
    by_id = {wording.fact_id: wording for wording in facts if wording.lang == request.lang}
    if not request.fact_ids:
        return (Refusal("", NO_FACT),)
    return tuple(
        Refusal(fact_id, code)
        for fact_id in request.fact_ids
        for code in (
            refusals(by_id[fact_id], request.day)
            if fact_id in by_id
            else ("no-wording-in-language",)
        )
    )


def draft_answer(
    request: AnswerRequest, facts: Iterable[FactWording], narrative: Narrative
) -> Draft:
    """Draft an answer to a narrative: the fullest that channel and length allow.

    Where it is too long, the last facts go first, then what explains the fallacy, then
    the claim; whoever meets an answer under a post has read it there. A fact is cut only
    when nothing else helps, and at a sentence, since a rule without its exception is
    untrue. What a draft had to do without stands in its notes.

    Args:
        request: What to draft.
        facts: Wordings to take the chosen facts from, in any language and order.
        narrative: What is answered.

    Raises:
        InputError: Channel or length is unknown, or a chosen fact may not be used;
            `check_answer` tells why without raising.
    """
    facts = tuple(facts)
    _require(request, check_answer(request, facts))
    by_id = {wording.fact_id: wording for wording in facts if wording.lang == request.lang}
    chosen = [by_id[fact_id] for fact_id in dict.fromkeys(request.fact_ids)]
    drafts = (_compose(plan, request, chosen, narrative) for plan in _plans(request, len(chosen)))
    for draft in drafts:
        if draft.character_count <= draft.limit:
            break
    return draft


def _require(request: AnswerRequest, refused: Sequence[Refusal]) -> None:
    if (request.channel, request.length) not in LIMITS:
        raise InputError(
            f"Kanalen {request.channel} med längden {request.length} finns inte: välj bland "
            f"{', '.join(CHANNELS)} och {', '.join(LENGTHS)}."
        )
    if any(refusal.code == NO_FACT for refusal in refused):
        raise InputError("Svaret har ingen faktauppgift: välj minst en.")
    if refused:
        raise InputError(
            f"Faktauppgiften {refused[0].fact_id} får inte användas ({refused[0].code}): "
            "välj en annan eller låt någon granska och godkänna den."
        )


def _plans(request: AnswerRequest, fact_count: int) -> Iterator[_Plan]:
    """Yield what may be told, the fullest first."""
    most = {"short": 1, "medium": 2}.get(request.length, fact_count)
    counts = range(min(most, fact_count), 0, -1)
    fallacies = (1, 0) if request.length == "short" else (None, 1, 0)
    can_claim = request.lang in PHRASES
    if can_claim:
        for fallacy, brief, count in product(fallacies, _briefness(request), counts):
            yield _Plan(count, None, fallacy, has_claim=True, is_brief=brief)
    for brief, count in product(_briefness(request), counts):
        yield _Plan(count, None, 0, has_claim=False, is_brief=brief)
    for sentences in (3, 2, 1):
        if can_claim and sentences > 1:
            yield _Plan(1, sentences, 0, has_claim=True, is_brief=True)
        yield _Plan(1, sentences, 0, has_claim=False, is_brief=True)


def _briefness(request: AnswerRequest) -> tuple[bool, ...]:
    return (True,) if request.length == "short" else (False, True)


def _compose(
    plan: _Plan, request: AnswerRequest, chosen: Sequence[FactWording], narrative: Narrative
) -> Draft:
    used = chosen[: plan.fact_count]
    phrases = PHRASES.get(request.lang)
    claim = _claim(narrative, request.lang, plan.is_brief) if plan.has_claim else ""
    facts = [
        (wording, _sentences(wording.text, request.lang)[: plan.sentences]) for wording in used
    ]
    if phrases and claim:
        falsehood = narrative.falsehood.get(request.lang, "")
        told = _sentences(falsehood, request.lang)[: plan.fallacy_sentences]
        parts = _correct(phrases, claim, " ".join(told), facts)
    else:
        parts = [Part("fact", " ".join(told), w.fact_id) for w, told in facts]
    if phrases and request.channel == "reply":
        parts = [Part("opening", phrases.opening), *parts]
    draft = write_draft(request, parts, used, plan.is_brief)
    return replace(draft, notes=tuple(_notes(draft, plan, request, chosen, bool(claim))))


def _correct(
    phrases: Phrases, claim: str, falsehood: str, facts: Sequence[tuple[FactWording, list[str]]]
) -> list[Part]:
    """Put facts around a claim; a single fact is told in two halves."""
    (first, told), *others = facts
    half = len(told) if others else (len(told) + 1) // 2
    after = [Part("fact", " ".join(said), wording.fact_id) for wording, said in others]
    if not others:
        rest = " ".join(told[half:]) or phrases.restating.format(fact=told[0])
        after = [Part("fact", rest, first.fact_id)]
    return [
        Part("fact", " ".join(told[:half]), first.fact_id),
        Part("warning", phrases.warning.format(claim=claim)),
        *([Part("fallacy", phrases.fallacy.format(falsehood=falsehood))] if falsehood else []),
        *after,
    ]


def _claim(narrative: Narrative, lang: str, is_brief: bool) -> str:
    """Return what is claimed, in few words where there is little room."""
    kinds = (narrative.claim, narrative.titles)
    told = next((kind[lang] for kind in kinds[:: -1 if is_brief else 1] if kind.get(lang)), "")
    return told.strip().rstrip(".")


def _sentences(text: str, lang: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, lang)]


def _notes(
    draft: Draft,
    plan: _Plan,
    request: AnswerRequest,
    chosen: Sequence[FactWording],
    has_claim: bool,
) -> Iterator[str]:
    used = chosen[: plan.fact_count]
    limit = plan.sentences
    if limit and any(len(_sentences(w.text, w.lang)) > limit for w in used):
        yield SHORTENED
    if len(used) < len(chosen):
        yield FACTS_LEFT_OUT
    if request.lang not in PHRASES:
        yield FACTS_ONLY
    elif not has_claim:
        yield CLAIM_LEFT_OUT
    if draft.character_count > draft.limit:
        yield OVER_LIMIT
