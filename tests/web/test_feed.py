"""/api/feed.json: closed unless a token is set, for whoever shows it, without any session."""

import json
from pathlib import Path

import httpx2
import pytest

from motbild.adapters.feed_token import load_token
from motbild.errors import MotbildError
from motbild.settings import Settings
from tests.rooms import TestRoom
from tests.unit.test_dashboard_feed import VALIDATOR

TOKEN = "0123456789abcdef" * 4
FEED = "/api/feed.json"


def _open(room: TestRoom, token: str = TOKEN, mode: int = 0o600) -> Path:
    path = room.settings.feed_token_file
    path.parent.mkdir(exist_ok=True)
    path.write_text(token + "\n", encoding="utf-8")
    path.chmod(mode)
    return path


def _ask(
    room: TestRoom, token: str | None = TOKEN, login: str | None = None, **headers: str
) -> httpx2.Response:
    shown = {"authorization": f"Bearer {token}"} if token else {}
    named = shown | {name.replace("_", "-"): told for name, told in headers.items()}
    sent = [(name.encode(), told.encode()) for name, told in named.items()]
    return room.visitor(login).client.get(FEED, headers=sent)


def test_without_a_token_there_is_no_such_page(room: TestRoom) -> None:
    """Also for administrators, and for whoever shows something."""
    assert _ask(room).status_code == 404
    assert _ask(room, None, "ada").status_code == 404


def test_whoever_shows_the_token_gets_the_feed(room: TestRoom) -> None:
    """JSON of the documented form, kept for minutes, without a cookie."""
    _open(room)
    answer = _ask(room)
    assert answer.status_code == 200
    VALIDATOR.validate(answer.json())
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert "set-cookie" not in answer.headers


def test_the_setting_goes_before_the_file(room: TestRoom) -> None:
    """And a short one closes the feed instead of opening it to guessers."""
    _open(room, "x" * 40)
    assert _ask(room, "x" * 40).status_code == 200
    room.room.settings = Settings.load(home=room.settings.home, feed_token=TOKEN)
    assert _ask(room, "x" * 40).status_code == 401
    assert _ask(room).status_code == 200
    room.room.settings = Settings.load(home=room.settings.home, feed_token="short")
    assert _ask(room, "short").status_code == 404


@pytest.mark.parametrize("shown", [None, "wrong", "", TOKEN[:-1], TOKEN + "0", "å" * 64])
def test_nobody_else_gets_it(room: TestRoom, shown: str | None) -> None:
    """Signed in or not: a session is no token."""
    _open(room)
    for login in (None, "ada"):
        answer = _ask(room, shown, login)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_the_same_is_not_sent_twice(room: TestRoom) -> None:
    """Whoever knows the tag of this run is told that nothing has changed."""
    _open(room)
    tag = _ask(room).headers["etag"]
    assert "analyst-" in tag
    again = _ask(room, if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert _ask(room, if_none_match='"other"').status_code == 200
    assert _ask(room, "wrong", if_none_match=tag).status_code == 401


def test_guessing_is_slowed_and_keeps_nobody_out(room: TestRoom) -> None:
    """The guesser waits; the dashboard and people at the same address do not."""
    _open(room)
    statuses = [_ask(room, f"guess-{number}").status_code for number in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    assert int(_ask(room, "guess").headers["retry-after"]) > 0
    assert _ask(room).status_code == 200
    room.visitor("gun")  # signs in


def test_a_file_that_others_may_read_closes_the_feed(room: TestRoom) -> None:
    """And says so to whoever runs it."""
    path = _open(room, mode=0o644)
    assert _ask(room).status_code == 404
    with pytest.raises(MotbildError, match="chmod 600"):
        load_token(path)


def test_it_is_read_only_and_holds_no_post(room: TestRoom) -> None:
    """Nothing can be sent to it, and no flagged text is found in it."""
    _open(room)
    client = room.visitor().client
    assert client.post(FEED, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 405
    told = json.dumps(_ask(room).json(), ensure_ascii=False)
    texts = room.room.snapshot().rows("SELECT DISTINCT text FROM core.posts")
    assert not [row for row in texts if row["text"][:40] in told]
