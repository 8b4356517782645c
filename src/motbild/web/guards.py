"""Who may ask for what: each handler is wrapped in the least role it needs.

Handlers are plain functions, run in a thread: they read files and databases.
"""

from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import overload

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from motbild.core.accounts import may
from motbild.web.rendering import go_to

Endpoint = Callable[[Request], Awaitable[Response]]
MOST_FIELDS = 2_000
# Of a form; the longest that a page has is a wording of some thousand characters.
MOST_BYTES = 1 << 20
PASSWORD_PAGE = "/konto"  # noqa: S105 - an address


@overload
def reads(handler: Callable[[Request], Response]) -> Endpoint: ...


@overload
def reads(*, role: str) -> Callable[[Callable[[Request], Response]], Endpoint]: ...


def reads(
    handler: Callable[[Request], Response] | None = None, *, role: str = "reader"
) -> Callable[[Callable[[Request], Response]], Endpoint] | Endpoint:
    """Let those with a role read a page."""

    def wrap(wrapped: Callable[[Request], Response]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            if refused := _refused(request, role):
                return refused
            return await run_in_threadpool(wrapped, request)

        return endpoint

    return wrap(handler) if handler is not None else wrap


def acts(role: str) -> Callable[[Callable[[Request, FormData], Response]], Endpoint]:
    """Let those with a role send a form, if it came from a page of ours."""

    def wrap(wrapped: Callable[[Request, FormData], Response]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            if refused := _refused(request, role):
                return refused
            form = await read_form(request)
            refuse_foreign(request)
            shown = str(form.get("csrf_token", "")).encode("utf-8", "replace")
            if not compare_digest(shown, request.state.csrf_token.encode()):
                raise HTTPException(403, "csrf")
            return await run_in_threadpool(wrapped, request, form)

        return endpoint

    return wrap


async def read_form(request: Request) -> FormData:
    """Read a form of which there is no more than one may be.

    Raises:
        HTTPException: There is more: whoever sends it has not signed in perhaps, and what is
            read stands in memory.
    """
    length = 0
    receive = request.receive

    async def count() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length > MOST_BYTES:
            raise HTTPException(413)
        return message

    bounded = Request(request.scope, count)
    return await bounded.form(max_fields=MOST_FIELDS, max_files=0)


def refuse_foreign(request: Request) -> None:
    """Refuse a form that a page of another site sent."""
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise HTTPException(403, "csrf")


def _refused(request: Request, role: str) -> Response | None:
    if request.state.trouble is not None:  # who asks could not be found out
        raise request.state.trouble
    account = request.state.account
    if account is None:
        return go_to("/logga-in", next=_place(request))
    if account.must_change_password and not _leads_to_password(request.url.path):
        return go_to(PASSWORD_PAGE)
    if not may(account.role, role):
        raise HTTPException(403, role)
    return None


def _leads_to_password(path: str) -> bool:
    # Not by how it begins alone: /konton is another page.
    return path in (PASSWORD_PAGE, "/logga-ut") or path.startswith(f"{PASSWORD_PAGE}/")


def _place(request: Request) -> str | None:
    """Return where to go after signing in; nowhere in particular after a form."""
    if request.method != "GET" or request.url.path == "/":
        return None
    return f"{request.url.path}?{request.url.query}".rstrip("?")
