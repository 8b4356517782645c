"""Who is asking: a random token in a cookie, and its digest in the store."""

import hashlib
import secrets
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from motbild.core.accounts import Account
from motbild.errors import MotbildError
from motbild.web.language import choose_language
from motbild.web.room import room_of

COOKIE = "motbild_session"
LANG_COOKIE = "motbild_lang"
LASTING = timedelta(hours=12)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def digest_token(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class SafeHeaders:
    """Add to every answer what tells a browser to be careful; pages are never stored."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, careful)


class PlainQueries:
    """Escape what no browser sends unescaped in a query: the library reads it as UTF-8 or fails."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        query = scope.get("query_string", b"")
        if not query.isascii():
            plain = "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in query)
            scope = {**scope, "query_string": plain.encode()}
        await self._app(scope, receive, send)


class Sessions:
    """Find out who is asking."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with what is known of who sent it."""
        if scope["type"] == "http":
            request = Request(scope)
            request.state.now = room_of(request).clock()
            request.state.account, request.state.csrf_token = None, ""
            request.state.trouble = None
            if not scope["path"].startswith("/static/"):
                try:
                    await run_in_threadpool(_recognise, request)
                except MotbildError as error:  # the page is told it, where errors are pages
                    request.state.trouble = error
            account: Account | None = request.state.account
            wanted = account.lang if account else request.cookies.get(LANG_COOKIE)
            accepted = request.headers.get("accept-language", "")
            request.state.lang = choose_language(wanted, accepted)
        await self._app(scope, receive, send)


def _recognise(request: Request) -> None:
    token = request.cookies.get(COOKIE)
    if not token:
        return
    found = room_of(request).store.sessions.find(digest_token(token), request.state.now)
    if found is not None:
        session, request.state.account = found
        request.state.csrf_token = session.csrf_token


def begin_session(request: Request, response: Response, account: Account) -> None:
    """Sign an account in: a new token, whatever the browser held before."""
    token, now = secrets.token_urlsafe(32), request.state.now
    room_of(request).store.sessions.begin(
        account.account_id,
        digest_token(token),
        secrets.token_urlsafe(32),
        now=now,
        expires_at=now + LASTING,
        actor=account.login,
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTING.total_seconds()),
        secure=True,
        httponly=True,
        samesite="lax",
    )


def end_session(request: Request, response: Response) -> None:
    """Sign out."""
    if token := request.cookies.get(COOKIE):
        actor = request.state.account.login if request.state.account else "-"
        room_of(request).store.sessions.end(digest_token(token), actor=actor, now=request.state.now)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
