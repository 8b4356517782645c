"""Signs and digits in the place of letters: ``b@rn``, ``k*dnappar``, ``s0cialen``.

Written as riddles they pass filters of words. They are read where a topic word comes out, or
where one reading alone is likely; numbers, dates, units and names of things stay.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, product

from motbild.core.topic_stems import ENDINGS, OPEN_STEM, TOPIC_STEMS, stem_of

_LONGEST_RIDDLE = 40

_LETTER = r"[^\W\d_]"
# Signs that pass for one letter: these two in any word, the others in topic words.
_SURE_SIGNS = str.maketrans("©®", "cr")
_LETTER_SIGNS = str.maketrans("©®$€£@!|013457", "crsesaiioieast")
_LETTER_SIGNS_BUT_ONE = {sign: letter for sign, letter in _LETTER_SIGNS.items() if sign != ord("1")}
_DIGITS = "013457"
_ANY_DIGIT = re.compile(f"[{_DIGITS}]")
# Of the digits, those that no one also writes Arabic with (3, 5 and 7 are letters there).
_SURE_DIGITS = str.maketrans("014", "oia")
# Signs that stand for one letter left out, or that only stand between two.
_WILD = re.compile(r"[*¤#%_\u2600-\u27bf\U0001f300-\U0001faff]")
_LOST = re.compile("[*¤]")
_CHUNK = rf"(?:{_LETTER}|[{_DIGITS}])++"
_LETTER_LIKE, _ANY_SIGN = rf"(?:{_WILD.pattern}|[©®$€£@!|])", r"(?:[^\w\s]|_)"
_RIDDLES = tuple(
    re.compile(rf"(?<!\w)[$€£©®]?{_CHUNK}(?:{sign}{{1,3}}+{_CHUNK})++|[$€£©®]{_CHUNK}")
    for sign in (_LETTER_LIKE, _ANY_SIGN)
)
# What each of them cannot do without, which is found sooner.
_RIDDLE_SIGNS = tuple(re.compile(rf"{sign}[^\W_]") for sign in (_LETTER_LIKE, _ANY_SIGN))
_DIGIT_WORD = re.compile(rf"(?<!\w)[{_DIGITS}]*+(?:{_LETTER}++[{_DIGITS}]*+)++(?!\w)")
# One digit, or one twice, between letters; two letters last, so that ``iphone4s`` stays.
_ALMOST_LETTERS = re.compile(rf"(?:{_LETTER}++([{_DIGITS}])\1?)+{_LETTER}{{2,}}")


def undo_signs(text: str, stems: Sequence[str] = TOPIC_STEMS) -> str:
    """Read signs inside words as the letters they hide, where a topic word comes out."""
    for sign, riddle in zip(_RIDDLE_SIGNS, _RIDDLES, strict=True):
        if sign.search(text):
            text = riddle.sub(lambda found: _read_signs(found[0], stems), text)
    return text


def _read_signs(word: str, stems: Sequence[str]) -> str:
    """Return the topic word that a riddle stands for, or the word less its sure signs."""
    letters = word.translate(_LETTER_SIGNS)
    for reading in (_fill(letters, stems), _close(letters, stems)):
        if reading is not None:
            return reading
    return _LOST.sub("", word.translate(_SURE_SIGNS))


def _close(word: str, stems: Sequence[str]) -> str | None:
    """Take the signs out of a word, if all of them stand inside a topic stem."""
    joined = "".join(filter(str.isalpha, word))
    reach = len(stem_of(joined, stems))
    if not reach:
        return None
    outside = word[:1].isalpha() and sum(map(str.isalpha, word[: _last_sign(word)])) >= reach
    return None if outside else joined


def _last_sign(word: str) -> int:
    return max((place for place, letter in enumerate(word) if not letter.isalpha()), default=0)


def _fill(word: str, stems: Sequence[str]) -> str | None:
    """Fill each wild sign with the letter of the longest topic stem that then fits."""
    if not _WILD.search(word):
        return None
    lowered = word.lower()
    for stem in sorted(stems, key=len, reverse=True):
        head, rest = lowered[: len(stem)], _LOST.sub("", word[len(stem) :])
        if _WILD.search(head) is None or len(head) < len(stem):
            continue
        if all(a == b or _WILD.fullmatch(a) for a, b in zip(head, stem, strict=True)) and (
            (rest.isalpha() and len(stem) >= OPEN_STEM) or rest.lower() in ENDINGS
        ):
            return stem + rest
    return None


def undo_digits(text: str, stems: Sequence[str] = TOPIC_STEMS) -> str:
    """Read digits inside words as letters; numbers, units, dates and names of things stay."""
    if not _ANY_DIGIT.search(text):
        return text
    return _DIGIT_WORD.sub(lambda found: _read_digits(found[0], stems), text)


def _read_digits(word: str, stems: Sequence[str]) -> str:
    """Return a word's reading, or the word itself where its digits seem meant as digits."""
    digits = sum(map(str.isdigit, word))
    if not digits or word[-1].isdigit() or len(word) > _LONGEST_RIDDLE:
        return word
    for reading in _readings(word):
        stem = stem_of(reading, stems)
        if len(stem) >= OPEN_STEM or any(map(str.isdigit, word[: len(stem)])):
            return reading
    is_word = _ALMOST_LETTERS.fullmatch(word) and len(word) - digits >= max(4, 3 * digits)
    reading = word.translate(_SURE_DIGITS)
    return reading if is_word and reading.isalpha() else word


def _readings(word: str) -> Iterator[str]:
    """Yield the ways to read a word's digits; a one is an ``i`` or an ``l``."""
    parts = word.translate(_LETTER_SIGNS_BUT_ONE).split("1")
    for ones in islice(product("il", repeat=len(parts) - 1), 16):
        yield "".join(chain.from_iterable(zip(parts, (*ones, ""), strict=True)))
