"""Texts in which nothing is hidden, told by a look at each of their words.

Most texts hide nothing, and most of their words were met before: undoing disguises takes
some twenty passes over a text, this look takes one.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from motbild.core.arabic_letters import unify_arabic
from motbild.core.riddles import undo_digits, undo_signs
from motbild.core.word_gaps import ends_in_half, join_halves, join_spaced

_MOST_REMEMBERED = 1 << 17  # words

_CAPITALS = "A-ZÅÄÖÉÜÇĞŞ"
_SMALL = "a-zåäöéüæøçğşıáàèíóúâêîôûëïñ"
# Those of Arabic and Persian that are never written apart from what stands above them.
_ARABIC = "\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc"
_WORD = rf"(?:[{_CAPITALS}]*[{_SMALL}]+|[{_CAPITALS}]+|[{_ARABIC}]+|[0-9]+)"
_WITHIN = r"(?:[-–'’./:,&+]{1,2}|(?<=[0-9])(?![0-9])|(?<![0-9])(?=[0-9]))"
# No capital after a small letter, and no sign that may stand for a letter or a gap.
_REGULAR = re.compile(rf"[\"'(\[”“»]*+(?:{_WORD}(?:{_WITHIN}{_WORD})*+)?[-–—.,!?:;،؛؟)\]\"'”“»%]*+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1\1")
_LONE_LETTER = re.compile(r"(?<!\w)[^\W\d_](?!\w)")
_FEWEST_SPACED = 3
_ANY_ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True, slots=True)
class _Met:
    """Words met so far in which nothing is hidden.

    Attributes:
        words: All of them.
        lone: Those that begin or end with a letter that stands alone.
        halves: Those that may be the first half of a word that a space cuts in two.
    """

    words: set[str] = field(default_factory=set)
    lone: set[str] = field(default_factory=set)
    halves: set[str] = field(default_factory=set)

    def learn(self, word: str) -> bool:
        """Tell whether nothing is hidden in a word, and remember it if so."""
        if word in self.words:
            return True
        if not _is_regular(word):
            return False
        if _LONE_LETTER.search(word):
            self.lone.add(word)
        if ends_in_half(word):
            self.halves.add(word)
        self.words.add(word)  # last: another thread may look meanwhile
        return True


def _is_regular(word: str) -> bool:
    if not _REGULAR.fullmatch(word) or _DRAWN_OUT.search(word):
        return False
    return word.isalpha() or undo_digits(undo_signs(join_spaced(word))) == word


_met = _Met()


def is_plain(text: str) -> bool:
    """Tell whether `motbild.core.obfuscation.deobfuscate` surely leaves a text as it is.

    It leaves many others too. Some hundred thousand words are remembered, and nothing else.
    """
    global _met
    met = _met
    words = text.replace("\n", " ").split(" ")
    if not met.words.issuperset(words):
        if not all(map(met.learn, words)):
            return False
        if len(met.words) > _MOST_REMEMBERED:
            _met = _Met()
    return not _reaches_beyond(text, words, met)


def _reaches_beyond(text: str, words: list[str], met: _Met) -> bool:
    """Tell whether words that are plain by themselves hide something together."""
    if sum(map(met.lone.__contains__, words)) >= _FEWEST_SPACED and join_spaced(text) != text:
        return True
    if not met.halves.isdisjoint(words):
        pairs = (f"{word} {after}" for word, after in pairwise(words) if word in met.halves)
        if any(join_halves(pair) != pair for pair in pairs):
            return True
    return bool(_ANY_ARABIC.search(text)) and unify_arabic(text) != text
