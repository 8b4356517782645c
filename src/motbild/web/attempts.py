"""Guessing passwords is slowed down, wherever one is asked for."""

import hashlib
from datetime import timedelta

from starlette.requests import Request

from motbild.core.accounts import FAILURES_WEIGH, is_throttled
from motbild.web.rendering import words_in
from motbild.web.room import room_of


def must_wait(request: Request, login: str) -> str | None:
    """Return a sentence for whoever must wait before trying again, or None."""
    now = request.state.now
    failures = room_of(request).store.sessions.failures(
        login, address_of(request), now - FAILURES_WEIGH
    )
    waiting: timedelta | None = is_throttled(failures, now)
    if waiting is None:
        return None
    minutes = max(1, round(waiting.total_seconds() / 60))
    return words_in(request)(
        "För många försök. Vänta %(minutes)s minuter och försök igen.", minutes=minutes
    )


def note_failure(request: Request, login: str) -> None:
    """Remember that a password was wrong."""
    store, now = room_of(request).store, request.state.now
    store.sessions.note_failure(login, address_of(request), now)


def address_of(request: Request) -> str:
    """Return a digest of where a request comes from."""
    host = request.client.host if request.client else ""
    return hashlib.sha256(host.encode()).hexdigest()
