"""Tests of normalising, model texts and sentences."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from motbild.core.privacy import PLACEHOLDERS
from motbild.core.text import (
    PIECE_LIMIT,
    deobfuscate,
    model_text,
    normalise,
    split_sentences,
    text_digest,
)
from motbild.core.topic_stems import TOPIC_STEMS

# Every kind of character, lone surrogates too, and often those that hide words.
CHARACTERS = st.one_of(
    st.characters(exclude_categories=[]),
    st.sampled_from(
        "sockidnapparåäöSOC0134579*.-_/:@©$ \n\t🚨👶👩👧🇸🇪"
        "\u200b\u200d\ufe0f\u0640أىةالسيیکڡںچсоеİıß"
    ),
)
TEXTS = st.text(CHARACTERS, max_size=80)


@given(TEXTS)
@example("İ\u0307")
@example("ﷺ ﬃ \u0345")
@settings(deadline=None)
def test_normalising_is_idempotent(text: str) -> None:
    """Normalising a normalised text changes nothing, and so does no digest."""
    assert normalise(normalise(text)) == normalise(text)
    assert text_digest(normalise(text)) == text_digest(text)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("  Hej\t\nDU  ", "hej du"),
        ("so\u200bci\u00adal\u202een", "socialen"),
        ("❤\ufe0f", "❤"),
        ("ＳＯＣ", "soc"),
        ("Straße", "strasse"),
        ("\ud800hej", "hej"),
        ("", ""),
    ],
)
def test_normalising_keeps_what_is_read(text: str, normalised: str) -> None:
    """Width, case, white space and what cannot be seen make no difference."""
    assert normalise(text) == normalised


@given(TEXTS)
@example("s o c www.s.o.c/ a")
@settings(deadline=None)
def test_model_text_is_idempotent(text: str) -> None:
    """The model text of a model text is itself, and it is normalised."""
    seen = model_text(text)
    assert model_text(seen) == seen
    assert normalise(seen) == seen


@given(TEXTS)
@settings(deadline=None)
def test_undoing_disguises_is_idempotent(text: str) -> None:
    """A text without disguises has nothing more to undo."""
    assert deobfuscate(deobfuscate(text)) == deobfuscate(text)


@given(st.lists(st.sampled_from(PLACEHOLDERS), min_size=1, max_size=4))
def test_placeholders_survive(placeholders: list[str]) -> None:
    """Masks stay whole in the model text."""
    assert model_text(" ".join(placeholders)) == " ".join(placeholders)


@given(st.sampled_from([stem for stem in TOPIC_STEMS if len(stem) > 4]), st.data())
def test_a_letter_left_out_is_found_again(stem: str, data: st.DataObject) -> None:
    """One letter inside a topic word may be starred; the word is read whole, or one like it."""
    place = data.draw(st.integers(1, len(stem) - 2))
    starred = f"{stem[:place]}*{stem[place + 1 :]}"
    seen = deobfuscate(starred)
    assert "*" not in seen
    assert len(seen) in {len(stem), len(stem) - 1}


@given(st.integers(0, 10**9), st.sampled_from(["kr", "barn", "år", "%"]))
def test_numbers_are_left_alone(number: int, unit: str) -> None:
    """A number is never read as letters, with or without its unit."""
    assert model_text(f"{number} {unit}") == f"{number} {unit}"
    assert model_text(f"{number}-{unit}") == f"{number}-{unit}"


def test_other_stems_may_be_given() -> None:
    """Another campaign's words can be looked for instead."""
    assert deobfuscate("v*ccin", ("vaccin",)) == "vaccin"
    assert deobfuscate("s*c", ("vaccin",)) == "sc"


@given(st.text(CHARACTERS, max_size=200), st.sampled_from(["sv", "ar", "fa", "und", "xx"]))
@settings(deadline=None)
def test_sentences_are_spans_of_the_text(text: str, lang: str) -> None:
    """Spans lie in order, are stripped and not empty, and leave out nothing but white space."""
    spans = split_sentences(text, lang)
    places = [place for span in spans for place in span]
    assert places == sorted(places)
    for start, end in spans:
        assert 0 < end - start <= PIECE_LIMIT
        assert text[start:end] == text[start:end].strip()
    edges = [0, *places, len(text)]
    outside = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    assert not outside.strip()


@pytest.mark.parametrize("word", ["ord ", "ord, ", "ord och ", "ordutanslut"])
def test_long_sentences_are_cut(word: str) -> None:
    """What has no full stop is cut at commas, connectives or spaces, or else anywhere."""
    text = (word * 200).strip()
    pieces = [text[start:end] for start, end in split_sentences(text, "sv")]
    assert max(map(len, pieces)) <= PIECE_LIMIT
    assert min(map(len, pieces[:-1])) > PIECE_LIMIT // 3
    if " " in text:
        assert " ".join(pieces) == text


@pytest.mark.parametrize("part", ["🚨", "a.", "(", "a*", "1a", "a ", "www.", '"'])
def test_odd_texts_take_no_long_time(part: str) -> None:
    """Twenty thousand repetitions of anything pass in linear time."""
    text = part * 20_000
    assert split_sentences(text, "sv")
    assert isinstance(model_text(text), str)
