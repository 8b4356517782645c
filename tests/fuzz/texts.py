"""What every post goes through: masking, folding, sentences, display, and cells of lists."""

import unicodedata
from collections.abc import Callable
from functools import partial

from motbild.core.display import direction, mark_span, show, split_marked, strip_illegal
from motbild.core.families import band_keys, is_copy
from motbild.core.identifiers import find_emails
from motbild.core.language import identify_languages
from motbild.core.obfuscation import deobfuscate
from motbild.core.privacy import links, mask, mask_links, pseudonym, public_address, reduce_links
from motbild.core.signals import canonical_link
from motbild.core.spreadsheets import csv_field, defuse
from motbild.core.text import model_text, normalise, split_sentences, text_digest
from motbild.core.units import split_units, unit_texts
from tests.fuzz.parser import Parser, whole_text

_TEXTS = (
    "Ring Asta 070-123 45 67 eller skriv till asta@a.example, 19121212-1212, Storgatan 3 B.",
    "@asta h\u200bxxps://www.a.example/x?y=1 k1dn4pp4r b@rn!! s o c i a l e n 👩\u200d👧 #lvu",
    "السوسيال يخطف الأطفال! هل هذا صحيح؟ https://t.me/namn/1 \u202eabc\u202c ABC 123",
    "Kl. 10 kom dr. Ek; t.ex. så här. ”Va?” sa hon … och så\nen rad till, 2026-11-20 kl 10.30",
)
_WORDS = tuple(
    word.encode()
    for word in (
        *(
            "070",
            "+46",
            "1912",
            "@",
            "://",
            "www.",
            ".se/",
            "Storgatan",
            " kl. ",
            "\u200b",
            "\u0301",
        ),
        *(
            "\u202e",
            "\u2066",
            "٣",
            "１",
            "İ",
            "ß",
            "ﷺ",
            "👩\u200d",
            "👶",
            "\U000e0041",
            "[telefon]",
            "s o c",
        ),
    )
)


def _mask(text: str) -> None:
    masked = mask(text, text[:20])
    assert mask(masked, text[:20]) == masked
    mask_links(masked)
    find_emails(text)
    pseudonym(text[:100], b"nyckel")


def _links(text: str) -> None:
    for link in links(text)[:20]:
        public_address(link, text[:10])
        canonical_link(link)
    assert reduce_links(reduce_links(text)) == reduce_links(text)


def _fold(text: str) -> None:
    folded = normalise(text)
    assert normalise(folded) == folded
    seen = model_text(text)
    assert model_text(seen) == seen
    text_digest(text)
    deobfuscate(text)


def _split(text: str) -> None:
    for lang in ("sv", "ar", "und", "xx"):
        spans = split_sentences(text, lang)
        assert all(start < end for start, end in spans)
    unit_texts(split_units(text, "sv"))


def _show(text: str) -> None:
    shown = show(text)
    assert not any(unicodedata.category(letter) == "Cs" for letter in shown)
    show(text, 100)
    direction(text, "sv")
    mark_span(text, 3, 9)
    split_marked(text, text[5:20])
    strip_illegal(text)


def _cell(text: str) -> None:
    assert defuse(defuse(text)) == defuse(text)
    csv_field(text)


def _families(text: str) -> None:
    other = text[: len(text) // 2] + "x" + text[len(text) // 2 :]
    band_keys([text, other])
    is_copy(text, other)


def _identify(text: str) -> None:
    ((_, probability),) = identify_languages([text])
    assert 0 <= probability <= 1.0001


def _parser(name: str, check: Callable[[str], None], share: float) -> Parser:
    def parse(data: bytes, check: Callable[[str], None]) -> None:
        check(whole_text(data))

    seeds = [text.encode() for text in _TEXTS]
    return Parser(name, partial(parse, check=check), lambda: seeds, _WORDS, share, (), 4_096)


PARSERS = (
    _parser("masking", _mask, 0.5),
    _parser("links", _links, 1.0),
    _parser("folding", _fold, 0.5),
    _parser("sentences", _split, 0.3),
    _parser("display", _show, 0.5),
    _parser("cells", _cell, 1.0),
    _parser("families", _families, 0.3),
    _parser("language", _identify, 0.3),
)
