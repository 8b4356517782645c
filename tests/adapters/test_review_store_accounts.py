"""Accounts, sessions, visits and claims in the review store."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.review_store.claims import Claim
from motbild.core.accounts import Account
from motbild.errors import InputError
from tests.decisions import MOMENT

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def _make(store: ReviewStore, login: str, role: str = "reviewer") -> Account:
    return store.accounts.create(
        login, "Namn", role, "hash", must_change_password=False, actor="rot", now=MOMENT
    )


def _sign_in(store: ReviewStore, account: Account, token: str) -> None:
    store.sessions.begin(
        account.account_id,
        token,
        "csrf",
        now=MOMENT,
        expires_at=MOMENT + 12 * HOUR,
        actor=account.login,
    )


def test_an_account_is_found_however_its_login_is_typed(store: ReviewStore) -> None:
    """Case and space around a login do not matter; its password hash is told to nobody else."""
    made = _make(store, " Anna.Ek ")
    assert made.login == "anna.ek"
    assert store.accounts.find("ANNA.EK ") == made == store.accounts.get(made.account_id)
    assert store.accounts.list() == [made]
    assert store.accounts.password_hash(made.account_id) == "hash"
    assert (store.accounts.find("bo"), store.accounts.get("x")) == (None, None)
    assert store.accounts.password_hash("x") is None


def test_a_login_is_taken_once(store: ReviewStore) -> None:
    """In whatever case, and nothing is left of the second try."""
    _make(store, "anna")
    with pytest.raises(InputError, match="upptaget"):
        _make(store, "ANNA")
    with pytest.raises(InputError, match="Inloggningsnamnet ska"):
        _make(store, "anna ek")
    with pytest.raises(InputError, match="Välj en roll"):
        _make(store, "bo", "boss")
    assert store.accounts.count() == 1
    assert store.audit.verify() == []


def test_the_first_account_is_an_administrator(store: ReviewStore) -> None:
    """With a password to change; there is no second first one."""
    first = store.accounts.create_first("rot", "Rot", "hash", actor="terminal", now=MOMENT)
    assert first is not None
    assert (first.role, first.must_change_password) == ("administrator", True)
    assert store.accounts.create_first("rot2", "Rot", "h", actor="terminal", now=MOMENT) is None


def test_an_administrator_is_always_left(store: ReviewStore) -> None:
    """The last one can neither be closed nor be given another role."""
    first = _make(store, "rot", "administrator")
    for change in ({"is_active": False}, {"role": "reader"}):
        with pytest.raises(InputError, match="administratör måste finnas kvar"):
            store.accounts.change(first.account_id, **change, actor="rot", now=MOMENT)
    second = _make(store, "anna", "administrator")
    changed = store.accounts.change(first.account_id, role="reader", actor="rot", now=MOMENT)
    assert changed.role == "reader"
    assert store.accounts.get(first.account_id) == changed
    with pytest.raises(InputError, match="administratör måste finnas kvar"):
        store.accounts.change(second.account_id, is_active=False, actor="rot", now=MOMENT)


def test_what_is_changed_is_logged(store: ReviewStore) -> None:
    """Only what became another is; what cannot be is refused."""
    made = _make(store, "anna")
    store.accounts.change(made.account_id, name="Namn", lang="en", actor="rot", now=MOMENT)
    assert store.audit.entries()[0].details == {"lang": "en"}
    store.accounts.change(made.account_id, lang="en", actor="rot", now=MOMENT)
    assert len(store.audit.entries(action="account-changed")) == 1
    for wrong in ({"lang": "fi"}, {"role": "boss"}, {"name": " "}):
        with pytest.raises(InputError):
            store.accounts.change(made.account_id, **wrong, actor="rot", now=MOMENT)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="finns inte"):
        store.accounts.change("x", lang="en", actor="rot", now=MOMENT)


def test_a_password_is_changed_and_its_sessions_end(store: ReviewStore) -> None:
    """Whoever was in with the old one is out; a stronger hash of the same changes nothing."""
    made = _make(store, "anna")
    _sign_in(store, made, "t")
    store.accounts.renew_hash(made.account_id, "stronger")
    assert store.accounts.password_hash(made.account_id) == "stronger"
    assert store.sessions.find("t", MOMENT) is not None
    store.accounts.set_password(
        made.account_id, "new", must_change_password=True, actor="rot", now=MOMENT
    )
    assert store.accounts.password_hash(made.account_id) == "new"
    assert store.sessions.find("t", MOMENT) is None
    changed = store.accounts.get(made.account_id)
    assert changed is not None
    assert changed.must_change_password
    with pytest.raises(InputError, match="finns inte"):
        store.accounts.set_password("x", "h", must_change_password=True, actor="r", now=MOMENT)


def test_a_subject_signs_in_as_one_account(store: ReviewStore) -> None:
    """Linked twice it is linked once, and never to two."""
    anna, bo = _make(store, "anna"), _make(store, "bo")
    for _ in range(2):
        store.accounts.link_subject(anna.account_id, "https://idp", "s1", actor="rot", now=MOMENT)
    assert store.accounts.find_subject("https://idp", "s1") == anna
    assert store.accounts.find_subject("https://other", "s1") is None
    with pytest.raises(InputError, match="redan kopplad"):
        store.accounts.link_subject(bo.account_id, "https://idp", "s1", actor="rot", now=MOMENT)
    with pytest.raises(InputError, match="finns inte"):
        store.accounts.link_subject("x", "https://idp", "s2", actor="rot", now=MOMENT)


def test_a_session_ends_by_itself(store: ReviewStore) -> None:
    """After eight hours without a request, and at its end whatever happens."""
    made = _make(store, "anna")
    _sign_in(store, made, "t")
    found = store.sessions.find("t", MOMENT + 7 * HOUR)
    assert found is not None
    assert found[1] == made
    assert store.sessions.find("t", MOMENT + 11 * HOUR) is not None
    assert store.sessions.find("t", MOMENT + 12 * HOUR) is None
    _sign_in(store, made, "u")
    assert store.sessions.find("u", MOMENT + 8 * HOUR) is None
    assert store.sessions.find("unknown", MOMENT) is None


def test_a_session_is_touched_once_a_minute(store: ReviewStore) -> None:
    """A page with many parts does not write for each."""
    _sign_in(store, _make(store, "anna"), "t")
    seen = []
    for seconds in (59, 60, 61, 119, 121):
        store.sessions.find("t", MOMENT + timedelta(seconds=seconds))
        found = store.sessions.find("t", MOMENT)
        assert found is not None
        seen.append((found[0].last_seen_at - MOMENT).seconds)
    assert seen == [0, 60, 60, 60, 121]


def test_signing_out_and_closing_an_account_end_sessions(store: ReviewStore) -> None:
    """At the next request already; signing out twice is logged once."""
    anna, bo = _make(store, "anna"), _make(store, "bo")
    _sign_in(store, anna, "t")
    _sign_in(store, bo, "u")
    for _ in range(2):
        store.sessions.end("t", actor="anna", now=MOMENT)
    assert store.sessions.find("t", MOMENT) is None
    assert len(store.audit.entries(action="signed-out")) == 1
    store.accounts.change(bo.account_id, is_active=False, actor="rot", now=MOMENT)
    assert store.sessions.find("u", MOMENT) is None
    store.accounts.change(bo.account_id, is_active=True, actor="rot", now=MOMENT)
    assert store.sessions.find("u", MOMENT) is None


def test_failures_count_by_login_and_by_address(store: ReviewStore) -> None:
    """Until somebody gets in with that login."""
    made = _make(store, "anna")
    for minutes, (login, place) in enumerate([("Anna", "p1"), ("anna ", "p2"), ("bo", "p1")]):
        store.sessions.note_failure(login, place, MOMENT + minutes * MINUTE)
    assert len(store.sessions.failures("anna", "p1", MOMENT)) == 3
    assert store.sessions.failures("anna", "p9", MOMENT) == [MOMENT, MOMENT + MINUTE]
    assert len(store.sessions.failures("anna", "p1", MOMENT + MINUTE)) == 2
    _sign_in(store, made, "t")
    assert len(store.sessions.failures("anna", "p1", MOMENT)) == 1


def test_what_is_typed_as_a_login_is_kept_nowhere(store: ReviewStore, tmp_path: Path) -> None:
    """Some type their password there; the log names only accounts that are."""
    _make(store, "anna")
    for typed in ("anna", "hemligt lösen 17"):
        store.sessions.note_failure(typed, "p1", MOMENT)
    unknown, known = store.audit.entries(action="sign-in-failed")
    assert (unknown.subject, unknown.details) == ("-", {})
    assert known.details == {"login": "anna"}
    with closing(sqlite3.connect(tmp_path / "home" / "review.sqlite")) as connection:
        assert not any("hemligt" in line for line in connection.iterdump())


def test_what_is_over_is_swept(store: ReviewStore, tmp_path: Path) -> None:
    """Sessions that ended and failures of yesterday are deleted; others are not."""
    made = _make(store, "anna")
    _sign_in(store, made, "t")
    store.sessions.note_failure("bo", "p1", MOMENT)
    store.sessions.sweep(MOMENT + HOUR)
    assert store.sessions.find("t", MOMENT + HOUR) is not None
    store.sessions.sweep(MOMENT + 25 * HOUR)
    assert store.sessions.failures("bo", "p1", MOMENT) == []
    with closing(sqlite3.connect(tmp_path / "home" / "review.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)


@pytest.mark.parametrize("is_right", [True, False])
def test_whoever_comes_next_sweeps(store: ReviewStore, tmp_path: Path, is_right: bool) -> None:
    """What failed sign-ins leave of people is gone with the first try a day later."""
    made = _make(store, "anna")
    store.sessions.note_failure("bo", "p1", MOMENT)
    later = MOMENT + 25 * HOUR
    if is_right:
        store.sessions.begin(
            made.account_id, "t", "csrf", now=later, expires_at=later + HOUR, actor="anna"
        )
    else:
        store.sessions.note_failure("carl", "p2", later)
    with closing(sqlite3.connect(tmp_path / "home" / "review.sqlite")) as connection:
        (left,) = connection.execute("SELECT count(*) FROM sign_in_failures").fetchone()
    assert left == (0 if is_right else 1)


def test_a_visit_begins_after_half_an_hours_pause(store: ReviewStore) -> None:
    """What is new is told since the end of the visit before, all through this one."""
    told = []
    for minutes in (0, 20, 45, 76, 90, 100):
        store.sessions.mark_visit("a", MOMENT + minutes * MINUTE)
        told.append(store.sessions.last_visit("a"))
    assert told == [None, None, None, *[MOMENT + 45 * MINUTE] * 3]
    assert store.sessions.last_visit("b") is None


def test_a_claim_is_the_first_ones_until_it_passes(store: ReviewStore) -> None:
    """Another is told whose it is; its holder may hold it for longer."""
    mine = store.claims.claim("f1", actor="anna", now=MOMENT)
    assert mine == Claim("f1", "anna", MOMENT, MOMENT + 10 * MINUTE)
    assert store.claims.claim("f1", actor="bo", now=MOMENT + 9 * MINUTE) == mine
    longer = store.claims.claim("f1", actor="anna", now=MOMENT + 9 * MINUTE)
    assert longer == Claim("f1", "anna", MOMENT, MOMENT + 19 * MINUTE)
    taken = store.claims.claim("f1", actor="bo", now=MOMENT + 19 * MINUTE, minutes=1)
    assert taken == Claim("f1", "bo", MOMENT + 19 * MINUTE, MOMENT + 20 * MINUTE)
    assert store.audit.entries() == []


def test_claims_that_hold_are_told(store: ReviewStore) -> None:
    """Those that passed are not, and only the holder gives one back."""
    held = store.claims.claim("f1", actor="anna", now=MOMENT)
    store.claims.claim("f2", actor="bo", now=MOMENT, minutes=1)
    store.claims.release("f1", "bo")
    assert store.claims.held(MOMENT + 5 * MINUTE) == {"f1": held}
    store.claims.release("f1", "anna")
    assert set(store.claims.held(MOMENT)) == {"f2"}
