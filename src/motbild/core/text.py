"""Text as matching sees it, and its sentences as spans of the text as written."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

import sentencex

from motbild.core.emoji_words import only_named
from motbild.core.obfuscation import deobfuscate, strip_invisible
from motbild.core.plain_words import is_plain
from motbild.core.privacy import may_hold_link, reduce_links

__all__ = ["deobfuscate", "model_text", "normalise", "read_texts", "split_sentences", "text_digest"]

_REMEMBERED = 1 << 13  # texts and sentences
PIECE_LIMIT = 300  # characters: what the encoder takes in of one piece without cutting it

_Span = tuple[int, int]
_SURROGATES = re.compile("[\ud800-\udfff]")
_EMOJI = (
    "[\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U0001f000-\U0001faff]"
)
_BREAK = re.compile(rf"(?:[\r\n\v\f\x85\u2028\u2029]\s*+)+|{_EMOJI}(?:\s*+{_EMOJI})*+\s*+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"”»])(?:kl|ca|nr|tel|tfn|st|resp|inkl|exkl|max|min|jfr|bl\.?\s?a|t\.?\s?ex|dvs|d\.v\.s"
    r"|m\.?\s?fl|s\.?\s?k|p\.?\s?g\.?\s?a|f\.?\s?d|dr|prof|mr|mrs|ms|e\.g|i\.e|vs|no|art|kap)\.$",
    re.IGNORECASE,
)
_CUTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[;:,،؛–—]\s",
        r"\s(?=(?:och|men|eller|för att|eftersom|så att|and|but|or|because|so|ve|ama|çünkü|veya"
        r"|iyo|laakiin|sababtoo ah|و|لكن|لأن|أو|اما|ولی|چون|یا)\s)",
        r"\s",
    )
)


def normalise(text: str) -> str:
    """Fold a text so that what reads alike is alike; for matching, never for storing.

    Returns:
        The text in NFKC, without invisible characters, white space collapsed,
        casefolded. Normalising twice changes nothing more.
    """
    while True:
        folded = unicodedata.normalize("NFKC", strip_invisible(text)).casefold()
        folded = " ".join(folded.split())
        if folded == text:
            return folded
        text = folded


def strip_accents(text: str, form: Literal["NFD", "NFKD"]) -> str:
    """Return a text taken apart in a form of Unicode, less what stands above and below letters."""
    if text.isascii():
        return text
    letters = unicodedata.normalize(form, text)
    return letters.translate(
        {ord(sign): None for sign in set(letters) if unicodedata.combining(sign)}
    )


def text_digest(text: str) -> str:
    """Return the SHA-256 of the normalised text, as 64 hex digits."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


@lru_cache(maxsize=_REMEMBERED)
def model_text(text: str) -> str:
    """Return what encoder and n-grams see: links as domains, folded, nothing hidden.

    Idempotent. The placeholders of `motbild.core.privacy` pass unchanged. Remembered, since a
    usual night asks for the same text when it groups, when it encodes and when it classifies.
    """
    plain = _read_plain(text)
    if plain is not None:
        return plain
    while True:
        seen = normalise(deobfuscate(reduce_links(text)))
        if seen == text:
            return seen
        text = seen


def _read_plain(text: str) -> str | None:
    """Return the model text of one without links in which nothing is hidden; None of others.

    What is plain has only letters that stay the same in NFKC, and nothing invisible.
    """
    if may_hold_link(text) or not is_plain(text):
        return None
    folded = " ".join(text.casefold().split())
    return folded if is_plain(folded) else None


def read_texts(texts: Sequence[str]) -> list[str]:
    """Return the model text of each of some texts."""
    return list(map(model_text, texts))


def split_sentences(text: str, lang: str) -> list[_Span]:
    """Split a text into sentences, and those that are too long into pieces.

    Args:
        text: The text as written.
        lang: ISO 639-1 or ``und``.

    Returns:
        Half-open character spans, in order, without overlap, none empty, none
        with outer white space, none longer than `PIECE_LIMIT`. A quotation
        stays with its sentence. Only white space lies outside the spans.
    """
    # The splitter takes no lone surrogates; one character for another keeps the places.
    readable = _SURROGATES.sub("\ufffd", text)
    spans: list[_Span] = []
    for start, end in _lines(readable):
        for first, last in _sentences(readable[start:end], lang):
            spans.extend(_pieces(readable, start + first, start + last))
    return _join_wordless(readable, spans)


def _lines(text: str) -> Iterator[_Span]:
    """Yield the parts between line breaks, each with the emojis that end it."""
    start = 0
    for found in _BREAK.finditer(text):
        is_inside = not found[0][-1].isspace() or not text[start : found.start()].strip()
        if not found[0][0].isspace() and (is_inside or _goes_on(text, found)):
            continue
        yield start, found.end()
        start = found.end()
    yield start, len(text)


def _goes_on(text: str, found: re.Match[str]) -> bool:
    """Tell whether emojis are words of a sentence that goes on after them."""
    after = text[found.end() : found.end() + 1]
    is_line = not set(found[0]).isdisjoint("\r\n\v\f\x85\u2028\u2029")
    return after.isalpha() and not after.isupper() and not is_line and only_named(found[0])


def _join_wordless(text: str, spans: list[_Span]) -> list[_Span]:
    """Join what has neither letter nor digit to the sentence before it."""
    joined: list[_Span] = []
    for start, end in spans:
        is_wordless = not any(map(str.isalnum, text[start:end]))
        if is_wordless and joined and end - joined[-1][0] <= PIECE_LIMIT:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _sentences(line: str, lang: str) -> Iterator[_Span]:
    """Yield the sentences of one line, those that an abbreviation cut joined again."""
    start = 0
    for part in sentencex.get_sentence_boundaries(lang, line):
        end = part["end_index"]
        if end < len(line) and _ABBREVIATION.search(line[start:end].rstrip()):
            continue
        yield start, end
        start = end
    if start < len(line):
        yield start, len(line)


def _pieces(text: str, start: int, end: int) -> Iterator[_Span]:
    """Yield a span without its outer white space, cut where it is too long."""
    while start < end:
        start += len(text[start:end]) - len(text[start:end].lstrip())
        cut = end if end - start <= PIECE_LIMIT else start + _cut(text[start : start + PIECE_LIMIT])
        stripped = text[start:cut].rstrip()
        if stripped:
            yield start, start + len(stripped)
        start = cut


def _cut(piece: str) -> int:
    """Return where to cut a piece: at a comma, a connective or white space, if late enough."""
    for pattern in _CUTS:
        ends = [found.end() for found in pattern.finditer(piece)]
        if ends and ends[-1] > len(piece) // 3:
            return ends[-1]
    return len(piece)
