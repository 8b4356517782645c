"""Konto and Konton: one's own password and language, and who may use the room."""

import re
from datetime import timedelta
from typing import Any

import pytest

from motbild.adapters.passwords import verify_password
from tests.rooms import HASH, NOW, PASSWORD, TestRoom, Visitor

NEW = "blåbär i september"


def change(visitor: Visitor, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> Any:
    """Send the form that changes a password."""
    fields = {"nuvarande": old, "nytt": new, "igen": new if again is None else again}
    return visitor.send("/konto/losenord", fields)


def account_id(room: TestRoom, login: str) -> str:
    """Return an account's id."""
    account = room.store.accounts.find(login)
    assert account is not None
    return account.account_id


def is_password(room: TestRoom, login: str, password: str) -> bool:
    """Tell whether an account has a password."""
    stored = room.store.accounts.password_hash(account_id(room, login))
    return verify_password(stored, password)


def test_a_password_is_changed(room: TestRoom) -> None:
    """One stays signed in here and is signed out elsewhere."""
    here, elsewhere = room.visitor("gun"), room.visitor("gun")
    answer = change(here)
    assert "Lösenordet är bytt." in here.get(answer.headers["location"])
    assert elsewhere.client.get("/konto", follow_redirects=False).status_code == 303
    assert is_password(room, "gun", NEW)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old": "fel"}, "Det nuvarande lösenordet stämmer inte."),
        ({"again": "något annat"}, "inte lika"),
        ({"new": "kort"}, "minst 12 tecken"),
        ({"new": "gun gun gun gun"}, "inloggningsnamn"),
        ({"new": "lösenordlösenord"}, "de första som någon gissar"),
        ({"new": PASSWORD}, "samma som det nuvarande"),
        ({"new": "a" * 300}, "högst 256 tecken"),
    ],
)
def test_a_password_that_will_not_do_is_refused(
    room: TestRoom, fields: dict[str, str], sentence: str
) -> None:
    """The page says what is wrong, and the old one stays."""
    answer = change(room.visitor("gun"), **fields)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert is_password(room, "gun", PASSWORD)


def test_guessing_the_current_password_is_slowed_down(room: TestRoom) -> None:
    """Whoever finds a screen unlocked cannot try for long."""
    visitor = room.visitor("gun")
    for _ in range(5):
        change(visitor, old="fel")
    assert change(visitor).status_code == 429
    room.now += timedelta(hours=1)
    assert change(visitor).status_code == 303


def test_a_one_time_password_leads_nowhere_else(room: TestRoom) -> None:
    """Until one has chosen a password every page leads to doing so, that of accounts too."""
    room.store.accounts.create(
        "ny", "Nya Nord", "administrator", HASH, must_change_password=True, actor="ada", now=NOW
    )
    visitor = room.visitor("ny")
    for place in ("/konton", "/narrativ", "/logg"):
        answer = visitor.client.get(place, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/konto")
    assert "Välj ett eget lösenord" in visitor.get("/konto")
    change(visitor)
    assert "4 konton" not in visitor.get("/konton")
    assert "6 konton" in visitor.get("/konton")


def test_a_language_is_chosen(room: TestRoom) -> None:
    """It holds at once, and on the page to sign in on too."""
    visitor = room.visitor("gun")
    visitor.send("/konto/sprak", {"lang": "en"})
    assert "Change password" in visitor.get("/konto")
    visitor.send("/logga-ut", {})
    assert "Password" in visitor.get("/logga-in")
    assert room.visitor("gert").send("/konto/sprak", {"lang": "xx"}).status_code == 400


def test_one_signs_out_everywhere(room: TestRoom) -> None:
    """On this device and on every other."""
    here, elsewhere = room.visitor("gun"), room.visitor("gun")
    here.send("/konto/logga-ut", {})
    for visitor in (here, elsewhere):
        assert visitor.client.get("/konto", follow_redirects=False).status_code == 303
    (entry,) = room.store.audit.entries(action="signed-out")[:1]
    assert (entry.actor, entry.details) == ("gun", {"everywhere": True})


def test_the_last_decisions_are_shown(room: TestRoom) -> None:
    """One's own ten newest, with a way back to each."""
    for number in range(12):
        room.store.audit.note(
            "decided",
            f"family-{number}",
            {"kind": "reject", "narratives": [], "act_id": f"act-{number}"},
            actor="gun",
            now=NOW,
        )
    page = room.visitor("gun").get("/konto")
    assert page.count("Inget narrativ") == 10
    assert "/granska?item=family-11" in page
    assert "/granska?item=family-1&" not in page
    assert "Du har inte beslutat" in room.visitor("gert").get("/konto")


def test_only_administrators_see_accounts(room: TestRoom) -> None:
    """Others are refused, whatever they send."""
    visitor = room.visitor("gry")
    assert visitor.client.get("/konton").status_code == 403
    assert visitor.send("/konton/nytt", {"login": "x"}).status_code == 403
    whose = account_id(room, "gun")
    for what in ("andra", "losenord", "oppet"):
        assert visitor.send(f"/konton/{whose}/{what}", {"roll": "reader"}).status_code == 403


def test_an_account_is_made_with_a_one_time_password(room: TestRoom) -> None:
    """The password is shown once, works, and must be changed."""
    admin = room.visitor("ada")
    fields = {"login": "Mo.Berg", "namn": "Mo Berg", "roll": "reviewer"}
    answer = admin.send("/konton/nytt", fields)
    shown = re.search(r"<code>([^<]+)</code>", answer.text)
    assert shown is not None
    assert shown.group(1) not in admin.get("/konton")
    assert is_password(room, "mo.berg", shown.group(1))
    account = room.store.accounts.find("mo.berg")
    assert account is not None
    assert (account.role, account.must_change_password) == ("reviewer", True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"login": "gun", "roll": "reader"}, "upptaget"),
        ({"login": "<b>", "roll": "reader"}, "Inloggningsnamnet ska vara"),
        ({"login": "mo", "roll": "chef"}, "Välj en roll"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    room: TestRoom, fields: dict[str, str], sentence: str
) -> None:
    """The page says why and keeps what was typed."""
    answer = room.visitor("ada").send("/konton/nytt", {"namn": "Mo Berg", **fields})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'value="Mo Berg"' in answer.text
    assert "<b>" not in answer.text


def test_roles_change_at_once(room: TestRoom) -> None:
    """Whoever is made an approver reads the log with the next page."""
    visitor = room.visitor("gun")
    whose = account_id(room, "gun")
    room.visitor("ada").send(f"/konton/{whose}/andra", {"namn": "Gun G", "roll": "approver"})
    assert "Gun G" in visitor.get("/logg")


def test_an_account_is_closed_and_opened(room: TestRoom) -> None:
    """Closing ends its sessions at once; the page tells both."""
    visitor, admin, whose = room.visitor("gun"), room.visitor("ada"), account_id(room, "gun")
    answer = admin.send(f"/konton/{whose}/oppet", {"oppet": "0"})
    assert "Kontot är stängt" in admin.get(answer.headers["location"])
    assert visitor.client.get("/konto", follow_redirects=False).status_code == 303
    assert visitor.send("/logga-in", {"login": "gun", "password": PASSWORD}).status_code == 401
    admin.send(f"/konton/{whose}/oppet", {"oppet": "1"})
    assert room.visitor("gun").get("/konto")


def test_a_lost_password_is_replaced(room: TestRoom) -> None:
    """The old one stops working, and the new one is shown once."""
    answer = room.visitor("ada").send(f"/konton/{account_id(room, 'gun')}/losenord", {})
    shown = re.search(r"<code>([^<]+)</code>", answer.text)
    assert shown is not None
    assert is_password(room, "gun", shown.group(1))
    assert not is_password(room, "gun", PASSWORD)


def test_the_last_administrator_stays_one(room: TestRoom) -> None:
    """Neither closed nor made something else, and told why."""
    admin, whose = room.visitor("ada"), account_id(room, "ada")
    closed = admin.send(f"/konton/{whose}/oppet", {"oppet": "0"})
    assert "Minst en aktiv administratör" in closed.text
    lowered = admin.send(f"/konton/{whose}/andra", {"namn": "Ada", "roll": "reader"})
    assert (closed.status_code, lowered.status_code) == (400, 400)


def test_an_account_that_is_not_there(room: TestRoom) -> None:
    """An old page's form does no harm."""
    admin = room.visitor("ada")
    for what in ("andra", "losenord", "oppet"):
        answer = admin.send(f"/konton/finns-inte/{what}", {"namn": "x", "roll": "reader"})
        assert (answer.status_code, "Kontot finns inte" in answer.text) == (400, True)
