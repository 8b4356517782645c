"""The review room as a stranger meets it: addresses, forms, cookies, headers.

An input is a request written down: ``GET /sok?q=a``, headers one a line, a blank line and
a form. ``{session}`` and ``{csrf}`` stand for those of somebody who is signed in.
"""

import asyncio
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from motbild.core.decisions import label_seeds
from motbild.web.language import choose_language
from motbild.web.pages.entrance import own_place
from motbild.web.reading.log import LogFilter
from motbild.web.reading.queue import QueueFilter
from motbild.web.reading.search import SearchFilter, mark_words
from motbild.web.sessions import COOKIE
from tests.fuzz.parser import Parser, whole_text
from tests.rooms import NOW, TestRoom, furnish, publish_demo

# Names a home whose night has run; without it each process runs one of its own.
PUBLISHED = "MOTBILD_FUZZ_PUBLISHED"
_PLACES = (
    *("/lagesbild", "/granska?item=x&status=alla", "/granska?ko=hot&sprak=sv&tid=7&sida=2"),
    *("/granska/flera?status=alla", "/fragor?sida=1", "/bemot", "/effekt?narrativ=x", "/rapport"),
    *("/nya-rykten", "/narrativ", '/sok?q="tar barn" soc&typ=fakta', "/logg?fran=2026-01-01"),
    *("/exportera/granska?form=csv", "/bemot/fakta?sprak=sv", "/bemot/svar", "/konto", "/konton"),
    *("/rapport?vecka=2026-W47", "/rapport?fran=2026-11-01&till=2026-11-20", "/api/feed.json"),
    *("/sprak/en?next=/konto", "/logga-in?next=/konto", "/static/../app.py", "/exportera/x"),
)
_FORMS = (
    "/granska/beslut\n\nitem={item}&val=confirm&narrativ_val=x&seen_seq=3&act_id=" + "ab" * 12,
    "/granska/beslut\n\nitem={item}&val=protected:kritik&anteckning=x&seen_seq=0&ko=flaggade",
    "/granska/angra\n\nact_id=" + "ab" * 12 + "&item={item}",
    "/granska/oversattning\n\nitem={item}&text_digest=x&oversattning=hej",
    "/granska/flera\n\nitem={item}&val=reject",
    "/narrativ/troskel\n\nnarrativ=x&varde=0.7",
    "/konto/sprak\n\nlang=en",
    "/konton/nytt\n\nlogin=mo&namn=Mo&roll=reader",
    "/bemot/fakta/x/sv\n\ntext=hej",
    "/rapport/anteckning\n\nvecka=2026-W47&text=hej",
)


@dataclass
class _Guest:
    """Somebody who is signed in, and the room."""

    room: TestRoom
    folder: tempfile.TemporaryDirectory[str]
    session: str
    csrf: str
    item: str
    loop: asyncio.AbstractEventLoop


@cache
def _guest() -> _Guest:
    folder = tempfile.TemporaryDirectory(prefix="motbild-fuzz-")
    ready = os.environ.get(PUBLISHED)
    published = Path(ready) if ready else publish_demo(Path(folder.name) / "published")
    room = furnish(published, Path(folder.name) / "home")
    visitor = room.visitor("ada")
    session = visitor.client.cookies.get(COOKIE) or ""
    page = visitor.get("/granska")
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', page)
    item = re.search(r"item=([0-9a-f]+)", page)
    assert csrf is not None
    assert item is not None
    loop = asyncio.new_event_loop()
    return _Guest(room, folder, session, csrf[1], item[1], loop)


def _request(data: bytes) -> None:
    """Send a request; what breaks the room down is raised by it."""
    guest = _guest()
    for name, told in (("session", guest.session), ("csrf", guest.csrf), ("item", guest.item)):
        data = data.replace(b"{%s}" % name.encode(), told.encode())
    head, _, body = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    method, _, target = first.partition(b" ")
    if method not in (b"GET", b"POST"):
        return
    status = guest.loop.run_until_complete(_send(guest, method, target, lines, body))
    assert status < 500 or status == 503, f"status {status}"


async def _send(
    guest: _Guest, method: bytes, target: bytes, lines: list[bytes], body: bytes
) -> int:
    path, _, query = target.partition(b"?")
    headers = [
        (name.strip().lower(), value.strip())
        for name, mark, value in (line.partition(b":") for line in lines)
        if mark and b"\r" not in line_of(name, value)
    ]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method.decode(),
        "scheme": "https",
        "path": whole_text(path),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.1", 1),
        "server": ("testserver", 443),
    }
    statuses: list[int] = []

    received = False

    async def receive() -> dict[str, Any]:
        nonlocal received
        if received:  # nothing more comes until the answer is there, and then nobody waits
            await asyncio.Event().wait()
        received = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    guest.room.now = NOW + timedelta(hours=1)
    await guest.room.app(scope, receive, send)
    return statuses[0]


def line_of(name: bytes, value: bytes) -> bytes:
    """Return a header as it would stand on the wire."""
    return name + b": " + value


def _seeds() -> list[bytes]:
    cookie = "\nhost: testserver\ncookie: " + COOKIE + "={session}; motbild_lang=sv"
    got = [f"GET {place}{cookie}".encode() for place in _PLACES]
    form = f"{cookie}\ncontent-type: application/x-www-form-urlencoded\n\ncsrf_token={{csrf}}&"
    sent = [f"POST {told.replace(chr(10) * 2, form, 1)}".encode() for told in _FORMS]
    strangers = [
        b'GET /api/feed.json\nauthorization: Bearer x\nif-none-match: "a"',
        b"GET /granska\ncookie: motbild_session=x; motbild_lang=zz\naccept-language: sv;q=0.1,en",
        b"POST /konto/sprak\ncontent-type: multipart/form-data; boundary=x\n"
        b"cookie: motbild_session={session}\n\n--x\r\nContent-Disposition: form-data; "
        b'name="csrf_token"\r\n\r\n{csrf}\r\n--x--\r\n',
    ]
    return [*got, *sent, *strangers]


def _address(data: bytes) -> None:
    """Read what an address says: filters, words, where to go."""
    text = whole_text(data)
    told = dict(part.partition("=")[::2] for part in text.split("&"))
    for kind in (QueueFilter, SearchFilter, LogFilter):
        chosen = kind.read(told)
        assert isinstance(chosen.parameters, dict)
    words = SearchFilter(q=text).words
    mark_words(text, words)
    choose_language(text[:5], text)
    place = own_place(text)
    parts = urlsplit(place)
    assert place.startswith("/")
    assert not parts.netloc


def _decisions(data: bytes) -> None:
    """Read decisions as rows of a store that somebody else wrote into."""
    narratives, _, note = whole_text(data).partition("&")
    row = {
        "decision_id": note[:20],
        "kind": "confirm",
        "narratives": narratives.split(","),
        "text": note,
        "lang": narratives[:2],
        "reviewer": note[:10],
        "parent_text": note or None,
    }
    try:
        label_seeds([row], narratives.split(",")[:2])
    except KeyError:
        return


_ADDRESSES = (
    b"ko=hot&status=mina&narrativ=x&sprak=sv&tid=7&liknar=a&sida=2",
    b'q="tar barn" soc&typ=fakta&tid=30',
    b"person=gun&handling=decided&fran=2026-01-01&till=9999-12-31&gallde=x",
    b"/granska?next=/konto",
)
_WORDS = (
    *(b"GET ", b"POST ", b"%00", b"%ed%a0%80", b"&sida=", b"&seen_seq=", b"cookie: ", b"next=//"),
    *(
        b"' OR 1=1 --",
        b"/\\",
        b"..%2f",
        b"%0d%0a",
        b"{session}",
        b"{csrf}",
        b"{item}",
        b"\ncookie:",
    ),
)

PARSERS = (
    Parser("room", _request, _seeds, _WORDS, 0.15),
    Parser("addresses", _address, lambda: _ADDRESSES, _WORDS, 1.0, ()),
)
