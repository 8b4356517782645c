"""What a reader would see of HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.adapters.sources.live.html_text import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Ett &amp; två.</p><p>Tre<br>fyra</p>", "Ett & två.\n\nTre\nfyra"),
        ("  en\n  rad   med\tblanka ", "en rad med blanka"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("före<script>alert(1)</script><style>x</style>efter", "föreefter"),
        ("<svg><text>x</text></svg>z<svg>slutar aldrig", "zslutar aldrig"),
        ("syns<script>slutar aldrig", "syns"),
        ("syns<!-- slutar aldrig", "syns"),
        ('syns<a href="slutar aldrig', "syns"),
        ("<![CDATA[x]]>y<?php z ?>å", "yå"),
        ("<p it's>hej</p>", "hej"),
        ('<p title="a > b">hej</p>', "hej"),
        ("<SCRIPT>x</sCrIpT >İ<br/>y", "İ\ny"),
        ("&lt;b&gt; &amp;amp; &#x41;", "<b> &amp; A"),
        ("<a href=https://exempel.se/a>x</a>", "x (https://exempel.se/a)"),
        ('<a href="https://exempel.se/a">läs mer</a>', "läs mer (https://exempel.se/a)"),
        ('<a href="https://a.se/b"><i>https://</i>a.se/b</a>', "https://a.se/b"),
        ('<a href="https://exempel.se/@asta">@<span>asta</span></a>', "@asta"),
        ('<a href="https://exempel.se/tags/lvu">#lvu</a>', "#lvu"),
        ('<a href="javascript:alert(1)">klicka</a>', "klicka"),
        ('<a href="https://exempel.se/bild"><img src="x"></a>', "https://exempel.se/bild"),
        ("<p>oavslutat <b>fet", "oavslutat fet"),
        ("1 < 2 och 3 > 2", "1 < 2 och 3 > 2"),
        ("", ""),
    ],
)
def test_html_becomes_what_is_seen(html: str, text: str) -> None:
    """Words, line breaks and addresses; nothing that runs or is hidden by its kind."""
    assert text_of_html(html) == text


_PIECES = st.sampled_from([*"<>/!-=?&;\"' ax\n", "<a href=", "<!--", "-->", "<svg", "</a"])


@given(st.lists(_PIECES, max_size=60).map("".join))
def test_any_text_can_be_read(html: str) -> None:
    """Nothing raises, and blanks are never doubled."""
    text = text_of_html(html)
    assert text == text.strip()
    assert "\n\n\n" not in text


@pytest.mark.parametrize("piece", ["<!--", "<a ", "<a href='", "<![", "</a ", "<svg>", "<", "&"])
def test_hostile_html_costs_no_time(piece: str) -> None:
    """Time grows with length alone, where the standard library's parser takes minutes or fails."""
    text_of_html(piece * (400_000 // len(piece)))


def test_huge_html_is_cut() -> None:
    """What no post can hold is not looked at."""
    assert len(text_of_html("x" * 3_000_000)) == 1 << 20


@pytest.mark.parametrize("digits", [100, 5_000])
def test_a_number_without_end_is_no_character(digits: int) -> None:
    """The library raises on one of thousands of digits; a browser shows a question mark."""
    assert text_of_html(f"<p>a&#{'9' * digits};b</p>") == "a\ufffdb"
    assert text_of_html("<p>&#229;&#xE4;&ouml;</p>") == "åäö"
