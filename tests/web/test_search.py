"""Sök: every word must occur, å is not a, and what is shown is text."""

import logging
from datetime import date

import pytest

from motbild.web.reading.search import SearchFilter, find_posts, mark_words
from tests.data.hostile import HOSTILE
from tests.rooms import NOW, TestRoom

TODAY = date(2026, 11, 22)


def _find(room: TestRoom, **told: str) -> list[dict[str, object]]:
    found, _ = find_posts(room.room.snapshot(), SearchFilter.read(told), TODAY, 1)
    return found


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Barn tas", ["barn", "tas"]),
        ('"tar barn" soc', ["tar barn", "soc"]),
        ('barn BARN "', ["barn"]),
        ("a\u030aker", ["åker"]),
        ("  ", []),
    ],
)
def test_what_is_written_becomes_words(written: str, words: list[str]) -> None:
    """Case is folded, quotes keep words together, composed letters are one."""
    assert SearchFilter(q=written).words == words


def test_every_word_must_occur(room: TestRoom) -> None:
    """In any letter case and order."""
    found = _find(room, q="BARN soc")
    assert found
    for post in found:
        text = str(post["text"]).lower()
        assert "barn" in text
        assert "soc" in text


def test_letters_are_not_confused(room: TestRoom) -> None:
    """Somebody who writes får does not mean far."""
    assert all("får" in str(post["text"]).lower() for post in _find(room, q="får"))
    assert _find(room, q="bärn") == []


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", "''; DROP TABLE x; --"])
def test_no_sign_is_a_pattern(room: TestRoom, sign: str) -> None:
    """A percent sign finds percent signs alone."""
    assert all(sign in str(post["text"]) for post in _find(room, q=f'"{sign}"'))


def test_copies_are_one_result(room: TestRoom) -> None:
    """A family is shown once, with how many say the same."""
    found = _find(room, q="barn")
    families = [post["family_id"] for post in found]
    assert len(families) == len(set(families))


@pytest.mark.parametrize("kind", ["flaggade", "fragor", "hot", "forslag", "rykten"])
def test_each_kind_can_be_searched_alone(room: TestRoom, kind: str) -> None:
    """And leads to where it is worked with."""
    place = {
        "flaggade": "Visa i Granska",
        "fragor": "Visa bland frågor",
        "hot": "Visa bland hot",
        "forslag": "Visa bland förslag",
        "rykten": "Visa bland nya rykten",
    }[kind]
    page = room.visitor("lea").get(f"/sok?q=e&typ={kind}")
    assert page.count(place) == page.count("<article") > 0


def test_a_filter_narrows_the_search(room: TestRoom) -> None:
    """By language, platform and time."""
    assert {post["lang"] for post in _find(room, q="e", sprak="sv")} == {"sv"}
    assert {post["platform"] for post in _find(room, q="e", plattform="tiktok")} == {"tiktok"}
    days = [post["posted_day"] for post in _find(room, q="e", tid="7")]
    assert all(date(2026, 11, 16) <= day for day in days)  # type: ignore[operator]


def test_facts_and_answers_are_searched_too(room: TestRoom) -> None:
    """They stand beside the posts, a few of each, with a way to all of them."""
    room.store.answers.draft(
        narrative_id="barnhandel",
        channel="web",
        length="short",
        lang="sv",
        text="Ingen tjänar på att barn placeras.",
        fact_refs=[],
        actor="gun",
        now=NOW,
    )
    page = room.visitor("lea").get("/sok?q=barn")
    assert "Ingen tjänar på att <mark>barn</mark> placeras." in page
    assert "typ=fakta" in page
    alone = room.visitor("lea").get("/sok?q=barn&typ=fakta&sprak=sv")
    assert alone.count("Faktauppgift på svenska") > 3


def test_an_empty_search_says_what_can_be_searched(room: TestRoom) -> None:
    """And one that finds nothing says what to try."""
    visitor = room.visitor("lea")
    assert "Det här kan du söka i" in visitor.get("/sok")
    assert "Det här kan du söka i" in visitor.get('/sok?q="')
    assert "Inget hittades." in visitor.get("/sok?q=xyzzyfinnsinte")


def test_what_is_searched_for_is_told_nobody(
    room: TestRoom, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the log of the room nor that of the program knows of it."""
    caplog.set_level(logging.DEBUG, logger="motbild")
    before = len(room.store.audit.entries())
    visitor = room.visitor("lea")
    visitor.get("/sok?q=hemligtord")
    lines = room.store.audit.entries()
    assert [line.action for line in lines[: len(lines) - before]] == ["signed-in"]
    told = [record for record in caplog.records if record.name.startswith("motbild")]
    assert not any("hemligtord" in record.getMessage() for record in told)


def test_words_are_marked_wherever_they_stand() -> None:
    """The longest that fits is marked, in the letters of the text."""
    assert mark_words("Barnen tar BARN.", ["barn", "barnen"]) == [
        ("Barnen", True),
        (" tar ", False),
        ("BARN", True),
        (".", False),
    ]


def test_a_long_text_is_cut_around_the_first_word() -> None:
    """What stands before is left out, and said to be."""
    parts = mark_words("ord " * 2_000 + "mitten " + "ord " * 2_000, ["mitten"])
    text = "".join(part for part, _ in parts)
    assert ("mitten", True) in parts
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) < 800


@pytest.mark.parametrize(("_name", "text"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_texts_are_parted_whole(_name: str, text: str) -> None:
    """Marking neither loses nor adds anything, whatever the text holds."""
    parts = mark_words(text[:600], ["e", "<script>"])
    joined = "".join(part for part, _ in parts)
    assert joined == "".join(part for part, _ in mark_words(joined, []))
