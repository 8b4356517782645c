"""Signing in and out, and the way in."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.passwords import verify_password
from motbild.core.accounts import Account
from motbild.web.attempts import must_wait, note_failure
from motbild.web.guards import acts, read_form, reads, refuse_foreign
from motbild.web.language import LANGS
from motbild.web.rendering import go_to, page, words_in
from motbild.web.room import room_of
from motbild.web.sessions import LANG_COOKIE, begin_session, end_session

START = "/lagesbild"
_MOST_LETTERS = 200


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route("/", _way_in),
        Route("/logga-in", _sign_in_page),
        Route("/logga-in", _sign_in, methods=["POST"]),
        Route("/logga-ut", _sign_out, methods=["POST"]),
        Route("/sprak/{lang}", _speak),
    ]


@reads
def _way_in(_request: Request) -> Response:
    return go_to(START)


def _sign_in_page(request: Request) -> Response:
    if request.state.account is not None:
        return go_to(START)
    return sign_in_form(request, request.query_params.get("next", ""))


async def _sign_in(request: Request) -> Response:
    refuse_foreign(request)
    form = await read_form(request)
    return await run_in_threadpool(_checked, request, form)


def _checked(request: Request, form: FormData) -> Response:
    # What is longer is no login, and is not to be kept as one that failed.
    login = str(form.get("login", ""))[:_MOST_LETTERS].strip().casefold()
    place = str(form.get("next", ""))
    if sentence := must_wait(request, login):
        return sign_in_form(request, place, sentence, login, status=429)
    account = _account(request, login, str(form.get("password", "")))
    if account is None:
        note_failure(request, login)
        sentence = words_in(request)("Användarnamnet eller lösenordet stämmer inte. Försök igen.")
        return sign_in_form(request, place, sentence, login, status=401)
    response = go_to(own_place(place))
    begin_session(request, response, account)
    return response


def _account(request: Request, login: str, password: str) -> Account | None:
    accounts = room_of(request).store.accounts
    account = accounts.find(login)
    stored = accounts.password_hash(account.account_id) if account else None
    fits = verify_password(stored, password)
    return account if fits and account and account.is_active else None


def sign_in_form(
    request: Request, place: str, sentence: str = "", login: str = "", status: int = 200
) -> Response:
    """Return the page to sign in on, with a sentence if something was wrong."""
    has_service = room_of(request).settings.oidc_issuer is not None
    values = {"next": place, "sentence": sentence, "login": login, "has_service": has_service}
    return page(request, "logga-in.html", values, status=status)


def own_place(place: str) -> str:
    """Return where to go, if it is a page of ours.

    Browsers drop tabs and line breaks from an address and take a backslash for a stroke.
    """
    is_ours = place.startswith("/") and not place.startswith(("//", "/\\"))
    return place if is_ours and place.isprintable() else START


@acts("reader")
def _sign_out(request: Request, _form: FormData) -> Response:
    response = go_to("/logga-in")
    end_session(request, response)
    return response


def _speak(request: Request) -> Response:
    """Remember a language, for those who have not signed in too."""
    lang = request.path_params["lang"]
    response = go_to(own_place(request.query_params.get("next", "/logga-in")))
    if lang in LANGS:
        response.set_cookie(LANG_COOKIE, lang, secure=True, httponly=True, samesite="lax")
    return response
