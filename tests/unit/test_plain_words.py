"""A look at words never passes over what undoing disguises would change."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core import plain_words
from motbild.core.obfuscation import deobfuscate, undo_once
from motbild.core.plain_words import is_plain
from motbild.core.privacy import reduce_links
from motbild.core.text import model_text, normalise
from motbild.core.topic_stems import TOPIC_STEMS
from motbild.core.word_gaps import _CUT_STEMS
from motbild.settings import bundle_root
from motbild.wiring.models import load_labelled

_LETTERS = "aåbcdeiIklmnOorstuvSÄé١عيیكکةأپ01345790"
_SIGNS = " \n\t.,-_'’*@!|#:/·…“)(%+~\u200d\u0301\u00a0🚸"
_PIECES = sorted(
    {
        *chain.from_iterable((stem, stem[:3], stem[3:], stem[:2]) for stem in TOPIC_STEMS),
        *chain.from_iterable((stem[:4], stem[4:]) for stem in _CUT_STEMS),
        *("i", "om", "McIl", "a b c", "o.s.v", "12-åring", "e-post", "t.ex."),
    }
)
texts = st.lists(st.sampled_from([*_PIECES, *_LETTERS, *_SIGNS, " ", " ", " "]), max_size=14).map(
    "".join
)


@given(texts)
def test_plain_texts_hide_nothing(text: str) -> None:
    """What passes as plain is left as it is by every pass that undoes disguises."""
    if is_plain(text):
        assert undo_once(text) == text


@given(st.text(max_size=20))
def test_any_characters(text: str) -> None:
    """So do texts of any characters."""
    if is_plain(text):
        assert undo_once(text) == text


@given(texts)
def test_plain_texts_are_read_as_all_are(text: str) -> None:
    """The short way to what models see of a text leads where the long one does."""
    seen = text
    while (again := normalise(deobfuscate(reduce_links(seen)))) != seen:
        seen = again
    assert model_text(text) == seen


def test_labelled_posts() -> None:
    """So do posts that people wrote, and most of these are plain."""
    posts = load_labelled(bundle_root() / "models" / "gold" / "dev.jsonl")
    plain = [post.text for post in posts if is_plain(post.text)]
    assert all(undo_once(text) == text for text in plain)
    assert len(plain) > len(posts) / 3


@pytest.mark.parametrize(
    "text",
    ["De sa att s o c i a l e n kom", "kid nappar de barn", "soc1alen", "barnnnn", "soc_tar_barn"],
)
def test_disguises_are_not_plain(text: str) -> None:
    """What hides a word is passed on, also where each of its pieces hides nothing."""
    assert not is_plain(text)


def test_few_words_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words do not gather for ever, and a text is told the same when they were forgotten."""
    monkeypatch.setattr(plain_words, "_MOST_REMEMBERED", 100)
    monkeypatch.setattr(plain_words, "_met", plain_words._Met())
    for number in range(1_000):
        assert is_plain(f"ord {number} om barn i skolan")
        assert len(plain_words._met.words) <= 110
