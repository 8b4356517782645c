"""Logg: who did what, and whether the log is whole."""

import re
import sqlite3
from datetime import timedelta

import pytest

from motbild.core.audit import ACTIONS
from motbild.web.language import words_of
from motbild.web.log_words import ACTION_NAMES, tell_details
from tests.rooms import NOW, TestRoom


def note(
    room: TestRoom, action: str, subject: str = "x", actor: str = "gun", days: int = 0
) -> None:
    """Add a line to the log."""
    room.store.audit.note(action, subject, {}, actor=actor, now=NOW + timedelta(days=days))


def lines(page: str) -> list[str]:
    """Return the numbers of the lines that are shown."""
    return re.findall(r'<th scope="row" class="num">([^<]*)</th>', page)


def test_only_those_who_approve_read_it(room: TestRoom) -> None:
    """Others are refused, and their menu does not name it."""
    visitor = room.visitor("gun")
    assert visitor.client.get("/logg").status_code == 403
    assert 'href="/logg"' not in visitor.get("/konto")
    assert "Loggade in" in room.visitor("gry").get("/logg")


def test_every_action_is_named_in_both_languages() -> None:
    """No line shows a code."""
    assert set(ACTION_NAMES) == set(ACTIONS)
    english = words_of("en")
    assert all(english(name) != name for name in ACTION_NAMES.values())


def test_it_is_filtered(room: TestRoom) -> None:
    """By person, by action and by days, which are days in Sweden."""
    note(room, "exported", days=-3)
    note(room, "exported", actor="gert")
    note(room, "saw-item", days=-1)
    visitor = room.visitor("gry")
    assert len(lines(visitor.get("/logg?person=gun"))) == 2
    assert len(lines(visitor.get("/logg?handling=exported"))) == 2
    assert len(lines(visitor.get("/logg?person=gun&till=2026-11-20"))) == 1
    assert len(lines(visitor.get("/logg?person=gun&fran=2026-11-20&till=2026-11-21"))) == 1
    assert "Inga rader passar" in visitor.get("/logg?fran=2031-01-01")


@pytest.mark.parametrize(
    "nonsense", ["fran=x", "till=9999-12-31", "fran=0001-01-01", "handling=x", "fore=x", "fore=²"]
)
def test_nonsense_in_an_address_is_left_out(room: TestRoom, nonsense: str) -> None:
    """The log is shown as if it were not there."""
    assert lines(room.visitor("gry").get(f"/logg?{nonsense}"))


def test_it_is_paged_by_number(room: TestRoom) -> None:
    """Older lines follow where the page ended, also while new ones are written."""
    for number in range(60):
        note(room, "exported", f"list-{number}")
    visitor = room.visitor("gry")
    page = visitor.get("/logg?handling=exported")
    older = re.search(r'href="(/logg\?[^"]*fore=[^"]*)"', page)
    assert older is not None
    note(room, "exported", "meanwhile")
    following = visitor.get(older.group(1).replace("&amp;", "&"))
    shown = [int(number) for number in lines(page) + lines(following)]
    assert shown == sorted(set(shown), reverse=True)
    assert len(shown) == 60
    assert "Nyaste raderna" in following


def test_the_chain_is_checked_when_asked(room: TestRoom) -> None:
    """Whole until somebody changes a line behind the room's back."""
    visitor = room.visitor("gry")
    assert "Kedjan" not in re.sub(r"(?s)<section.*", "", visitor.get("/logg"))
    assert "Kedjan är hel." in visitor.get("/logg?kontroll=1")
    with sqlite3.connect(room.settings.home / "review.sqlite") as store:
        store.execute("DROP TRIGGER audit_is_not_changed")
        store.execute("UPDATE audit SET actor = 'ingen' WHERE seq = 3")
    store.close()
    assert "Kedjan är bruten vid nr 3." in visitor.get("/logg?kontroll=1")


def test_lines_lead_to_what_they_are_about(room: TestRoom) -> None:
    """Items, facts and answers have pages; accounts have names."""
    note(room, "saw-item", "abc")
    note(room, "fact-approved", "lvu-1")
    note(room, "answer-published", "svar-1")
    page = room.visitor("gry").get("/logg")
    for place in ("/granska?item=abc", "/bemot/fakta/lvu-1", "/bemot/svar/svar-1"):
        assert f'href="{place}"' in page
    assert "Lea Läsare" in page


def test_details_are_told_in_words() -> None:
    """Codes become words, ids that only tie lines together are left out."""
    told = tell_details(
        words_of("sv"),
        {
            "kind": "reject",
            "is_threat": False,
            "is_active": False,
            "act_id": "0f",
            "narratives": ["a", "b"],
            "asserts": 0.351,
            "filter": {"sprak": "ar", "tid": ""},
        },
    )
    assert told == [
        ("Beslut", "Inget narrativ"),
        ("Öppet", "nej"),
        ("Narrativ", "a, b"),
        ("Tröskel", "0,35"),
        ("Urval", "sprak: ar"),
    ]


def test_what_stands_in_the_log_is_inert(room: TestRoom) -> None:
    """A subject that was typed somewhere cannot become a part of the page."""
    room.store.audit.note(
        "exported", "<script>x</script>", {"list": "\u202e<b>"}, actor="gun", now=NOW
    )
    page = room.visitor("gry").get("/logg")
    assert "<script>x" not in page
    assert "\u202e" not in page
    assert "⟨U+202E⟩&lt;b&gt;" in page
