"""Signing in by the service that the workplace has, where one is set."""

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.sign_in_service import SignInError, SignInService
from motbild.core.accounts import ROLES, Account
from motbild.core.display import show
from motbild.errors import InputError
from motbild.settings import Settings
from motbild.web.pages.entrance import own_place, sign_in_form
from motbild.web.rendering import go_to, words_in
from motbild.web.room import room_of
from motbild.web.sessions import begin_session, digest_token
from motbild.web.signing_in import LASTING, OnTheWay

PLACE = "/logga-in/oidc"
COOKIE = "motbild_on_the_way"
ACTOR = "(oidc)"  # as the log names the service; no login has parentheses
_NAME_LENGTH = 80
_TRIES = 50


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _leave), Route(f"{PLACE}/svar", _come_back, name="oidc-answer")]


def _leave(request: Request) -> Response:
    """Send somebody to the service."""
    place = own_place(request.query_params.get("next", ""))
    service = _service(request)
    try:
        begun = service.begin(str(request.url_for("oidc-answer")))
    except SignInError as error:
        return _refuse(request, error.reason, place)
    token = secrets.token_urlsafe(32)
    room_of(request).on_their_way.keep(
        digest_token(token), OnTheWay(begun, place, request.state.now)
    )
    response = go_to(begun.address)
    response.set_cookie(
        COOKIE,
        token,
        path=PLACE,
        max_age=int(LASTING.total_seconds()),
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return response


def _come_back(request: Request) -> Response:
    """Sign in whoever the service vouches for; each way there leads back once."""
    service, token = _service(request), request.cookies.get(COOKIE, "")
    who = room_of(request).on_their_way.take(digest_token(token), request.state.now)
    if who is None:
        return _refuse(request, "unknown")
    try:
        claims = service.finish(who.begun, dict(request.query_params), request.state.now)
    except SignInError as error:
        return _refuse(request, error.reason, who.place)
    account = _account_of(request, service.issuer, claims)
    if not account.is_active:
        return _refuse(request, "closed", who.place)
    response = go_to(who.place)
    response.delete_cookie(COOKIE, path=PLACE, secure=True, httponly=True, samesite="lax")
    begin_session(request, response, account)
    return response


def _service(request: Request) -> SignInService:
    settings = room_of(request).settings
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        raise HTTPException(404)
    secret = settings.oidc_client_secret
    return SignInService(
        settings.oidc_issuer,
        settings.oidc_client_id,
        secret.get_secret_value() if secret is not None else None,
    )


def _refuse(request: Request, reason: str, place: str = "") -> Response:
    """Say that it failed; why stands in the log, for whoever runs this."""
    words = words_in(request)
    if reason == "unknown":  # nothing of ours came back: nothing to log either
        sentence = words("Inloggningen tog för lång tid eller var redan använd. Börja om.")
        return sign_in_form(request, place, sentence, status=400)
    details = {"service": room_of(request).settings.oidc_issuer, "reason": reason}
    store = room_of(request).store
    store.audit.note("sign-in-failed", "-", details, actor=ACTOR, now=request.state.now)
    sentence = (
        words("Kontot är stängt. Be en administratör öppna det.")
        if reason == "closed"
        else words(
            "Inloggningen gick inte att bekräfta. Börja om; händer det igen, säg till den som "
            "sköter Motbild."
        )
    )
    return sign_in_form(request, place, sentence, status=403)


def _account_of(request: Request, issuer: str, claims: Mapping[str, Any]) -> Account:
    """Return the account of a subject, made where there is none, with the role it now has.

    Accounts are known by issuer and subject alone: an e-mail address may pass to another.
    """
    accounts, now = room_of(request).store.accounts, request.state.now
    role = role_of(room_of(request).settings, claims)
    account = accounts.find_subject(issuer, claims["sub"])
    if account is None:
        return _make_account(request, issuer, claims, role or ROLES[0])
    if role is not None and role != account.role:
        with suppress(InputError):  # the last administrator stays one
            return accounts.change(account.account_id, role=role, actor=ACTOR, now=now)
    return account


def _make_account(request: Request, issuer: str, claims: Mapping[str, Any], role: str) -> Account:
    accounts, now = room_of(request).store.accounts, request.state.now
    login = _free_login(request, claims)
    name = show(str(claims.get("name") or login), _NAME_LENGTH)
    account = accounts.create(
        login, name, role, None, must_change_password=False, actor=ACTOR, now=now
    )
    accounts.link_subject(account.account_id, issuer, claims["sub"], actor=ACTOR, now=now)
    return account


def _free_login(request: Request, claims: Mapping[str, Any]) -> str:
    """Return a login that nobody has: who has one is somebody else, whatever they are called."""
    accounts = room_of(request).store.accounts
    told = str(claims.get("preferred_username") or claims.get("email") or "").casefold()
    wanted = re.sub(r"[^a-zà-öø-ÿ0-9._@+-]", "", told).lstrip("._@+-")[:58]
    if len(wanted) < 2:
        wanted = f"konto-{secrets.token_hex(4)}"
    tried = [wanted, *(f"{wanted}-{number}" for number in range(2, _TRIES))]
    free = (login for login in tried if accounts.find(login) is None)
    return next(free, f"konto-{secrets.token_hex(8)}")


def role_of(settings: Settings, claims: Mapping[str, Any]) -> str | None:
    """Return the highest role that the service gives; None where it gives no roles at all."""
    if settings.oidc_role_claim is None:
        return None
    told = _find_claim(claims, settings.oidc_role_claim)
    values = told if isinstance(told, list) else [told]
    known = settings.oidc_roles
    given = {known[value] for value in values if isinstance(value, str) and value in known}
    return max(given, key=ROLES.index, default=ROLES[0])


def _find_claim(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim by its name, or by its way through others, as in `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
