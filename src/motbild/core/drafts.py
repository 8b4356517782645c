"""The form of a drafted answer: its paragraphs, its sources, and how it is written out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from motbild.core.fact_bank import FactWording
from motbild.core.narratives import FactSource
from motbild.core.response_phrases import ADDRESS, FULL, LIMITS, PHRASES, SOURCE_STYLES

_SCHEMES = ("https://", "http://")
_BULLETED = "talking-points"
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """What somebody wants to have drafted.

    Attributes:
        channel: One of `CHANNELS`.
        length: One of `LENGTHS`.
        lang: ISO 639-1.
        fact_ids: Chosen facts, the most important first.
        day: Day that the facts must hold on.
    """

    channel: str
    length: str
    lang: str
    fact_ids: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of an answer.

    Attributes:
        kind: ``opening``, ``fact``, ``warning`` or ``fallacy``.
        text: What it says.
        fact_id: The fact that it is taken from, or None.
    """

    kind: str
    text: str
    fact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted answer.

    Attributes:
        parts: Its paragraphs in order.
        sources: Lines that tell the sources, as the channel allows.
        text: All of it as it would be published.
        fact_refs: Fact, language and digest of the wordings used.
        caveats: What must be said or avoided, each once, for whoever edits it.
        character_count: Of `text`.
        limit: Characters that channel and length allow.
        notes: Of `NOTES`.
        is_bulleted: Whether its parts are points of a list.
    """

    parts: tuple[Part, ...]
    sources: tuple[str, ...]
    text: str
    fact_refs: tuple[tuple[str, str, str], ...]
    caveats: tuple[str, ...]
    character_count: int
    limit: int
    notes: tuple[str, ...]
    is_bulleted: bool = False


def write_draft(
    request: AnswerRequest,
    parts: Sequence[Part],
    used: Sequence[FactWording],
    is_brief: bool = False,
) -> Draft:
    """Put paragraphs and sources together as the channel has them, without notes yet.

    Args:
        request: What is drafted.
        parts: The paragraphs in order.
        used: Wordings that they are taken from.
        is_brief: Whether sources take as little room as they can.
    """
    sources = _sources(request, used, is_brief)
    is_bulleted = request.channel == _BULLETED
    told = [part.text for part in parts]
    body = "\n".join(f"– {text}" for text in told) if is_bulleted else "\n\n".join(told)
    text = "\n\n".join([body, "\n".join(sources)] if sources else [body])
    return Draft(
        parts=tuple(parts),
        sources=sources,
        text=text,
        fact_refs=tuple((w.fact_id, w.lang, w.text_digest) for w in used),
        caveats=tuple(dict.fromkeys(w.caveat for w in used if w.caveat)),
        character_count=len(text),
        limit=LIMITS[request.channel, request.length],
        notes=(),
        is_bulleted=is_bulleted,
    )


def _sources(
    request: AnswerRequest, used: Sequence[FactWording], is_brief: bool
) -> tuple[str, ...]:
    """Return the lines that tell the sources of the facts used."""
    sources = list(dict.fromkeys(source for wording in used for source in wording.sources))
    style = SOURCE_STYLES[request.channel]
    phrases = PHRASES.get(request.lang)
    if not sources:
        return ()
    if style == FULL:
        heading = [f"{phrases.sources}:"] if phrases else []
        return (*heading, *(f"– {format_source(source)}" for source in sources))
    told = sources[0].publisher
    if style == ADDRESS and not is_brief:
        told = _point(sources)
    return (phrases.source.format(source=told) if phrases else told,)


def _point(sources: Sequence[FactSource]) -> str:
    """Return the weightiest source that can be followed, else the weightiest."""
    source = next((source for source in sources if source.address), sources[0])
    return ", ".join([source.publisher, source.address or source.title])


def format_source(source: FactSource) -> str:
    """Return title, publisher, year and address, as far as they are known."""
    publisher = f"{source.publisher}, {source.year}" if source.year else source.publisher
    told = f"{source.title}. {publisher}."
    return f"{told} {source.address}" if source.address else told


def to_text(draft: Draft) -> str:
    """Return a draft as plain text."""
    return draft.text


def to_markdown(draft: Draft) -> str:
    """Return a draft as Markdown; what is a mark in a wording stays a character."""
    told = [_MARKUP.sub(r"\\\1", part.text) for part in draft.parts]
    body = "\n".join(f"- {text}" for text in told) if draft.is_bulleted else "\n\n".join(told)
    sources = [_mark_source(line) for line in draft.sources]
    return "\n\n".join([body, "\n".join(sources)] if sources else [body]) + "\n"


def _mark_source(line: str) -> str:
    """Escape a source line, and make its address a link."""
    words = [
        f"<{word}>" if word.startswith(_SCHEMES) else _MARKUP.sub(r"\\\1", word)
        for word in line.split(" ")
    ]
    return re.sub(r"^– ", "- ", " ".join(words))
