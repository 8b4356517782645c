"""The feed for dashboards: counts alone, to who shows the token, and never by a session.

Where no token is set there is no such page. Dashboards ask again and again, so what a
snapshot gives is made once, and asked for anew it is said to be the same.
"""

import hashlib
import logging
from hmac import compare_digest

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from motbild.adapters.feed_token import load_token, require_length
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.accounts import FAILURES_WEIGH, is_throttled
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.web.attempts import address_of
from motbild.web.room import room_of
from motbild.wiring.feed import write_feed

PLACE = "/api/feed.json"
_KEPT = "private, max-age=300"
_LOG = logging.getLogger("motbild.web")


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _feed)]


async def _feed(request: Request) -> Response:
    return await run_in_threadpool(_answer, request)


def _answer(request: Request) -> Response:
    token = _token(room_of(request).settings)
    if token is None:
        raise HTTPException(404)
    return _refuse(request, token) or _tell(request)


def _token(settings: Settings) -> str | None:
    """Return what must be shown; None where the feed is closed."""
    try:
        if settings.feed_token is not None:
            told = settings.feed_token.get_secret_value()
            require_length(told, "MOTBILD_FEED_TOKEN")
            return told
        return load_token(settings.feed_token_file)
    except MotbildError as error:
        _LOG.error("The feed is closed: %s", error)
        return None


def _refuse(request: Request, token: str) -> Response | None:
    """Return the refusal of whoever does not show the token.

    Whoever shows it is let in however many have guessed from the same place, since behind
    a proxy all come from one.
    """
    if _shows(request, token):
        return None
    sessions, now = room_of(request).store.sessions, request.state.now
    # A place of its own: a dashboard with an old token must keep nobody from signing in.
    place = hashlib.sha256(f"feed {address_of(request)}".encode()).hexdigest()
    failures = sessions.failures(f"feed {place}", place, now - FAILURES_WEIGH)
    if (wait := is_throttled(failures, now)) is not None:
        seconds = str(max(1, round(wait.total_seconds())))
        return JSONResponse({"error": "too many attempts"}, 429, {"retry-after": seconds})
    sessions.note_failure(f"feed {place}", place, now)
    return JSONResponse(
        {"error": "show the token as Authorization: Bearer"}, 401, {"www-authenticate": "Bearer"}
    )


def _shows(request: Request, token: str) -> bool:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    digests = (hashlib.sha256(told.strip().encode()).digest() for told in (shown, token))
    return scheme.lower() == "bearer" and compare_digest(*digests)


def _tell(request: Request) -> Response:
    room = room_of(request)
    snapshot = room.snapshot()
    body, tag = snapshot.once("feed", lambda: _make(room.settings, snapshot))
    headers = {"etag": tag, "cache-control": _KEPT, "vary": "authorization"}
    if _knows(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _make(settings: Settings, snapshot: OpenSnapshot) -> tuple[bytes, str]:
    """Return the feed and its tag: of which run it is, and what was made of that."""
    body = write_feed(settings, snapshot).encode()
    run = snapshot.name.removesuffix(".duckdb")
    return body, f'"{run}-{hashlib.sha256(body).hexdigest()[:16]}"'


def _knows(request: Request, tag: str) -> bool:
    told = request.headers.get("if-none-match", "")
    return tag in (part.strip().removeprefix("W/") for part in told.split(","))
