"""How writers hide words from filters, and how that is undone.

Invisible characters, look-alike letters, digits and signs in the place of
letters, letters set apart, drawn-out letters, and Arabic letters less their dots. What is
stored stays as it was written; only the text that models see passes here.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice, product

from motbild.core.arabic_letters import unify_arabic
from motbild.core.emoji_words import name_emojis
from motbild.core.topic_stems import ENDINGS, OPEN_STEM, TOPIC_STEMS, stem_of
from motbild.core.word_gaps import join_halves, join_spaced, part_words

_LONGEST_RIDDLE = 40

# What Unicode calls default-ignorable though it is no format character (Cf).
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
}

# The library of Unicode's confusables has no release since 2024 and knows thousands of
# pairs, among them ones that would harm (m and rn). These are the ones met in posts:
# Cyrillic, Greek and small-capital letters beside the Latin letter each passes for.
_PAIRS = (
    "аa вb сc ԁd еe ғf ԍg һh нh іi їi јj кk ӏl мm пn оo рp ԛq гr ѕs тt ѵv ԝw хx уy ьb "
    "αa βb ϲc εe ηn ιi κk νv οo ρp ςs τt υu χx γy ωw "
    "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɑa ɡg ɩi"
)
_LOOK_ALIKES = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
# Where look-alikes, Arabic letters, ornaments and emojis are; Latin letters are all below.
_BEYOND_LATIN = re.compile("[\u0250-\u02af\u0300-\u06ff\u1d00-\u1dbf\u2600-\U0010ffff]")
# Letters in black circles and boxes, which Unicode takes for signs of their own.
_BOXED = {
    first + place: chr(ord("a") + place) for first in (0x1F150, 0x1F170) for place in range(26)
}
_ANY_BOXED = re.compile("[\U0001f150-\U0001f189]")
_ANY_LOOK_ALIKE = re.compile("[" + "".join(map(chr, _LOOK_ALIKES)) + "]")
_LATIN = re.compile("[a-zåäöéüçğışᴀ-ᴢɢɪɴʀʏʙʜʟꜰꜱ]", re.IGNORECASE)

_LETTER = r"[^\W\d_]"
_DRAWN_OUT = re.compile(rf"({_LETTER})\1{{2,}}")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"[\d_]")
# A capital i after a small letter passes for an l, but not in names such as McIntyre.
_CAPITAL_I = re.compile(r"(?<=[a-zåäö])(?<![A-ZÅÄÖ][a-zåäö])I+(?=[a-zåäö]|(?!\w))")

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


def deobfuscate(text: str, stems: Sequence[str] = TOPIC_STEMS) -> str:
    """Undo what hides words, for matching; idempotent.

    Args:
        text: Any text, normalised or as written.
        stems: Words that riddles with signs and digits are read as, lower-case.

    Returns:
        The text with look-alike letters as Latin ones, single letters and the
        halves of topic words joined, words that signs or a hashtag run together
        parted, signs and digits inside words read as letters, emojis that stand for
        words named, letters drawn out kept twice (once in topic words), Arabic
        ornaments removed and letter forms unified. ``å``, ``ä`` and ``ö`` stay, and so do
        the letters of Persian, numbers, dates and units.
    """
    while True:
        plain = strip_invisible(unicodedata.normalize("NFKC", text))
        is_plain_latin = not _BEYOND_LATIN.search(plain)  # as most texts are
        if not is_plain_latin:
            plain = unify_arabic(undo_look_alikes(plain))
        # Letters set apart are joined before words are parted: both are done with one sign.
        plain = part_words(join_spaced(undo_capital_is(plain)))
        plain = undo_digits(undo_signs(plain, stems), stems)
        if not is_plain_latin:
            plain = name_emojis(plain)
        plain = join_halves(shorten_drawn_out(plain, stems))
        if plain == text:
            return plain
        text = plain


@lru_cache(maxsize=4096)
def is_invisible(character: str) -> bool:
    """Tell whether a character leaves no trace on the screen; white space is no such."""
    if character in _FILLERS:
        return True
    return unicodedata.category(character) in {"Cf", "Cc", "Cs"} and not character.isspace()


def strip_invisible(text: str) -> str:
    """Remove controls, joiners, fillers, selectors and lone surrogates."""
    # What is printable can only be invisible as a filler; most texts pass here.
    if text.isprintable() and _FILLERS.isdisjoint(text):
        return text
    return "".join(character for character in text if not is_invisible(character))


def undo_capital_is(text: str) -> str:
    """Read capital letters i that pass for small letters l."""
    return _CAPITAL_I.sub(_small_ls, text) if "I" in text else text


def _small_ls(found: re.Match[str]) -> str:
    return "l" * len(found[0])


def shorten_drawn_out(text: str, stems: Sequence[str] = TOPIC_STEMS) -> str:
    """Keep letters that are drawn out twice, or once where a topic word comes out."""
    if not _DRAWN_OUT.search(text):
        return text

    def shorten(found: re.Match[str]) -> str:
        once = _DRAWN_OUT.sub(r"\1", found[0])
        is_drawn_out = once != found[0] and not _DIGIT.search(found[0])
        return once if is_drawn_out and stem_of(once, stems) else found[0]

    return _DRAWN_OUT.sub(r"\1\1", _WORD.sub(shorten, text))


def undo_look_alikes(text: str) -> str:
    """Write letters in boxes, and foreign ones in words otherwise Latin, as the Latin ones."""
    if _ANY_BOXED.search(text):
        text = text.translate(_BOXED)
    if not _ANY_LOOK_ALIKE.search(text):
        return text
    return _WORD.sub(lambda found: _latin_word(found[0]), text)


def _latin_word(word: str) -> str:
    # The table is lower-case; a capital that is none of its keys has its small letter there.
    latin = "".join(_latin_letter(letter) for letter in word)
    return latin if _LATIN.search(word) or stem_of(latin, TOPIC_STEMS) else word


def _latin_letter(letter: str) -> str:
    return _LOOK_ALIKES.get(ord(letter)) or _LOOK_ALIKES.get(ord(letter.lower()[0]), letter)


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
