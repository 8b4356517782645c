"""Accounts in the review store: made, changed, closed; never deleted, since the log names them."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger, Writing
from motbild.adapters.review_store.tables import accounts, sessions, subjects
from motbild.core.accounts import ADMINISTRATOR, Account, check_login, check_role
from motbild.errors import InputError

LANGUAGES = ("sv", "en")
ACCOUNT_COLUMNS = tuple(column for column in accounts.c if column.name != "password_hash")


class Accounts:
    """Who may use the review room."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def count(self) -> int:
        """Return how many accounts there are, closed ones too."""
        with self._ledger.reading() as connection:
            return _count(connection)

    def create(
        self,
        login: str,
        name: str,
        role: str,
        password_hash: str | None,
        *,
        must_change_password: bool,
        actor: str,
        now: datetime,
    ) -> Account:
        """Make an account.

        Args:
            login: As it will be typed; case does not matter.
            name: As it is shown.
            role: One of `accounts.ROLES`.
            password_hash: None where another service vouches for who it is.
            must_change_password: Whether a password is chosen at the first sign-in.
            actor: Who makes it.
            now: When.

        Raises:
            InputError: The login is taken or cannot be one, or the role is none.
        """
        account = _new_account(login, name, role, must_change_password, now)
        with self._ledger.writing(actor, now) as writing:
            return _add(writing, account, password_hash)

    def create_first(
        self, login: str, name: str, password_hash: str, *, actor: str, now: datetime
    ) -> Account | None:
        """Make an administrator, who must change the password, if there is no account at all.

        Of two that try at once one succeeds.
        """
        account = _new_account(login, name, ADMINISTRATOR, True, now)
        with self._ledger.writing(actor, now) as writing:
            if _count(writing.connection):
                return None
            return _add(writing, account, password_hash)

    def find(self, login: str) -> Account | None:
        """Return the account with a login, in whatever case it was typed."""
        return self._read_one(accounts.c.login == login.strip().casefold())

    def get(self, account_id: str) -> Account | None:
        """Return an account by its id."""
        return self._read_one(accounts.c.account_id == account_id)

    def list(self) -> list[Account]:
        """Return every account, by login."""
        query = sa.select(*ACCOUNT_COLUMNS).order_by(accounts.c.login)
        with self._ledger.reading() as connection:
            return [Account(**row) for row in connection.execute(query).mappings()]

    def password_hash(self, account_id: str) -> str | None:
        """Return the hash that a typed password is compared with, or None."""
        query = sa.select(accounts.c.password_hash).where(accounts.c.account_id == account_id)
        with self._ledger.reading() as connection:
            return connection.scalar(query)

    def set_password(
        self,
        account_id: str,
        password_hash: str,
        *,
        must_change_password: bool,
        actor: str,
        now: datetime,
    ) -> None:
        """Give an account another password, and end its sessions.

        Raises:
            InputError: There is no such account.
        """
        changed = {"password_hash": password_hash, "must_change_password": must_change_password}
        with self._ledger.writing(actor, now) as writing:
            _update(writing, account_id, changed)
            _end_sessions(writing, account_id)
            details = {"must_change_password": must_change_password}
            writing.note("password-changed", account_id, details)

    def renew_hash(self, account_id: str, password_hash: str) -> None:
        """Store the same password by stronger means; nothing else changes, nothing is logged."""
        query = accounts.update().where(accounts.c.account_id == account_id)
        with self._ledger.passing() as connection:
            connection.execute(query.values(password_hash=password_hash))

    def change(
        self,
        account_id: str,
        *,
        name: str | None = None,
        role: str | None = None,
        is_active: bool | None = None,
        lang: str | None = None,
        actor: str,
        now: datetime,
    ) -> Account:
        """Change what is given; closing an account ends its sessions.

        Raises:
            InputError: There is no such account, role or language, or no active
                administrator would be left.
        """
        given = {"name": name, "role": role, "is_active": is_active, "lang": lang}
        changed = {key: value for key, value in given.items() if value is not None}
        _check(changed)
        with self._ledger.writing(actor, now) as writing:
            before = _find_row(writing.connection, accounts.c.account_id == account_id)
            if before is None:
                raise InputError("Kontot finns inte; ladda om sidan.")
            changed = {key: value for key, value in changed.items() if value != before[key]}
            if changed:
                _change(writing, account_id, before, changed)
            return Account(**(dict(before) | changed))

    def find_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account that a subject of a sign-in service is linked to."""
        linked = sa.select(subjects.c.account_id).where(
            subjects.c.issuer == issuer, subjects.c.subject == subject
        )
        return self._read_one(accounts.c.account_id == linked.scalar_subquery())

    def link_subject(
        self, account_id: str, issuer: str, subject: str, *, actor: str, now: datetime
    ) -> None:
        """Let a subject of a sign-in service sign in as an account.

        Raises:
            InputError: The subject is linked to another account, or there is no such account.
        """
        key = (subjects.c.issuer == issuer) & (subjects.c.subject == subject)
        with self._ledger.writing(actor, now) as writing:
            linked = writing.connection.scalar(sa.select(subjects.c.account_id).where(key))
            if linked == account_id:
                return
            if linked is not None:
                raise InputError("Inloggningen är redan kopplad till ett annat konto.")
            if _find_row(writing.connection, accounts.c.account_id == account_id) is None:
                raise InputError("Kontot finns inte; ladda om sidan.")
            row = {"issuer": issuer, "subject": subject, "account_id": account_id}
            writing.connection.execute(subjects.insert().values(row | {"linked_at": now}))
            writing.note("account-changed", account_id, {"linked_issuer": issuer})

    def _read_one(self, which: sa.ColumnElement[bool]) -> Account | None:
        with self._ledger.reading() as connection:
            row = _find_row(connection, which)
        return None if row is None else Account(**row)


def _new_account(
    login: str, name: str, role: str, must_change_password: bool, now: datetime
) -> Account:
    check_role(role)
    login = check_login(login)
    return Account(
        account_id=secrets.token_hex(8),
        login=login,
        name=name.strip() or login,
        role=role,
        is_active=True,
        must_change_password=must_change_password,
        lang=LANGUAGES[0],
        created_at=now,
    )


def _add(writing: Writing, account: Account, password_hash: str | None) -> Account:
    if _find_row(writing.connection, accounts.c.login == account.login) is not None:
        raise InputError("Inloggningsnamnet är upptaget; välj ett annat.")
    row = {name: getattr(account, name) for name in account.__dataclass_fields__}
    writing.connection.execute(accounts.insert().values(row | {"password_hash": password_hash}))
    details = {"login": account.login, "role": account.role}
    writing.note("account-created", account.account_id, details)
    return account


def _check(changed: dict[str, Any]) -> None:
    if "role" in changed:
        check_role(changed["role"])
    if changed.get("lang", LANGUAGES[0]) not in LANGUAGES:
        raise InputError("Välj svenska eller engelska.")
    if "name" in changed and not changed["name"].strip():
        raise InputError("Skriv ett namn.")


def _change(
    writing: Writing, account_id: str, before: sa.RowMapping, changed: dict[str, Any]
) -> None:
    _update(writing, account_id, changed)
    if before["role"] == ADMINISTRATOR and before["is_active"]:
        _keep_an_administrator(writing.connection)
    if changed.get("is_active") is False:
        _end_sessions(writing, account_id)
    writing.note("account-changed", account_id, changed)


def _keep_an_administrator(connection: sa.Connection) -> None:
    query = sa.select(sa.func.count()).where(
        accounts.c.role == ADMINISTRATOR, accounts.c.is_active.is_(True)
    )
    if not connection.scalar(query):
        raise InputError(
            "Minst en aktiv administratör måste finnas kvar; "
            "gör någon annan till administratör först."
        )


def _update(writing: Writing, account_id: str, changed: dict[str, Any]) -> None:
    query = accounts.update().where(accounts.c.account_id == account_id).values(changed)
    if not writing.connection.execute(query).rowcount:
        raise InputError("Kontot finns inte; ladda om sidan.")


def _end_sessions(writing: Writing, account_id: str) -> None:
    writing.connection.execute(sessions.delete().where(sessions.c.account_id == account_id))


def _count(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(accounts)) or 0


def _find_row(connection: sa.Connection, which: sa.ColumnElement[bool]) -> sa.RowMapping | None:
    query = sa.select(*ACCOUNT_COLUMNS).where(which)
    return connection.execute(query).mappings().one_or_none()
