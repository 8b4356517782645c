"""Tests of what is shown of hostile texts, and of finding a sentence in what is shown."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from motbild.core.display import (
    HIDDEN,
    direction,
    mark_span,
    show,
    split_marked,
    strip_illegal,
)
from tests.data.hostile import HOSTILE, live_marks

# Every kind of character, lone surrogates too, and often those that hide or spill.
CHARACTERS = st.one_of(
    st.characters(exclude_categories=[]),
    st.sampled_from(
        "abc åäö\n\r\t\u2028\u200b\u200c\u200d\u202e\ufe0f\u0301\u0651❤👩🏽1⟨⟩U+20یمسا…"
    ),
)
TEXTS = st.text(CHARACTERS, max_size=80)
HOSTILE_TEXTS = pytest.mark.parametrize("text", [pytest.param(t, id=n) for n, t in HOSTILE])
JOINERS = {"\u200c", "\u200d", "\ufe0e", "\ufe0f"}
TAGS = {chr(code) for code in range(0xE0061, 0xE0080)}
NUMBER_SIGNS = set(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)


def is_hidden(character: str) -> bool:
    """Tell of a character whether Unicode has it leave no trace, by its category."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"} and character not in "\n\t\r\x85"


def test_every_control_and_format_character_is_named() -> None:
    """The list leaves out none that Unicode knows but Arabic number signs, which are seen."""
    named = re.compile(f"[{HIDDEN}]")
    every = map(chr, range(0x110000))
    unnamed = {sign for sign in every if is_hidden(sign) and not named.match(sign)}
    assert unnamed == NUMBER_SIGNS


@given(TEXTS)
@example("x\ufe0f\u200d👩")
@example("ب\u200c\u200c\u200dب")
def test_showing_is_idempotent(text: str) -> None:
    """What was shown once has nothing more to show."""
    assert show(show(text)) == show(text)


@given(TEXTS)
def test_nothing_hidden_is_left(text: str) -> None:
    """Of what leaves no trace only joiners of Persian, emojis and flags are left."""
    left = {character for character in show(text) if is_hidden(character)}
    assert left <= JOINERS | TAGS | NUMBER_SIGNS


@given(TEXTS, st.integers(1, 60))
def test_the_limit_holds(text: str, limit: int) -> None:
    """No text is longer than the limit, and one that is short enough stays whole."""
    shown = show(text, limit)
    assert len(shown) <= limit
    assert shown == show(text) or shown.endswith("…")
    assert not re.search(r"⟨U\+[0-9A-F]*…$", shown)


@HOSTILE_TEXTS
def test_hostile_texts_are_tamed(text: str) -> None:
    """No control, no tall stack and no tall gap comes through, and it can be sent."""
    shown = show(text, 500)
    assert not {sign for sign in shown if is_hidden(sign)} - JOINERS - TAGS
    assert "\n\n\n\n" not in shown
    assert len(shown.encode()) <= 4 * 500
    marks = "".join("x" if unicodedata.category(c).startswith("M") else " " for c in shown)
    assert "xxxx" not in marks


def test_there_are_enough_hostile_texts() -> None:
    """Each has a name of its own and differs from all others."""
    assert len(HOSTILE) >= 80
    assert len({name for name, _ in HOSTILE}) == len({text for _, text in HOSTILE}) == len(HOSTILE)


def test_marks_are_live_only_unescaped() -> None:
    """A page that escapes the text is told from one that does not."""
    text = '"><img src=x onerror=alert(1)>'
    assert live_marks(f"<p>{text}</p><img src=/egen.svg>", text) == ["<img"]
    escaped = text.replace("<", "&lt;").replace('"', "&#34;")
    assert live_marks(f"<p>{escaped}</p><img src=/egen.svg>", text) == []


@given(TEXTS, st.integers(-5, 90), st.integers(-5, 90))
def test_a_span_parts_a_text(text: str, start: int, end: int) -> None:
    """Whatever the span, the parts are those of the text, safe to show."""
    before, marked, after = mark_span(text, start, end)
    first = min(max(start, 0), len(text))
    last = min(max(end, first), len(text))
    assert (before, marked, after) == (
        show(text[:first]),
        show(text[first:last]),
        show(text[last:]),
    )


@given(TEXTS, TEXTS)
def test_parts_are_the_whole_text(text: str, sentence: str) -> None:
    """Nothing is lost or added where a text is parted at a sentence."""
    assert "".join(split_marked(text, sentence)) == text
    assert "".join(split_marked(show(text), sentence)) == show(text)


@pytest.mark.parametrize(
    ("text", "sentence", "marked"),
    [
        ("Hej. De tar barn! Nej.", "De tar barn!", "De tar barn!"),
        ("Hej. De  tar\nbarn! Nej.", "De tar barn!", "De  tar\nbarn!"),
        ("De t\u200bar ba\u00adrn! Ja", "De t\u200bar ba\u00adrn!", "De t⟨U+200B⟩ar ba⟨U+00AD⟩rn!"),
        ("De t\u200bar barn! Ja", "De tar barn!", "De t⟨U+200B⟩ar barn!"),
        ("Hej. السوسيال يخطف الأطفال! نعم", "السوسيال يخطف الأطفال!", "السوسيال يخطف الأطفال!"),
        ("Något annat.", "De tar barn!", ""),
        ("Något annat.", "", ""),
        ("Något annat.", "!!!", ""),
    ],
)
def test_a_sentence_is_found_in_what_is_shown(text: str, sentence: str, marked: str) -> None:
    """A sentence is known by its letters, whatever is hidden or broken between them."""
    assert split_marked(show(text), sentence)[1] == marked


def test_the_beginning_of_a_cut_sentence_is_found() -> None:
    """Where the text ends within the sentence, what is left of it is marked."""
    sentence = "Socialtjänsten tar alla barn i hela kommunen."
    shown = show(f"Hej på er. {sentence} Mer text.", 40)
    assert split_marked(shown, sentence)[1] == "Socialtjänsten tar alla barn…"
    assert split_marked(shown[:-1], sentence) == (shown[:-1], "", "")


@pytest.mark.parametrize(
    ("text", "lang", "told"),
    [
        ("Hej", "sv", "ltr"),
        ("السوسيال", "und", "rtl"),
        ("@svensson https://exempel.example/a هل هذا صحيح؟", "und", "rtl"),
        ("LVU i Sverige: هل هذا صحيح", "ar", "rtl"),
        ("3andi so2al 3an el sosial", "ar", "ltr"),
        ("[personnummer] [e-post] هذا", "und", "rtl"),
        ("Hon skrev السوسيال och gick sedan hem", "sv", "ltr"),
        ("\u202e\u202eمرحبا بكم", "fa", "rtl"),
        ("https://exempel.example/", "ar", "ltr"),
        ("123 !", "fa", "rtl"),
        ("123 !", "sv", "ltr"),
        ("", "und", "ltr"),
    ],
)
def test_direction_is_that_of_most_first_letters(text: str, lang: str, told: str) -> None:
    """Links, names and placeholders do not turn a paragraph; nor does one foreign word."""
    assert direction(text, lang) == direction(show(text), lang) == told


@given(TEXTS)
def test_what_xml_has_no_place_for_is_removed(text: str) -> None:
    """What is left can be written as UTF-8 and holds no control but line breaks and tabs."""
    legal = strip_illegal(text)
    assert strip_illegal(legal) == legal
    assert legal.encode().decode() == legal
    assert not {c for c in legal if ord(c) < 32} - {"\n", "\t"}


@pytest.mark.parametrize(
    "part", ["a\u200b", "👩\u200d", "\n ", "⟨", "\u0301", "@", "a\u0301 ", "U+"]
)
def test_odd_texts_take_no_long_time(part: str) -> None:
    """Fifty thousand repetitions of anything pass in linear time."""
    shown = show(part * 50_000, 60_000)
    assert split_marked(shown, "en mening som inte finns")[1] == ""
    assert direction(shown, "ar") in {"rtl", "ltr"}
