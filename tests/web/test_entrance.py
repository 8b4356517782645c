"""Signing in and out, and who may ask for what."""

from datetime import timedelta

import pytest

from tests.rooms import PASSWORD, TestRoom


def test_strangers_are_asked_to_sign_in_and_come_back(room: TestRoom) -> None:
    """Whoever has not signed in is sent to do so, and then to where they were going."""
    client = room.visitor().client
    answer = client.get("/konto?flik=1", follow_redirects=False)
    assert answer.headers["location"] == "/logga-in?next=%2Fkonto%3Fflik%3D1"
    page = client.get(answer.headers["location"]).text
    assert 'value="/konto?flik=1"' in page


@pytest.mark.parametrize(
    "place",
    [
        *("https://ond.example", "//ond.example", "/\\ond.example", "javascript:alert(1)"),
        *("/\t/ond.example", "/\t\\ond.example", "/\n/ond.example", "\\/ond.example", "//["),
        *("///ond.example", "ond.example", "", "/\x00/ond.example", "https:/konto"),
    ],
)
def test_nobody_is_sent_elsewhere(room: TestRoom, place: str) -> None:
    """A link cannot make signing in lead to another site."""
    fields = {"login": "gun", "password": PASSWORD, "next": place}
    answer = room.visitor().send("/logga-in", fields)
    assert answer.headers["location"] == "/lagesbild"


def test_guessing_is_slowed_down(room: TestRoom) -> None:
    """After some wrong passwords even the right one must wait; later it is taken."""
    visitor = room.visitor()
    for _ in range(8):
        wrong = visitor.send("/logga-in", {"login": "gun", "password": "fel"})
    assert wrong.status_code == 429
    right = {"login": "gun", "password": PASSWORD}
    assert visitor.send("/logga-in", right).status_code == 429
    room.now += timedelta(hours=1)
    assert visitor.send("/logga-in", right).status_code == 303


def test_a_session_ends(room: TestRoom) -> None:
    """Signing out ends it at once, and time ends it too."""
    visitor = room.visitor("gun")
    visitor.send("/logga-ut", {})
    assert visitor.client.get("/konto", follow_redirects=False).status_code == 303
    visitor = room.visitor("gun")
    room.now += timedelta(hours=13)
    assert visitor.client.get("/konto", follow_redirects=False).status_code == 303


def test_a_form_from_elsewhere_is_refused(room: TestRoom) -> None:
    """Without the page's token, or sent by another site, nothing is done."""
    client = room.visitor("gun").client
    assert client.post("/logga-ut", data={"csrf_token": "fel"}).status_code == 403
    headers = {"sec-fetch-site": "cross-site"}
    assert client.post("/logga-in", data={}, headers=headers).status_code == 403


def test_pages_tell_browsers_to_be_careful(room: TestRoom) -> None:
    """No page may be framed, stored, or run anything that is not its own."""
    answer = room.visitor().client.get("/logga-in")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    cookie = room.visitor().send("/logga-in", {"login": "gun", "password": PASSWORD})
    assert {"HttpOnly", "Secure", "SameSite=lax"} <= set(cookie.headers["set-cookie"].split("; "))


def test_a_page_that_is_not_there_says_so(room: TestRoom) -> None:
    """In the language asked for, with a way on."""
    visitor = room.visitor("gun")
    assert "Sidan finns inte" in visitor.client.get("/finns-inte").text
    assert "There is no such page" in room.visitor(lang="en").client.get("/finns-inte").text
