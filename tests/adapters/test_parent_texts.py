"""Texts that posts answer: found from any file, masked, and out of memory when they are many."""

import resource
from collections.abc import Iterator
from contextlib import closing

import pytest

from motbild.adapters.parent_texts import ParentTexts
from motbild.core.intake import MaskedPost
from motbild.core.records import RawPost


@pytest.fixture
def parents() -> Iterator[ParentTexts]:
    """A store that has gathered nothing."""
    with closing(ParentTexts()) as opened:
        yield opened


def _post(native_id: str, text: str = "hej", reply_to: str | None = None) -> RawPost:
    return RawPost(native_id, text, "x", 1, reply_to=reply_to)


def _unmasked(posts: list[RawPost]) -> list[MaskedPost]:
    return [MaskedPost(post, post.text, "") for post in posts]


def test_only_what_is_answered_is_kept_and_masked(parents: ParentTexts) -> None:
    """A post that nobody answers is not kept; one that is answered loses its personal data."""
    answer = _post("2", reply_to="1")
    posts = [_post("1", "Ring 08-465 004 12"), answer, _post("3")]
    assert parents.note_answered(posts) == 1
    parents.keep(posts, 0)
    assert parents.find(answer, 0) == "Ring [telefon]"
    assert parents.find(_post("9", reply_to="3"), 0) is None
    assert parents.find(_post("9"), 0) is None


def test_the_first_wording_and_the_own_file_come_first(parents: ParentTexts) -> None:
    """Of several wordings the first of the reply's own file counts, else the first of all."""
    answer = _post("2", reply_to="1")
    parents.note_answered([answer])
    for number, words in ((0, "noll"), (1, "ett"), (1, "ett rättat")):
        parents.keep([_post("1", words)], number)
    assert [parents.find(answer, number) for number in (0, 1, 2)] == ["noll", "ett", "noll"]


def test_memory_does_not_grow_with_what_is_answered(
    parents: ParentTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty megabytes of answered texts take a small part of that in memory."""
    monkeypatch.setattr("motbild.adapters.parent_texts.mask_posts", _unmasked)  # takes its time
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parents.note_answered(_post(f"a{n}", reply_to=str(n)) for n in range(1_000))
    parents.keep((_post(str(n), "ord " * 12_500) for n in range(1_000)), 0)
    assert parents.find(_post("a999", reply_to="999"), 0) is not None
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 25_000  # KiB
