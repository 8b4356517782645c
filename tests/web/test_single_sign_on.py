"""Signing in by a service, walked against one that runs on this machine."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from motbild.errors import InputError
from motbild.settings import Settings
from motbild.web.pages.single_sign_on import role_of
from tests.rooms import HASH, NOW, TestRoom, Visitor
from tests.web.provider import CLIENT, OTHER_KEY, SECRET, Provider, serve_provider

REFUSED = "Inloggningen gick inte att bekräfta."


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A service on this machine."""
    with serve_provider(NOW) as served:
        yield served


@pytest.fixture
def joined(room: TestRoom, provider: Provider) -> TestRoom:
    """A room that the service is set for."""
    use(room, oidc_issuer=provider.issuer)
    return room


def use(room: TestRoom, **changes: Any) -> None:
    """Set a room's settings otherwise."""
    base = {"oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    room.room.settings = room.room.settings.model_copy(update=base | changes)


def leave(visitor: Visitor, place: str = "") -> httpx2.Response:
    """Follow the button to the service, and return what it sends the browser back with."""
    away = visitor.client.get(
        "/logga-in/oidc", params={"next": place} if place else {}, follow_redirects=False
    )
    assert away.status_code == 303, away.text
    return httpx2.get(away.headers["location"], follow_redirects=False)


def come_back(visitor: Visitor, sent: httpx2.Response) -> Any:
    """Follow the way back from the service."""
    return visitor.client.get(sent.headers["location"], follow_redirects=False)


def sign_in(room: TestRoom) -> tuple[Visitor, Any]:
    """Walk there and back."""
    visitor = room.visitor()
    return visitor, come_back(visitor, leave(visitor))


def reasons(room: TestRoom) -> list[str]:
    """Return why sign-ins failed, as the log has it."""
    entries = room.store.audit.entries(action="sign-in-failed")
    return [entry.details["reason"] for entry in entries]


def test_the_button_is_there_where_a_service_is_set(joined: TestRoom) -> None:
    """The page to sign in on leads to the service, and remembers where one was going."""
    page = joined.visitor().get("/logga-in?next=/logg")
    assert 'href="/logga-in/oidc?next=%2Flogg"' in page


def test_no_service_is_set(room: TestRoom) -> None:
    """Without the setting there is neither button nor page."""
    visitor = room.visitor()
    assert "/logga-in/oidc" not in visitor.get("/logga-in")
    assert visitor.client.get("/logga-in/oidc").status_code == 404
    assert visitor.client.get("/logga-in/oidc/svar?code=x&state=y").status_code == 404


def test_the_first_sign_in_makes_a_reader(joined: TestRoom) -> None:
    """Whoever the service vouches for gets an account that may read, and is signed in."""
    visitor, answer = sign_in(joined)
    assert answer.headers["location"] == "/lagesbild"
    assert "Siv Sol" in visitor.get("/konto")
    assert "Du loggar in med arbetskontot" in visitor.get("/konto")
    (made,) = (each for each in joined.store.accounts.list() if each.name == "Siv Sol")
    assert (made.role, made.must_change_password) == ("reader", False)


def test_the_next_sign_in_finds_the_account(joined: TestRoom) -> None:
    """The same subject is the same account, whatever name or address it has by then."""
    sign_in(joined)
    count = joined.store.accounts.count()
    visitor, _ = sign_in(joined)
    assert joined.store.accounts.count() == count
    assert "Siv Sol" in visitor.get("/konto")


def test_an_address_is_nobody(joined: TestRoom, provider: Provider) -> None:
    """A subject that calls itself as an account here does not become that account."""
    provider.claims = {"sub": "u-9", "email": "ada", "preferred_username": "ada"}
    sign_in(joined)
    account = joined.store.accounts.find_subject(provider.issuer, "u-9")
    assert account is not None
    assert (account.login, account.role) == ("ada-2", "reader")


def test_one_comes_to_where_one_was_going(joined: TestRoom) -> None:
    """The way goes on to the page that was asked for, and to no other site."""
    visitor = joined.visitor()
    answer = come_back(visitor, leave(visitor, "/narrativ?flik=modell"))
    assert answer.headers["location"] == "/narrativ?flik=modell"
    visitor = joined.visitor()
    answer = come_back(visitor, leave(visitor, "//ond.example"))
    assert answer.headers["location"] == "/lagesbild"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"nonce": "en-annan"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "en-annan-klient"}, "aud"),
        ({"aud": [CLIENT, "en-annan"]}, "azp"),
        ({"azp": "en-annan"}, "azp"),
        ({"iss": "https://ond.example"}, "iss"),
        ({"exp": int(NOW.timestamp()) - 120}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": int(NOW.timestamp()) + 600}, "iat"),
        ({"sub": None}, "sub"),
    ],
)
def test_a_token_that_does_not_hold_is_refused(
    joined: TestRoom, provider: Provider, changed: dict[str, Any], reason: str
) -> None:
    """Nobody is signed in; one sentence says so, and the log says why."""
    provider.changed = changed
    visitor, answer = sign_in(joined)
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert visitor.client.get("/konto", follow_redirects=False).status_code == 303
    assert reasons(joined) == [reason]


def test_a_token_that_another_signed_is_refused(joined: TestRoom, provider: Provider) -> None:
    """The key must be one that the service publishes."""
    provider.key = OTHER_KEY
    _, answer = sign_in(joined)
    assert (answer.status_code, reasons(joined)) == (403, ["signature"])


def test_a_service_that_says_it_is_another_is_refused(joined: TestRoom, provider: Provider) -> None:
    """What discovery says of the issuer must be what the setting says."""
    provider.described = {"issuer": "https://ond.example"}
    answer = joined.visitor().client.get("/logga-in/oidc", follow_redirects=False)
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert reasons(joined) == ["foreign-issuer"]


def test_an_answer_that_names_another_issuer_is_refused(joined: TestRoom) -> None:
    """An answer mixed up with another service's leads nowhere."""
    visitor = joined.visitor()
    back = leave(visitor).headers["location"]
    mixed = back.replace("iss=http", "iss=https")
    assert visitor.client.get(mixed).status_code == 403
    assert reasons(joined) == ["foreign-issuer"]


def test_an_answer_is_used_once(joined: TestRoom) -> None:
    """The same state and code again sign nobody in."""
    visitor = joined.visitor()
    sent = leave(visitor)
    cookies = dict(visitor.client.cookies)
    assert come_back(visitor, sent).status_code == 303
    again = joined.visitor()
    again.client.cookies.update(cookies)
    answer = come_back(again, sent)
    assert answer.status_code == 400
    assert "redan använd" in answer.text


def test_another_browser_cannot_use_an_answer(joined: TestRoom) -> None:
    """Whoever did not leave does not come back, even with the right address."""
    sent = leave(joined.visitor())
    assert come_back(joined.visitor(), sent).status_code == 400


def test_a_state_of_another_is_refused(joined: TestRoom) -> None:
    """An answer to somebody else's question is none to one's own."""
    visitor = joined.visitor()
    leave(visitor)
    answer = come_back(visitor, leave(joined.visitor()))
    assert (answer.status_code, reasons(joined)) == (403, ["state"])


def test_who_stays_away_long_must_begin_again(joined: TestRoom) -> None:
    """After ten minutes the way back is closed."""
    visitor = joined.visitor()
    sent = leave(visitor)
    joined.now += timedelta(minutes=10)
    assert come_back(visitor, sent).status_code == 400


def test_who_the_service_turns_away_is_told(joined: TestRoom, provider: Provider) -> None:
    """A denial ends on the page to sign in on."""
    provider.denies = True
    _, answer = sign_in(joined)
    assert (answer.status_code, reasons(joined)) == (403, ["denied"])


def test_a_service_that_is_away_is_told(joined: TestRoom) -> None:
    """Passwords work all the same."""
    use(joined, oidc_issuer="http://127.0.0.1:9")
    answer = joined.visitor().client.get("/logga-in/oidc", follow_redirects=False)
    assert (answer.status_code, reasons(joined)) == (403, ["discovery"])
    assert 'name="password"' in answer.text


def test_a_closed_account_stays_closed(joined: TestRoom, provider: Provider) -> None:
    """The service cannot open what an administrator has closed."""
    sign_in(joined)
    account = joined.store.accounts.find_subject(provider.issuer, "u-17")
    assert account is not None
    joined.store.accounts.change(account.account_id, is_active=False, actor="ada", now=NOW)
    _, answer = sign_in(joined)
    assert answer.status_code == 403
    assert "Kontot är stängt." in answer.text


def test_roles_follow_the_service(joined: TestRoom, provider: Provider) -> None:
    """Where a claim tells roles, each sign-in gives the role that it tells then."""
    use(
        joined,
        oidc_issuer=provider.issuer,
        oidc_role_claim="groups",
        oidc_roles={"granskare": "reviewer", "chefer": "approver"},
    )
    provider.claims["groups"] = ["alla", "granskare", "chefer"]
    sign_in(joined)
    account = joined.store.accounts.find_subject(provider.issuer, "u-17")
    assert account is not None
    assert account.role == "approver"
    provider.claims["groups"] = ["alla"]
    sign_in(joined)
    account = joined.store.accounts.find_subject(provider.issuer, "u-17")
    assert account is not None
    assert account.role == "reader"


def test_roles_are_found_inside_other_claims() -> None:
    """A claim may lie within others, be one word, or be missing; nonsense gives no role."""
    settings = Settings.load(
        oidc_role_claim="realm_access.roles", oidc_roles={"granskare": "reviewer"}
    )
    assert role_of(settings, {"realm_access": {"roles": ["granskare"]}}) == "reviewer"
    assert role_of(settings, {"realm_access.roles": "granskare"}) == "reviewer"
    assert role_of(settings, {"realm_access": "granskare"}) == "reader"
    assert role_of(settings, {"realm_access": {"roles": [{}, 1, None]}}) == "reader"
    assert role_of(Settings.load(), {"realm_access": {"roles": ["granskare"]}}) is None


def test_a_closed_password_is_no_way_in(joined: TestRoom) -> None:
    """An account of the service has no password, and none can be set for it."""
    sign_in(joined)
    (made,) = (each for each in joined.store.accounts.list() if each.name == "Siv Sol")
    answer = joined.visitor().send("/logga-in", {"login": made.login, "password": ""})
    assert answer.status_code == 401
    admin = joined.visitor("ada")
    told = admin.send(f"/konton/{made.account_id}/losenord", {})
    assert told.status_code == 400
    assert joined.store.accounts.password_hash(made.account_id) is None
    assert HASH  # others keep theirs


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://login.example", "oidc_client_id": "x"},
        {"oidc_issuer": "login.example", "oidc_client_id": "x"},
        {"oidc_issuer": "https://login.example"},
        {"oidc_roles": {"granskare": "chef"}},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    """An issuer without HTTPS, one without a client, or a role that is none."""
    with pytest.raises(InputError, match="MOTBILD_OIDC_"):
        Settings.load(**wrong)
