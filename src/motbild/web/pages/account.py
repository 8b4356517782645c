"""Konto: who one is here, one's password and language, and what one decided last."""

from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.passwords import hash_password, verify_password
from motbild.core.accounts import check_password
from motbild.errors import InputError
from motbild.web.attempts import must_wait, note_failure
from motbild.web.deciding import KIND_NAMES
from motbild.web.guards import acts, reads
from motbild.web.language import LANGS
from motbild.web.log_words import ROLE_NAMES
from motbild.web.rendering import go_to, page, words_in
from motbild.web.room import actor_of, room_of
from motbild.web.sessions import LANG_COOKIE, begin_session, end_session

PLACE = "/konto"
_DECISIONS = 10
ROLE_MEANINGS = {
    "reader": "Du kan läsa allt men inte besluta.",
    "reviewer": "Du kan besluta om inlägg och skriva svar.",
    "approver": "Du kan besluta, godkänna andras fakta och svar och läsa loggen.",
    "administrator": "Du kan allt, också sköta konton och trösklar.",
}
SAVED = {
    "losenord": "Lösenordet är bytt. Du är utloggad på alla andra enheter.",
    "sprak": "Språket är ändrat.",
}


@dataclass(frozen=True, slots=True)
class LastDecision:
    """A decision as its maker is reminded of it."""

    family_id: str
    kind: str
    narratives: tuple[str, ...]
    at: datetime
    is_undone: bool


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(PLACE, _page),
        Route(f"{PLACE}/losenord", _change_password, methods=["POST"]),
        Route(f"{PLACE}/sprak", _change_language, methods=["POST"]),
        Route(f"{PLACE}/logga-ut", _sign_out_everywhere, methods=["POST"]),
    ]


@reads
def _page(request: Request) -> Response:
    return _show(request)


def _show(request: Request, sentence: str = "", status: int = 200) -> Response:
    account, store = request.state.account, room_of(request).store
    values = {
        "sentence": sentence,
        "saved": SAVED.get(request.query_params.get("sparat", "")),
        "role_name": ROLE_NAMES[account.role],
        "role_meaning": ROLE_MEANINGS[account.role],
        "has_password": store.accounts.password_hash(account.account_id) is not None,
        "decisions": _last_decisions(request),
        "kinds": KIND_NAMES,
    }
    return page(request, "konto.html", values, status=status)


def _last_decisions(request: Request) -> list[LastDecision]:
    """Return one's newest decisions, as the log has them."""
    store, actor = room_of(request).store, actor_of(request)
    found = []
    for entry in store.audit.entries(actor=actor, action="decided", limit=_DECISIONS):
        act = store.decisions.find_act(str(entry.details.get("act_id", entry.subject)))
        found.append(
            LastDecision(
                family_id=entry.subject,
                kind=str(entry.details.get("kind", "")),
                narratives=tuple(entry.details.get("narratives", ())),
                at=entry.at,
                is_undone=act is not None and act.undone_by is not None,
            )
        )
    return found


@acts("reader")
def _change_password(request: Request, form: FormData) -> Response:
    account = request.state.account
    if waiting := must_wait(request, account.login):
        return _show(request, waiting, status=429)
    stored = room_of(request).store.accounts.password_hash(account.account_id)
    if not verify_password(stored, str(form.get("nuvarande", ""))):
        note_failure(request, account.login)
        sentence = "Det nuvarande lösenordet stämmer inte. Försök igen."
        return _show(request, words_in(request)(sentence), status=400)
    if problem := _problem_with(str(form.get("nytt", "")), form, account.login):
        return _show(request, words_in(request)(problem), status=400)
    return _set_password(request, str(form["nytt"]))


def _problem_with(new: str, form: FormData, login: str) -> str | None:
    if new != form.get("igen"):
        return "De två nya lösenorden är inte lika. Skriv samma i båda fälten."
    if new == form.get("nuvarande"):
        return "Det nya lösenordet är samma som det nuvarande. Välj ett annat."
    try:
        check_password(new, login)
    except InputError as error:
        return str(error)
    return None


def _set_password(request: Request, new: str) -> Response:
    account, now = request.state.account, request.state.now
    room_of(request).store.accounts.set_password(
        account.account_id,
        hash_password(new),
        must_change_password=False,
        actor=account.login,
        now=now,
    )
    response = go_to(PLACE, sparat="losenord")
    begin_session(request, response, account)  # every session has ended, this one too
    return response


@acts("reader")
def _change_language(request: Request, form: FormData) -> Response:
    account, lang = request.state.account, str(form.get("lang", ""))
    accounts = room_of(request).store.accounts
    accounts.change(account.account_id, lang=lang, actor=account.login, now=request.state.now)
    response = go_to(PLACE, sparat="sprak")
    if lang in LANGS:
        response.set_cookie(LANG_COOKIE, lang, secure=True, httponly=True, samesite="lax")
    return response


@acts("reader")
def _sign_out_everywhere(request: Request, _form: FormData) -> Response:
    account = request.state.account
    sessions = room_of(request).store.sessions
    sessions.end_all(account.account_id, actor=account.login, now=request.state.now)
    response = go_to("/logga-in")
    end_session(request, response)
    return response
