"""The words that tell a group of texts from all others, without a list of stop words."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from motbild.core.units import PLACEHOLDER

TERM_COUNT = 8
FEWEST_TEXTS = 2  # that hold a word: what one alone says distinguishes no group
LEAST_LIFT = 5.0  # how many times more common than elsewhere a word must be
_OPENING = 4  # letters; words that begin alike are mostly forms of one
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Words:
    """What words each of many texts holds, and in what language it is.

    Attributes:
        by_text: The words of each text.
        langs: The language of each.
        holders: By language, how many texts hold each word.
    """

    by_text: tuple[frozenset[str], ...]
    langs: tuple[str, ...]
    holders: dict[str, Counter[str]]

    @classmethod
    def of(cls, texts: Sequence[str], langs: Sequence[str]) -> "Words":
        """Gather the words of model texts; placeholders are no words."""
        by_text = tuple(frozenset(_WORD.findall(PLACEHOLDER.sub(" ", text))) for text in texts)
        holders: dict[str, Counter[str]] = {}
        for words, lang in zip(by_text, langs, strict=True):
            holders.setdefault(lang, Counter()).update(words)
        return cls(by_text, tuple(langs), holders)


def distinguish(group: Sequence[int], words: Words) -> tuple[str, ...]:
    """Return the words that many texts of a group hold and few others of its languages.

    A word weighs the share of the group that holds it, times the logarithm of how many times
    more common it is there than elsewhere.

    Args:
        group: Positions of its texts in `words`.
        words: The words of all texts.

    Returns:
        At most `TERM_COUNT`, the weightiest first, of words that begin alike one.

    Source:
        Grootendorst, BERTopic: Neural topic modeling with a class-based TF-IDF procedure,
        2022; here texts count, not words, so that no long text speaks for its group.
    """
    own = Counter(word for position in group for word in words.by_text[position])
    langs = {words.langs[position] for position in group}
    other_count = sum(words.langs.count(lang) for lang in langs) - len(group)
    weights: dict[str, float] = {}
    for word, holder_count in own.items():
        elsewhere = sum(words.holders[lang][word] for lang in langs) - holder_count
        share = holder_count / len(group)
        lift = share * (other_count + 1) / (elsewhere + 1)
        if holder_count >= FEWEST_TEXTS and lift >= LEAST_LIFT:
            weights[word] = share * math.log(lift)
    return _unlike(sorted(weights, key=lambda word: (-weights[word], word)))


def _unlike(words: Sequence[str]) -> tuple[str, ...]:
    """Keep of words that begin alike the first, and no more than are shown."""
    chosen: dict[str, str] = {}
    for word in words:
        chosen.setdefault(word[:_OPENING], word)
    return tuple(chosen.values())[:TERM_COUNT]
