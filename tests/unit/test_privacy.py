"""Tests of masking, pseudonyms and addresses; the spec tables hold the single cases."""

import re
import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from motbild.core.privacy import (
    _LINK,
    PLACEHOLDERS,
    links,
    mask,
    mask_links,
    may_hold_link,
    pseudonym,
    public_address,
    reduce_links,
)
from motbild.core.text import normalise

WORDS = st.sampled_from(
    ["Soc", "tog", "barnen", "i", "går,", "de", "säger", "att", "2", "barn", "السوسيال", "🚨", "–"]
)
SENTENCES = st.lists(WORDS, max_size=8).map(" ".join)
DIGIT_ROWS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９")
INVISIBLE = ("", "\u200b", "\u2060", "\u00ad", "\u202d")


@st.composite
def civic_numbers(draw: st.DrawFn) -> str:
    """A personnummer or samordningsnummer with a right check digit, in any usual shape."""
    day = draw(st.dates(date(1900, 1, 1), date(2024, 12, 31)))
    shift = draw(st.sampled_from([0, 60]))
    birth = f"{day:%y%m}{day.day + shift:02}"
    number = draw(st.integers(0, 999).map(lambda n: f"{n:03}"))
    last = f"{number}{luhn.calc_check_digit(birth + number)}"
    century = draw(st.sampled_from(["", f"{day:%Y}"[:2]]))
    return century + birth + draw(st.sampled_from(["-", "+", "", " ", " - ", "–"])) + last


@st.composite
def phones(draw: st.DrawFn) -> str:
    """A Swedish mobile or Stockholm number, national or international."""
    head, length = draw(st.sampled_from([("70", 7), ("73", 7), ("8", 8)]))
    rest = draw(st.text(string.digits, min_size=length, max_size=length))
    prefix = draw(st.sampled_from(["0", "+46", "+46 ", "0046"]))
    separator = draw(st.sampled_from(["", "-", " "]))
    grouped = f"5{rest[1:3]}{separator}{rest[3:5]}{separator}{rest[5:]}"
    return f"{prefix}{head}{draw(st.sampled_from(['-', ' ', '']))}{grouped}"


@st.composite
def emails(draw: st.DrawFn) -> str:
    """An e-mail address in a reserved domain."""
    local = draw(st.from_regex(r"[a-z][a-z0-9]{1,8}([._+-][a-z0-9]{1,5})?", fullmatch=True))
    return f"{local}@{draw(st.sampled_from(['example.org', 'mejl.example.se', 'EXAMPLE.com']))}"


@st.composite
def disguised(draw: st.DrawFn, shapes: st.SearchStrategy[str]) -> str:
    """What identifies, in the digits of any script, with invisible characters in it."""
    digits = draw(st.sampled_from(DIGIT_ROWS))
    plain = draw(shapes).translate(str.maketrans(string.digits, digits))
    hidden = draw(st.sampled_from(INVISIBLE))
    return hidden.join(plain)


def digits_of(text: str) -> str:
    """Return all digits of a text as ASCII, run together."""
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


@given(SENTENCES, disguised(civic_numbers()), SENTENCES)
@settings(deadline=None)
def test_no_civic_number_survives(before: str, number: str, after: str) -> None:
    """A valid number is masked wherever it stands, whatever digits and signs it is written with."""
    masked = mask(f"{before} {number}. {after}")
    assert "[personnummer]" in masked
    assert digits_of(masked) == digits_of(before + after)


@given(SENTENCES, disguised(phones()), SENTENCES)
@settings(deadline=None)
def test_no_phone_number_survives(before: str, number: str, after: str) -> None:
    """A telephone number is masked wherever it stands."""
    masked = mask(f"{before} {number}, {after}")
    assert digits_of(masked) == digits_of(before + after)


@given(SENTENCES, emails(), st.sampled_from(INVISIBLE), SENTENCES)
@settings(deadline=None)
def test_no_email_address_survives(before: str, address: str, hidden: str, after: str) -> None:
    """An e-mail address is masked whole."""
    masked = mask(f"{before} {hidden.join(address)} {after}")
    assert masked == f"{before} [e-post] {after}"


@given(SENTENCES, st.from_regex(r"[A-HJ-PR-UW-Z]{3}\d{2}[A-HJ-NPR-UW-Z\d]", fullmatch=True))
@settings(deadline=None)
def test_no_plate_survives_beside_a_car(before: str, plate: str) -> None:
    """A registration number is masked unless its letters are a known word."""
    masked = mask(f"{before} bilen {plate}")
    assert masked.endswith("[regnummer]") or mask(plate.lower()) == plate.lower()


@given(SENTENCES, st.integers(1, 99_999), st.integers(1900, 2099))
@settings(deadline=None)
def test_texts_without_anyone_are_unchanged(sentence: str, count: int, year: int) -> None:
    """Counts, sums, years and laws are left as they were written."""
    text = f"{sentence} {count} barn, {count:_} kr, {year}:{count % 1000}, {year}-{year + 1}"
    assert mask(text.replace("_", " ")) == text.replace("_", " ")


@given(st.text(st.one_of(st.characters(exclude_categories=[]), st.sampled_from("@.0174 -ab[]"))))
@settings(deadline=None)
def test_masking_is_idempotent(text: str) -> None:
    """A masked text has nothing more to mask, whatever stands in it."""
    masked = mask(text, "abab")
    assert mask(masked, "abab") == masked


@given(st.lists(st.one_of(emails(), phones(), civic_numbers()), max_size=4).map(" ".join))
@settings(deadline=None)
def test_placeholders_survive_normalising(text: str) -> None:
    """Normalising before or after leaves the same placeholders."""
    masked = mask(text)
    assert normalise(masked) == masked.lower().strip()
    assert set(re.findall(r"\[[\w-]+\]", masked)) <= set(PLACEHOLDERS)


@given(st.text(st.one_of(st.characters(), st.sampled_from("htps:/w.examplorg @)(")), max_size=60))
@settings(deadline=None)
def test_reducing_links_is_idempotent(text: str) -> None:
    """A domain that stands alone is no link any more."""
    for reduce in (reduce_links, mask_links):
        reduced = reduce(text)
        assert reduce(reduced) == reduced
        assert not links(reduced)


@given(st.text(st.sampled_from("htpsHWw.:/ſ exampl.SE\u200b-@)(1"), max_size=40))
@settings(deadline=None)
def test_a_look_for_links_misses_none(text: str) -> None:
    """What may hold no link at first sight holds none."""
    assert may_hold_link(text) or not _LINK.search(text)


def test_links_are_told_as_written() -> None:
    """Each link is given in order, without the full stop or bracket that follows it."""
    text = "Se https://Example.org/a?b=1. (www.example.se) eller t.me/kanal, namn@example.org/x"
    assert links(text) == ["https://Example.org/a?b=1", "www.example.se", "t.me/kanal"]


def test_masking_leaves_links_whole() -> None:
    """What stands in a link is the matter of `mask_links`, which is called before."""
    text = "https://example.org/@namn/850709-9805"
    assert mask(text, "namn") == text
    assert mask(mask_links(text)) == "example.org"


def test_pseudonyms_are_stable_and_keyed() -> None:
    """One author has one pseudonym under a key, however the name is written."""
    first = pseudonym("@Namn", b"key")
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert first == pseudonym(" namn ", b"key")
    assert first != pseudonym("namn", b"other key")
    assert first != pseudonym("namn2", b"key")


@pytest.mark.parametrize(
    ("url", "author", "address"),
    [
        ("https://x.com/namn/status/1", "namn", "https://x.com/i/status/1"),
        ("https://twitter.com/annan/status/1?s=20", "x", "https://twitter.com/i/status/1?s=20"),
        ("https://www.tiktok.com/@namn/video/2", None, "https://www.tiktok.com/@_/video/2"),
        ("https://example.social/@a@b.example/3", None, "https://example.social/@_/3"),
        ("https://facebook.com/Anna.B/posts/1", "Anna B", "https://facebook.com/_/posts/1"),
        ("https://facebook.com/groups/1/posts/2", None, "https://facebook.com/groups/1/posts/2"),
        ("https://www.instagram.com/p/abc", "namn", "https://www.instagram.com/p/abc"),
        ("https://t.me/kanal/12", None, "https://t.me/_/12"),
        ("https://example.org/u/Namn/1?by=namn#x", "@namn", "https://example.org/u/_/1?by=_#x"),
        ("https://namn.example.org/1", "namn", "https://_.example.org/1"),
        ("https://me:secret@example.org/1", None, "https://example.org/1"),
        ("https://youtube.com/watch?v=abc", "namn", "https://youtube.com/watch?v=abc"),
    ],
)
def test_addresses_name_no_account(url: str, author: str | None, address: str) -> None:
    """A post's address leads to the post as far as it can without naming who wrote it."""
    assert public_address(url, author) == address
    assert public_address(address, author) == address
