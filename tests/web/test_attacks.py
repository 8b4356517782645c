"""Attacks on the room: forged forms, borrowed sessions, guessing, addresses that lead astray."""

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route

from motbild.adapters import passwords
from motbild.web.guards import MOST_BYTES
from motbild.web.pages import all_routes
from motbild.web.sessions import COOKIE, HEADERS
from tests.rooms import PASSWORD, TestRoom

# What whoever has not signed in may ask for.
OPEN = {"/logga-in", "/sprak/{lang}", "/api/feed.json"}
SQL = ("' OR 1=1 --", "'; DROP TABLE core.posts; --", '" OR "" = "', "%", "a' UNION SELECT 1 --")
FILTERS = ("narrativ", "sprak", "plattform", "kalla", "hallning", "tid", "liknar", "ko", "status")


def _routes(method: str) -> Iterator[str]:
    for route in all_routes():
        if isinstance(route, Route) and method in (route.methods or ()):
            yield re.sub(r":\w+\}", "}", route.path)


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", "x", path)


@pytest.mark.parametrize("path", sorted(set(_routes("POST")) - OPEN))
def test_every_form_needs_the_token_of_its_page(room: TestRoom, path: str) -> None:
    """No form is taken without it, with another's, or from another site, whoever sends it."""
    client = room.visitor("ada").client
    for fields in ({}, {"csrf_token": "fel"}, {"csrf_token": "å\u202e"}):
        assert client.post(_filled(path), data=fields).status_code == 403
    headers = {"sec-fetch-site": "same-site"}
    assert client.post(_filled(path), data={}, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_see_nothing(room: TestRoom, method: str) -> None:
    """Every page and form but those to sign in leads whoever has not signed in there."""
    client = room.visitor().client
    for path in sorted(set(_routes(method)) - OPEN):
        if "/oidc" in path or "/inloggning" in path:
            continue  # not there without a service: test_single_sign_on.py
        answer = client.request(method, _filled(path), follow_redirects=False)
        if answer.status_code != 404:
            assert answer.headers["location"].startswith("/logga-in"), path


@pytest.mark.parametrize("path", ["/logga-in", "/finns-inte", "/static/motbild.css", "/konto"])
def test_every_answer_tells_browsers_to_be_careful(room: TestRoom, path: str) -> None:
    """Pages, refusals, redirects and files: none may be framed, guessed at or sent on."""
    answer = room.visitor().client.get(path, follow_redirects=False)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_session_that_somebody_else_planted_is_not_kept(room: TestRoom) -> None:
    """Signing in gives a new session, and the one that was there before gets in nowhere."""
    visitor = room.visitor()
    visitor.client.cookies.set(COOKIE, "planterad")
    answer = visitor.send("/logga-in", {"login": "gun", "password": PASSWORD})
    fresh = answer.cookies[COOKIE]
    assert fresh != "planterad"
    assert len(fresh) >= 43
    other = room.visitor().client
    other.cookies.set(COOKIE, "planterad")
    assert other.get("/konto", follow_redirects=False).status_code == 303


def test_sessions_are_kept_as_digests(room: TestRoom) -> None:
    """Whoever reads the store cannot sign in with what stands there."""
    visitor = room.visitor("gun")
    token = visitor.client.cookies[COOKIE].encode()
    for path in room.settings.home.glob("review.sqlite*"):
        assert token not in path.read_bytes()


def test_nobody_learns_who_has_an_account(room: TestRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong password, no such login and a closed account answer alike, after the same work."""
    account = room.store.accounts.find("gert")
    assert account is not None
    told = f"/konton/{account.account_id}/oppet"
    room.visitor("ada").send(told, {"oppet": "0"})
    checked: list[str] = []
    verify = passwords._HASHER.verify

    def count(stored: str, password: str) -> bool:
        checked.append(stored)
        return bool(verify(stored, password))

    monkeypatch.setattr(passwords, "_HASHER", type("Counting", (), {"verify": staticmethod(count)}))
    pages = set()
    for login, password in (("gun", "fel"), ("finns-inte", "fel"), ("gert", PASSWORD)):
        answer = room.visitor().send("/logga-in", {"login": login, "password": password})
        assert answer.status_code == 401
        pages.add(answer.text.replace(login, "-"))
    assert len(pages) == 1
    assert len(checked) == 3


def test_guessing_many_logins_from_one_place_is_slowed_down(room: TestRoom) -> None:
    """One password tried on many accounts waits as many passwords on one do."""
    visitor = room.visitor()
    statuses = [
        visitor.send("/logga-in", {"login": f"namn{number}", "password": "Sommar2026!"}).status_code
        for number in range(8)
    ]
    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429


def test_no_line_is_added_to_an_answer(room: TestRoom) -> None:
    """Line breaks in where to go end up in no header."""
    place = "/konto\r\nSet-Cookie: motbild_session=x\r\n\r\n<script>"
    fields = {"login": "gun", "password": PASSWORD, "next": place}
    answer = room.visitor().send("/logga-in", fields)
    assert answer.headers["location"] == "/lagesbild"
    speaking = room.visitor().client.get(
        "/sprak/en", params={"next": place}, follow_redirects=False
    )
    assert speaking.headers["location"] == "/lagesbild"
    assert "motbild_session" not in speaking.headers.get("set-cookie", "")


def test_the_host_that_is_told_is_not_believed(room: TestRoom) -> None:
    """Links and redirects name no host, so that a forged one leads nobody away."""
    client = room.visitor("gun").client
    headers = {"host": "ond.example", "x-forwarded-host": "ond.example"}
    for path in ("/lagesbild", "/granska", "/sok?q=x", "/finns-inte", "/"):
        answer = client.get(path, headers=headers, follow_redirects=False)
        assert "ond.example" not in answer.text
        assert "ond.example" not in answer.headers.get("location", "")


@pytest.mark.parametrize("attack", SQL)
def test_filters_and_searches_are_values(room: TestRoom, attack: str) -> None:
    """What stands in an address is compared, and is never part of a statement."""
    client = room.visitor("gun").client
    before = room.room.snapshot().rows("SELECT count(*) AS n FROM core.posts")
    for name in FILTERS:
        for path in ("/granska", "/granska/flera", "/fragor"):
            assert client.get(path, params={name: attack}).status_code == 200, (path, name)
    assert client.get("/sok", params={"q": attack, "typ": attack}).status_code == 200
    assert client.get("/granska", params={"item": attack, "sida": attack}).status_code == 200
    assert room.room.snapshot().rows("SELECT count(*) AS n FROM core.posts") == before


@pytest.mark.parametrize("seen", ["9" * 30, "9" * 5_000, "-1", "²", "", "1e9", "\u0663"])
def test_numbers_in_forms_may_be_anything(room: TestRoom, seen: str) -> None:
    """A number that no store can hold counts as none."""
    visitor = room.visitor("gun")
    page = visitor.get("/granska")
    found = re.search(r'name="item" value="([0-9a-f]+)"', page)
    assert found is not None
    fields = {"item": found[1], "val": "reject", "seen_seq": seen}
    assert visitor.send("/granska/beslut", fields).status_code == 303


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_form_that_is_too_large_is_refused(room: TestRoom, signed_in: bool) -> None:
    """What is sent stands in memory while it is read, so there may not be much of it."""
    client = room.visitor("gun" if signed_in else None).client
    path = "/konto/sprak" if signed_in else "/logga-in"
    answer = client.post(path, data={"csrf_token": "x" * (MOST_BYTES + 1)})
    assert answer.status_code == 413
    assert client.post(path, data={f"f{n}": "" for n in range(3_000)}).status_code == 400


def test_a_login_that_is_too_long_is_not_kept(room: TestRoom) -> None:
    """Failed attempts do not fill the store."""
    size = sum(path.stat().st_size for path in room.settings.home.glob("review.sqlite*"))
    visitor = room.visitor()
    for number in range(4):
        visitor.send("/logga-in", {"login": f"{number}" + "x" * 500_000, "password": "fel"})
    after = sum(path.stat().st_size for path in room.settings.home.glob("review.sqlite*"))
    assert after - size < 200_000
