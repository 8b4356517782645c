"""Where words begin and end, although writers set letters apart or run words together."""

import re
from collections import Counter

from motbild.core.emoji_words import is_named
from motbild.core.topic_stems import stem_of

_LETTER = r"[^\W\d_]"
_SPACED = re.compile(rf"(?<!\w){_LETTER}([ ._*·•|-]){_LETTER}(?:\1{_LETTER})+(?!\w)")
_PIECE = re.compile(r"\S+")
_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-zåäöçğıöşü])(?=[A-ZÅÄÖÇĞİÖŞÜ])|(?<=[A-ZÅÄÖ])(?=[A-ZÅÄÖ][a-zåäö])")
# What may stand between words in the place of a space: in one piece of text a sign twice, in
# the whole an emoji three times. Once it says something.
_GAP_SIGNS = "_|~•·"
_GAPS = {
    sign: re.compile(rf"(?<=[^\W\d_]|[.,!?:]){re.escape(sign)}(?={_LETTER})") for sign in _GAP_SIGNS
}
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_FEWEST_SIGNS, _FEWEST_EMOJIS = 2, 3
_WORD_BEFORE = rf"(?<={_LETTER}{_LETTER}|{_LETTER}[.,!?:])"
# Stems whose halves meet in no other phrase, as those of *för äldre* and *dom stolar* do.
_CUT_STEMS = (
    *("kidnap", "social", "socialtjänst", "socialtjanst", "socialsekreter", "familjehem"),
    *("fosterhem", "myndighet", "orosanmäl", "orosanmal", "omhändertag", "muslim"),
    *("السوسيال", "الاطفال", "سوسيال", "يخطف", "تخطف", "سوسیال", "کودکان", "çocuk", "carruur"),
)
_HALVES = frozenset(stem[:end] for stem in _CUT_STEMS for end in range(2, len(stem)))
# The cut must lie inside the stem, or what follows is a word of its own.
_TWO_PARTS = re.compile(
    rf"(?<!\w)({'|'.join(sorted(_HALVES))}) ({_LETTER}{{2,}})(?!\w)", re.IGNORECASE
)
_BEFORE_SPACE = re.compile(r"(?<!\w)\w++(?= )")


def join_spaced(text: str) -> str:
    """Join three or more single letters in a row that one and the same sign sets apart.

    ``s o c i a l e n``, ``S.O.C`` and ``k-i-d-n-a-p-p-a-r`` become words, and so
    do lists (``a b c``) and abbreviations (``o.s.v``), where it does no harm. Two
    letters (``t.ex``, ``s.k``) never do. A double space ends the word, so this
    belongs before white space is collapsed.
    """
    return _SPACED.sub(lambda found: found[0].replace(found[1], ""), text)


def part_words(text: str) -> str:
    """Part words that a hashtag or signs run together: ``#StoppaLVU``, ``soc_tar_barn``.

    An emoji that stands between words again and again is a gap and nothing more, but for one
    that is a word itself and has spaces around it.
    """
    parted = text
    if "#" in text:
        parted = _HASHTAG.sub(lambda found: _HUMP.sub(" ", found[0]), text)
    if any(parted.count(sign) >= _FEWEST_SIGNS for sign in _GAP_SIGNS):
        parted = _PIECE.sub(lambda found: _part_at_signs(found[0]), parted)
    emojis = Counter(_EMOJI.findall(parted))
    for emoji in sorted(sign for sign, count in emojis.items() if count >= _FEWEST_EMOJIS):
        space = "" if is_named(emoji) else " *"
        gap = re.compile(rf"{_WORD_BEFORE}{space}{re.escape(emoji)}+{space}(?={_LETTER})")
        if len(gap.findall(parted)) >= _FEWEST_EMOJIS:
            parted = gap.sub(" ", parted)
    return parted


def _part_at_signs(piece: str) -> str:
    """Part what stands without a space where one sign stands between words again and again."""
    for sign, gap in _GAPS.items():
        if piece.count(sign) >= _FEWEST_SIGNS and len(gap.findall(piece)) >= _FEWEST_SIGNS:
            piece = gap.sub(" ", piece)
    return piece


def join_halves(text: str) -> str:
    """Join two halves that a space cuts a long topic word into: ``kid nappar``."""
    if _HALVES.isdisjoint(_BEFORE_SPACE.findall(_small_letters(text))):
        return text
    place = 0
    while found := _TWO_PARTS.search(text, place):
        joined = found[1] + found[2]
        if len(found[1]) < len(stem_of(joined, _CUT_STEMS)):
            text = text[: found.start()] + joined + text[found.end() :]
            place = found.start()
        else:
            place = found.end(1)
    return text


def ends_in_half(word: str) -> bool:
    """Tell whether a piece of text between spaces may be the first half of such a word."""
    return not _HALVES.isdisjoint(_BEFORE_SPACE.findall(f"{_small_letters(word)} "))


def _small_letters(text: str) -> str:
    """Return a text in small letters, as patterns that ignore case hold them alike."""
    return text.lower().replace("i\u0307", "i").replace("ı", "i").replace("ſ", "s")
