"""The units of a text that a classifier reads: the whole, and each of its sentences.

A long post is read as a whole and sentence by sentence, since one sentence of twenty
may carry the claim.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from motbild.core.text import model_text, split_sentences

FEWEST_WORDS = 5  # a shorter sentence is read together with the next one
FEWEST_FLAGGED = 3  # words: what says less may be suggested to a reviewer, never flagged
_REMEMBERED = 1 << 12  # texts
PLACEHOLDER = re.compile(r"\[[\w-]+\]")
# Begun only where a word does: else each letter of a long one would be tried as a beginning.
_NO_WORD = re.compile(rf"{PLACEHOLDER.pattern}|(?:(?<!\S)|(?<=[a-z]\]))\S+\.\w{{2,}}(?:/\S*)?")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Units:
    """A text as the classifier reads it.

    Attributes:
        text: Model text of the whole.
        spans: Half-open spans in the text as written, one for each sentence (short
            ones joined to the next); never empty.
        sentences: Model text of each span, or empty when there is only one.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    sentences: tuple[str, ...] = ()


@lru_cache(maxsize=_REMEMBERED)
def split_units(text: str, lang: str) -> Units:
    """Split a masked text, as written, into the units that are scored.

    Remembered for as long as a usual night needs it, which encodes and then classifies.

    Args:
        text: The text as written, masked.
        lang: ISO 639-1, or ``und``.
    """
    spans = _join_short(text, split_sentences(text, lang)) or [(0, len(text))]
    if len(spans) == 1:
        return Units(model_text(text), tuple(spans))
    sentences = tuple(model_text(text[start:end]) for start, end in spans)
    return Units(model_text(text), tuple(spans), sentences)


def unit_texts(units: Units) -> list[str]:
    """Return the model texts to encode: the whole first, then each sentence."""
    return [units.text, *units.sentences]


def is_brief(text: str) -> bool:
    """Tell whether a model text says too little to be flagged: two words, or links alone."""
    return len(_WORD.findall(_NO_WORD.sub(" ", text))) < FEWEST_FLAGGED


def _join_short(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    open_start: int | None = None
    for start, end in spans:
        first = start if open_start is None else open_start
        if len(text[first:end].split()) < FEWEST_WORDS:
            open_start = first
        else:
            joined.append((first, end))
            open_start = None
    if open_start is not None:  # a short tail has no next sentence, so it joins the last
        start = joined.pop()[0] if joined else open_start
        joined.append((start, spans[-1][1]))
    return joined
