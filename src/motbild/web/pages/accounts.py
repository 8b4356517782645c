"""Konton: who may use the review room, and as what."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.passwords import draw_password, hash_password
from motbild.core.accounts import ROLES, Account
from motbild.errors import InputError
from motbild.web.guards import acts, reads
from motbild.web.log_words import ROLE_NAMES
from motbild.web.rendering import go_to, page, words_in
from motbild.web.room import actor_of, room_of

PLACE = "/konton"
SAVED = {
    "andrat": "Ändringen är sparad.",
    "stangt": "Kontot är stängt, och personen är utloggad överallt.",
    "oppnat": "Kontot är öppnat.",
}
_PREFILLED = ("login", "namn", "roll")


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(PLACE, _page),
        Route(f"{PLACE}/nytt", _create, methods=["POST"]),
        Route(f"{PLACE}/{{account_id}}/andra", _change, methods=["POST"]),
        Route(f"{PLACE}/{{account_id}}/losenord", _renew_password, methods=["POST"]),
        Route(f"{PLACE}/{{account_id}}/oppet", _open_or_close, methods=["POST"]),
    ]


@reads(role="administrator")
def _page(request: Request) -> Response:
    return _show(request)


def _show(
    request: Request,
    sentence: str = "",
    made: tuple[Account, str] | None = None,
    form: FormData | None = None,
) -> Response:
    """Return the page; a one-time password is shown on it once and kept nowhere."""
    settings, store = room_of(request).settings, room_of(request).store
    accounts = store.accounts.list()
    values = {
        "accounts": accounts,
        "by_service": {
            account.account_id
            for account in accounts
            if store.accounts.password_hash(account.account_id) is None
        },
        "roles": {role: ROLE_NAMES[role] for role in ROLES},
        "saved": SAVED.get(request.query_params.get("sparat", "")),
        "sentence": words_in(request)(sentence) if sentence else "",
        "made": made,
        "filled": {name: str(form.get(name, "")) if form else "" for name in _PREFILLED},
        "service": settings.oidc_issuer,
        "roles_by_service": settings.oidc_role_claim is not None,
    }
    return page(request, "konton.html", values, status=400 if sentence else 200)


@acts("administrator")
def _create(request: Request, form: FormData) -> Response:
    password = draw_password()
    try:
        account = room_of(request).store.accounts.create(
            str(form.get("login", "")),
            str(form.get("namn", "")),
            str(form.get("roll", "")),
            hash_password(password),
            must_change_password=True,
            actor=actor_of(request),
            now=request.state.now,
        )
    except InputError as error:
        return _show(request, str(error), form=form)
    return _show(request, made=(account, password))


@acts("administrator")
def _change(request: Request, form: FormData) -> Response:
    try:
        room_of(request).store.accounts.change(
            request.path_params["account_id"],
            name=str(form.get("namn", "")),
            role=str(form.get("roll", "")),
            actor=actor_of(request),
            now=request.state.now,
        )
    except InputError as error:
        return _show(request, str(error))
    return go_to(PLACE, sparat="andrat")


@acts("administrator")
def _renew_password(request: Request, _form: FormData) -> Response:
    accounts = room_of(request).store.accounts
    account = accounts.get(request.path_params["account_id"])
    if account is None or accounts.password_hash(account.account_id) is None:
        return _show(request, "Kontot finns inte eller har inget lösenord här.")
    password = draw_password()
    accounts.set_password(
        account.account_id,
        hash_password(password),
        must_change_password=True,
        actor=actor_of(request),
        now=request.state.now,
    )
    return _show(request, made=(account, password))


@acts("administrator")
def _open_or_close(request: Request, form: FormData) -> Response:
    is_opened = form.get("oppet") == "1"
    try:
        room_of(request).store.accounts.change(
            request.path_params["account_id"],
            is_active=is_opened,
            actor=actor_of(request),
            now=request.state.now,
        )
    except InputError as error:
        return _show(request, str(error))
    return go_to(PLACE, sparat="oppnat" if is_opened else "stangt")
