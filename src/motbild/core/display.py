"""Hostile text made safe to show, as text: nothing hidden, nothing that spills out of its place.

Escaping for HTML is the template engine's work and none of this module's. Texts that
models see go another way (`motbild.core.obfuscation`): there what is hidden is removed,
here a person sees that it was there.
"""

import re
import unicodedata
from itertools import groupby
from typing import Literal

from motbild.core.privacy import PLACEHOLDERS

Direction = Literal["rtl", "ltr"]
Marked = tuple[str, str, str]  # what stands before the marked part, that part, what follows

ELLIPSIS = "…"
_MOST_MARKS = 3  # shadda, vowel and dagger alef on one Arabic letter; more is ornament
_MOST_HIDDEN = 3  # hidden characters in a row that are named; the rest are counted
_STRONG_COUNT = 20  # strong characters that tell a text's direction
_READ_FOR_DIRECTION = 2_000
_LEAST_REMNANT = 12  # letters of a sentence that a cut text must still have, to be known by

_RTL_LANGUAGES = frozenset({"ar", "fa"})
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}

# All of Cc, Cf and Cs that leaves no trace on the screen, what Unicode calls
# default-ignorable beside these, and the code points that are no characters.
HIDDEN = (
    "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\xad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
) + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2500-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_ARABIC = (
    "\u0620-\u065f\u0660-\u06dc\u06df-\u06ff\u0750-\u077f\u08a0-\u08e1\ufb50-\ufdcf\ufe70-\ufefc"
)
_LEGITIMATE = "|".join(
    (
        # The Persian half-space, and joiners that shape a letter standing alone.
        f"(?<=[{_ARABIC}])[\u200c\u200d](?![\u200c\u200d])",
        f"(?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}])",
        f"(?<=[{_EMOJI}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)",
        # The flags of England, Scotland and Wales.
        "\U0001f3f4[\U000e0061-\U000e007a]{5}\U000e007f",
    )
)
_HIDDEN_RUN = re.compile(f"({_LEGITIMATE})|[{HIDDEN}]+")
_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")
_MANY_BREAKS = re.compile(r"\n(?:[^\S\n]*+\n){3,}+")
# Neither letter, digit nor space, and not Latin punctuation: marks are among these.
_MAYBE_STACK = re.compile(rf"[^\w\s\x00-\u02ff]{{{_MOST_MARKS + 1},}}")
_SIGN = r"⟨(?:U\+[0-9A-F]{4,6}|\+\d+)⟩"
_CUT_SIGN = re.compile(r"⟨[U+0-9A-F]*$")
_SKIPPED = re.compile(
    "|".join((r"https?://\S+", r"@\w+", _SIGN, *map(re.escape, PLACEHOLDERS))), re.IGNORECASE
)
_UNSEEN = re.compile(rf"{_SIGN}|[\W_]")
_TAIL = re.compile(rf"(?:{_SIGN}|[^\w\s⟨])*+")
_ILLEGAL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ud800-\udfff\ufffe\uffff]")


def show(text: str, limit: int | None = None) -> str:
    """Make a hostile text safe to show as text; idempotent.

    Args:
        text: Any text, lone surrogates and all.
        limit: The most characters returned, the ellipsis among them.

    Returns:
        The text with direction overrides, zero-width and control characters named
        as ``⟨U+202E⟩`` (of many in a row the first three, then how many more),
        stacks of combining marks cut likewise, every kind of line break as one,
        at most one empty line in a row where there were more than two, and cut at
        a word with an ellipsis where it is too long. Joiners of Persian and of
        emojis stay.
    """
    plain = _HIDDEN_RUN.sub(_name_hidden, _BREAK.sub("\n", text))
    plain = _MAYBE_STACK.sub(lambda found: _thin_stacks(found[0]), plain)
    plain = _MANY_BREAKS.sub("\n\n", plain)
    return plain if limit is None else _cut(plain, limit)


def _name_hidden(found: re.Match[str]) -> str:
    """Name the first of a run of hidden characters, and count the rest."""
    if found[1]:
        return found[1]
    named = "".join(f"⟨U+{ord(character):04X}⟩" for character in found[0][:_MOST_HIDDEN])
    return named + _count_rest(len(found[0]) - _MOST_HIDDEN)


def _count_rest(count: int) -> str:
    return f"⟨+{count}⟩" if count > 0 else ""


def _thin_stacks(signs: str) -> str:
    """Keep the first combining marks of each stack, and count the rest."""
    parts = []
    for is_mark, run in groupby(signs, _is_mark):
        stack = "".join(run)
        most = _MOST_MARKS if is_mark else len(stack)
        parts.append(stack[:most] + _count_rest(len(stack) - most))
    return "".join(parts)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _cut(text: str, limit: int) -> str:
    """Cut a text at a word, or at least not inside a sign, an emoji or a letter's marks."""
    if len(text) <= limit:
        return text
    head = text[: max(0, limit - len(ELLIPSIS))]
    if not text[len(head)].isspace():
        words = re.match(r"(.*\S)\s+\S*$", head[len(head) // 2 :], re.DOTALL)
        head = head[: len(head) // 2] + words[1] if words else _whole(head, text[len(head)])
    return head.rstrip() + ELLIPSIS


def _whole(head: str, following: str) -> str:
    """Take off what a cut broke: a sign, or a character that more belonged to."""
    if _CUT_SIGN.search(head):
        return _CUT_SIGN.sub("", head)
    while head and (_is_joined(following) or head[-1] == "\u200d"):
        head, following = head[:-1], head[-1]
    return head


def _is_joined(character: str) -> bool:
    return _is_mark(character) or character == "\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff"


def direction(text: str, lang: str) -> Direction:
    """Tell the direction that a text's paragraphs run in.

    Args:
        text: The text, as written or as shown.
        lang: What it was found to be in, ISO 639-1 or ``und``.

    Returns:
        For Arabic and Persian ``rtl``, unless all of it is in Latin letters. Else
        what most of its first strong characters say; links, names and
        placeholders have a say only where there is nothing else.
    """
    beginning = text[:_READ_FOR_DIRECTION]
    strong = _strong_directions(_SKIPPED.sub(" ", beginning)) or _strong_directions(beginning)
    if lang in _RTL_LANGUAGES:
        return "rtl" if "rtl" in strong or not strong else "ltr"
    first = strong[:_STRONG_COUNT]
    return "rtl" if 2 * first.count("rtl") > len(first) else "ltr"


def _strong_directions(text: str) -> list[str]:
    kinds = map(unicodedata.bidirectional, text)
    return [_STRONG[kind] for kind in kinds if kind in _STRONG]


def mark_span(text: str, start: int, end: int) -> Marked:
    """Part a text as written at a span of it, and make each part safe to show."""
    start = min(max(start, 0), len(text))
    end = min(max(end, start), len(text))
    return show(text[:start]), show(text[start:end]), show(text[end:])


def split_marked(text: str, sentence: str) -> Marked:
    """Part a text, as shown or as written, at a sentence of it.

    Returns:
        Three parts that together are the text. The sentence is known by its letters
        and digits, whatever was hidden between them, and by its beginning where
        the text is cut. Where it is not found, all of the text is the first part.
    """
    found = text.find(sentence) if sentence else -1
    span = (found, found + len(sentence)) if found >= 0 else _find_letters(text, sentence)
    if span is None:
        return text, "", ""
    return text[: span[0]], text[span[0] : span[1]], text[span[1] :]


def _find_letters(text: str, sentence: str) -> tuple[int, int] | None:
    """Return where the letters of a sentence stand in a text, with the signs around them."""
    places = _letter_places(text)
    letters = "".join(text[place] for place in places)
    sought = "".join(sentence[place] for place in _letter_places(sentence))
    first = letters.find(sought) if sought else -1
    if first < 0:
        first = _find_remnant(letters, sought) if text.endswith(ELLIPSIS) else -1
    if first < 0:
        return None
    last = places[min(first + len(sought), len(places)) - 1]
    tail = _TAIL.match(text, last + 1)
    return places[first], tail.end() if tail else last + 1


def _letter_places(text: str) -> list[int]:
    """Return the places of a text's letters and digits, those of signs left out."""
    places: list[int] = []
    start = 0
    for found in _UNSEEN.finditer(text):
        places.extend(range(start, found.start()))
        start = found.end()
    return [*places, *range(start, len(text))]


def _find_remnant(letters: str, sought: str) -> int:
    """Return where a sentence begins that the end of a cut text breaks off, or -1."""
    first = letters.rfind(sought[:_LEAST_REMNANT])
    is_broken_off = len(letters) - first >= _LEAST_REMNANT and sought.startswith(letters[first:])
    return first if first >= 0 and is_broken_off else -1


def strip_illegal(text: str) -> str:
    """Remove what XML 1.0 has no place for, and write line breaks as it reads them.

    That is most controls, lone surrogates and two code points that are no characters.
    """
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
