"""How writers hide words from filters, and how that is undone.

Invisible characters, look-alike letters, digits and signs in the place of
letters, letters set apart, drawn-out letters, and Arabic letters less their dots. What is
stored stays as it was written; only the text that models see passes here.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from motbild.core.arabic_letters import unify_arabic
from motbild.core.emoji_words import name_emojis
from motbild.core.plain_words import is_plain
from motbild.core.riddles import undo_digits, undo_signs
from motbild.core.topic_stems import TOPIC_STEMS, stem_of
from motbild.core.word_gaps import join_halves, join_spaced, part_words

# What Unicode calls default-ignorable though it is no format character (Cf).
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
}
_BEYOND_FILLERS = re.compile("[\u034f-\U0010ffff]")  # where fillers are

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
    while stems is not TOPIC_STEMS or not is_plain(text):
        plain = undo_once(text, stems)
        if plain == text:
            break
        text = plain
    return text


def undo_once(text: str, stems: Sequence[str] = TOPIC_STEMS) -> str:
    """Undo what hides words, in one pass; what comes of it may hide others."""
    plain = strip_invisible(unicodedata.normalize("NFKC", text))
    is_plain_latin = not _BEYOND_LATIN.search(plain)  # as most texts are
    if not is_plain_latin:
        plain = unify_arabic(undo_look_alikes(plain))
    # Letters set apart are joined before words are parted: both are done with one sign.
    plain = part_words(join_spaced(undo_capital_is(plain)))
    plain = undo_digits(undo_signs(plain, stems), stems)
    if not is_plain_latin:
        plain = name_emojis(plain)
    return join_halves(shorten_drawn_out(plain, stems))


@lru_cache(maxsize=4096)
def is_invisible(character: str) -> bool:
    """Tell whether a character leaves no trace on the screen; white space is no such."""
    if character in _FILLERS:
        return True
    return unicodedata.category(character) in {"Cf", "Cc", "Cs"} and not character.isspace()


def strip_invisible(text: str) -> str:
    """Remove controls, joiners, fillers, selectors and lone surrogates."""
    # What is printable can only be invisible as a filler; most texts pass here.
    if text.isprintable() and (not _BEYOND_FILLERS.search(text) or _FILLERS.isdisjoint(text)):
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
