"""Letters as people get them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from motbild.adapters.letters import draw_bars, write_alert, write_digest
from motbild.core.digest import Digest, FactLine, NarrativeLine, NightLine, Waiting
from motbild.core.display import show
from motbild.core.notice_words import Words
from motbild.core.trends import DayCount
from tests.data.hostile import HOSTILE, live_marks

DAY = date(2026, 11, 20)
NIGHT = NightLine(
    "ok",
    started_at=datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
    ended_at=datetime(2026, 11, 20, 1, 14, tzinfo=UTC),
    post_count=1240,
    source_count=4,
)
SPIKE = Words(
    *("spike", "warning", "Topp: Barnen säljs", "Se vad som driver toppen"),
    *("41 inlägg.", "Se efter.", "/granska?a=b"),
)
THREAT = Words(
    *("threats", "urgent", "3 nya möjliga hot", "Bedöm dem"),
    *("Natten.", "Bedöm.", "/granska?ko=hot"),
)
ROOM = "https://motbild.example/"


def _series(*counts: int | None) -> tuple[DayCount, ...]:
    days = [DAY - timedelta(days=len(counts) - n) for n in range(len(counts))]
    return tuple(DayCount(day, c, c or 0) for day, c in zip(days, counts, strict=True))


def full_digest(quotes: Sequence[str] = ()) -> Digest:
    """Return a digest that has something under every heading."""
    return Digest(
        day=DAY,
        night=NIGHT,
        narratives=[
            NarrativeLine("salj", "Barnen säljs", _series(*[2] * 7, *[9] * 6, None), 4, 3, 2)
        ],
        notices=[THREAT, SPIKE],
        waiting=Waiting(flagged=12, threats=3, proposed=6, answers=1, late=1),
        new_question_count=5,
        facts=[FactLine("lagen", "Domstolen prövar.", date(2026, 12, 1))],
        quotes={0: quotes} if quotes else {},
    )


class _Reader(HTMLParser):
    """Collects what a page would fetch, run or link, and checks that tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        assert not [name for name in told if name.startswith("on")]
        if tag == "a":
            self.links.append(told["href"] or "")
        if tag in ("script", "img", "iframe", "link", "object", "form") or "src" in told:
            self.fetched.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_a_full_letter_tells_the_same_in_both_forms() -> None:
    """Every figure, headline and link of the page stands in the plain text too."""
    letter = write_digest(full_digest(), ROOM)
    assert letter.subject == (
        "Morgonbrev fredag 20 november: 3 möjliga hot, 12 budskap att granska, 5 nya frågor"
    )
    page, text = _plain(re.sub(r"<[^>]*>", " ", letter.html or "")), _plain(letter.text)
    for told in (
        "Natten gick klart 02:14. 1 240 nya inlägg lästes från 4 källor.".replace(
            "1 2", "1\u00a02"
        ),
        "Bedöm 3 möjliga hot",
        "Topp: Barnen säljs",
        "54 flaggade inlägg de senaste sju dagarna, 14 veckan före",
        "Domstolen prövar.",
        "1 december 2026",
        "Brevet citerar inga inlägg.",
    ):
        assert _plain(told) in text
        assert _plain(told) in page
    assert "2 2 2 2 2 2 2 | 9 9 9 9 9 9 –" in text
    links = set(_read(letter.html or "").links)
    assert {"https://motbild.example/granska?ko=hot", "https://motbild.example/fragor"} <= links
    assert all(link.startswith("https://motbild.example/") for link in links)


def test_the_page_fetches_nothing_and_says_its_language() -> None:
    """No picture, script or sheet from elsewhere; Swedish."""
    page = write_digest(full_digest(), ROOM).html or ""
    assert _read(page).fetched == []
    assert "url(" not in page
    assert '<html lang="sv">' in page


def test_a_calm_morning_is_short() -> None:
    """It says so in the subject and holds no empty heading."""
    letter = write_digest(Digest(DAY, NIGHT), ROOM)
    assert letter.subject == "Morgonbrev fredag 20 november: lugnt"
    assert "Lugnt." in letter.text
    assert "GÖR DETTA" not in letter.text
    assert "<h2" in (letter.html or "")
    assert len(letter.text.splitlines()) < 20


@pytest.mark.parametrize(
    ("night", "told"),
    [
        (NightLine("none"), "Ingen natt har gått klart än"),
        (NightLine("missing", NIGHT.started_at, NIGHT.ended_at), "Natten saknas."),
    ],
)
def test_a_missing_night_is_said_first(night: NightLine, told: str) -> None:
    """In the subject, and at the top of both forms."""
    letter = write_digest(Digest(DAY, night), ROOM)
    assert letter.subject.endswith("natten saknas")
    assert told in letter.text.splitlines()[2]
    assert told in (letter.html or "")
    assert "Lugnt" not in letter.text + (letter.html or "")


def test_without_an_address_of_the_room_nothing_is_linked() -> None:
    """Rather than linked to nowhere."""
    letter = write_digest(full_digest(), None)
    assert _read(letter.html or "").links == []
    assert "http" not in letter.text


def test_missing_days_are_no_zeros() -> None:
    """A dash and another colour; the scale is not filled by a single post."""
    bars = draw_bars(_series(0, 1, None, 4))
    assert [(bar.label, bar.is_missing) for bar in bars] == [
        ("0", False),
        ("1", False),
        ("–", True),
        ("4", False),
    ]
    assert [bar.height for bar in bars] == [1, 12, 1, 48]


@pytest.mark.parametrize(("name", "text"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_words_are_inert(name: str, text: str) -> None:  # noqa: ARG001 - names the test
    """Quoted, they run nothing, close nothing and stand in no subject."""
    quote = show(text, 280)
    letters = [
        write_digest(full_digest([quote]), ROOM),
        write_alert("Motbild: 3 nya möjliga hot", [THREAT], {0: [quote]}, ROOM),
    ]
    for letter in letters:
        page = letter.html or ""
        reader = _read(page)
        assert reader.fetched == []
        assert all(link.startswith("https://motbild.example/") for link in reader.links)
        if len(quote) > 8:
            assert live_marks(page.split("</style>", 1)[1], quote) == []
            assert quote not in letter.subject
        assert "skicka inte brevet vidare" in page or letter is letters[1]


def test_an_alert_tells_each_notice_with_its_link() -> None:
    """In page, plain text and for chats, where quoted words give no orders."""
    quote = "<!channel> [här](https://ond.example)"
    letter = write_alert("Motbild: topp", [THREAT, SPIKE], {0: [quote]}, ROOM)
    for told in (letter.text, letter.chat_text or "", letter.html or ""):
        assert "Topp: Barnen säljs" in told
        assert "https://motbild.example/granska?ko=hot" in told
    assert quote in letter.text
    assert "<!channel>" not in (letter.chat_text or "")
