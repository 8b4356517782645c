"""Links and media that posts share, known by keyed digests."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.records import RawPost
from motbild.core.signals import canonical_link, find_signals

KEY = b"k" * 32


def _post(text: str, **fields: object) -> RawPost:
    return RawPost(native_id="1", text=text, platform="x", line=1, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("https://www.exempel.se/a/", "http://exempel.se/a#del"),
        ("https://exempel.se/a?utm_source=x&id=7&fbclid=q", "exempel.se/a?id=7"),
        ("https://youtu.be/abcdefghijk?si=zzz", "https://m.youtube.com/watch?v=abcdefghijk&t=4"),
        ("https://x.com/i/status/1?s=20&t=abc", "https://x.com/i/status/1"),
        ("https://exempel.se/?b=2&a=1", "https://EXEMPEL.se?a=1&b=2"),
    ],
)
def test_one_page_has_one_form(address: str, other: str) -> None:
    """How an address was shared makes no difference."""
    assert canonical_link(address) == canonical_link(other)


def test_two_pages_have_two_forms() -> None:
    """Path and the parameters that lead to another page are kept."""
    forms = {canonical_link(f"https://exempel.se/{rest}") for rest in ("a", "b", "a?id=1", "a?s=1")}
    assert len(forms) == 4


@given(st.text(max_size=60))
def test_one_form_stays_as_it_is(text: str) -> None:
    """Whatever follows a domain, its one form has one form: itself."""
    once = canonical_link("https://exempel.se/" + text)
    assert canonical_link(once) == once


def test_signals_are_digests() -> None:
    """Neither address nor medium can be read from them, and both tell posts apart."""
    post = _post(
        "Se https://exempel.se/film?utm_source=tg och https://exempel.se/film!",
        media=("bafyreiabc", "https://cdn.exempel.se/1.jpg?ref=2"),
    )
    signals = find_signals(post, KEY)
    assert [(s.kind, s.domain) for s in signals] == [
        ("link", "exempel.se"),
        ("media", None),
        ("media", None),
    ]
    assert len({s.digest for s in signals}) == 3
    assert all(len(s.digest) == 64 for s in signals)
    assert find_signals(post, b"n" * 32)[0].digest != signals[0].digest


def test_the_domain_names_no_account() -> None:
    """Where each account has a sub-domain of its own, only the domain is kept."""
    [signal] = find_signals(_post("https://fatima.substack.com/p/1"), KEY)
    assert signal.domain == "substack.com"
    assert urlsplit(f"//{signal.domain}").hostname == "substack.com"
