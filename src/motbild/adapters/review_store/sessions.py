"""Sessions, failed sign-ins and visits: who is in, who tried, and since when things are new."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from motbild.adapters.review_store.accounts import ACCOUNT_COLUMNS
from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import accounts, sessions, sign_in_failures, visits
from motbild.core.accounts import Account

IDLE_AFTER = timedelta(hours=8)
NEW_VISIT_AFTER = timedelta(minutes=30)
_TOUCHED_EVERY = timedelta(minutes=1)
_FAILURES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in, on one device.

    Attributes:
        token_digest: SHA-256 (hex) of the token in the cookie, which is kept nowhere.
        account_id: Who.
        csrf_token: What each form of the session carries.
        begun_at: When (UTC).
        expires_at: When it ends at the latest.
        last_seen_at: Latest request, to the minute.
    """

    token_digest: str
    account_id: str
    csrf_token: str
    begun_at: datetime
    expires_at: datetime
    last_seen_at: datetime


class Sessions:
    """Who is signed in."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def begin(
        self,
        account_id: str,
        token_digest: str,
        csrf_token: str,
        *,
        now: datetime,
        expires_at: datetime,
        actor: str,
    ) -> Session:
        """Sign somebody in, forget the failures before it, and sweep what is over."""
        session = Session(token_digest, account_id, csrf_token, now, expires_at, now)
        row = {name: getattr(session, name) for name in session.__dataclass_fields__}
        login = sa.select(accounts.c.login).where(accounts.c.account_id == account_id)
        with self._ledger.writing(actor, now) as writing:
            writing.connection.execute(sessions.insert().values(row))
            forgiven = _digest(writing.connection.scalar(login) or "")
            writing.connection.execute(
                sign_in_failures.delete().where(sign_in_failures.c.login_digest == forgiven)
            )
            writing.note("signed-in", account_id)
        self.sweep(now)
        return session

    def find(self, token_digest: str, now: datetime) -> tuple[Session, Account] | None:
        """Return a session and whose it is, unless it is over or the account closed."""
        query = (
            sa.select(sessions, *(c.label(f"account_{c.name}") for c in ACCOUNT_COLUMNS))
            .join_from(sessions, accounts, sessions.c.account_id == accounts.c.account_id)
            .where(sessions.c.token_digest == token_digest, accounts.c.is_active.is_(True))
            .where(sessions.c.expires_at > now, sessions.c.last_seen_at > now - IDLE_AFTER)
        )
        with self._ledger.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        session = Session(**{name: row[name] for name in Session.__dataclass_fields__})
        account = Account(**{c.name: row[f"account_{c.name}"] for c in ACCOUNT_COLUMNS})
        if now - session.last_seen_at >= _TOUCHED_EVERY:
            self._touch(token_digest, now)
        return session, account

    def end(self, token_digest: str, *, actor: str, now: datetime) -> None:
        """Sign somebody out; a session that is over already stays so."""
        which = sessions.c.token_digest == token_digest
        with self._ledger.writing(actor, now) as writing:
            whose = writing.connection.scalar(sa.select(sessions.c.account_id).where(which))
            if whose is not None:
                writing.connection.execute(sessions.delete().where(which))
                writing.note("signed-out", whose)

    def end_all(self, account_id: str, *, actor: str, now: datetime) -> None:
        """Sign somebody out on every device."""
        which = sessions.c.account_id == account_id
        with self._ledger.writing(actor, now) as writing:
            writing.connection.execute(sessions.delete().where(which))
            writing.note("signed-out", account_id, {"everywhere": True})

    def sweep(self, now: datetime) -> None:
        """Delete sessions that are over, and failures that weigh no more."""
        is_over = (sessions.c.expires_at <= now) | (sessions.c.last_seen_at <= now - IDLE_AFTER)
        is_old = sign_in_failures.c.failed_at <= now - _FAILURES_KEPT
        with self._ledger.passing() as connection:
            connection.execute(sessions.delete().where(is_over))
            connection.execute(sign_in_failures.delete().where(is_old))

    def note_failure(self, login: str, address_digest: str, now: datetime) -> None:
        """Remember that a sign-in failed, and sweep what is over.

        What was typed as the login is kept as a digest, and told to the log only where
        there is such an account: some type their password there.
        """
        typed = login.strip().casefold()
        row = {"login_digest": _digest(typed), "address_digest": address_digest, "failed_at": now}
        query = sa.select(accounts.c.account_id, accounts.c.login).where(accounts.c.login == typed)
        # Nobody is signed in: the log names no actor, and the account as the subject.
        with self._ledger.writing("-", now) as writing:
            known = writing.connection.execute(query).one_or_none()
            writing.connection.execute(sign_in_failures.insert().values(row))
            details = {} if known is None else {"login": known.login}
            subject = "-" if known is None else known.account_id
            writing.note("sign-in-failed", subject, details)
        self.sweep(now)

    def failures(self, login: str, address_digest: str, since: datetime) -> list[datetime]:
        """Return when sign-ins with a login or from an address failed, in order."""
        is_login = sign_in_failures.c.login_digest == _digest(login.strip().casefold())
        is_address = sign_in_failures.c.address_digest == address_digest
        query = (
            sa.select(sign_in_failures.c.failed_at)
            .where(is_login | is_address, sign_in_failures.c.failed_at >= since)
            .order_by(sign_in_failures.c.failed_at)
        )
        with self._ledger.reading() as connection:
            return list(connection.scalars(query))

    def last_visit(self, account_id: str) -> datetime | None:
        """Return when the visit before this one ended, or None for a first visit."""
        query = sa.select(visits.c.previous_visit_at).where(visits.c.account_id == account_id)
        with self._ledger.reading() as connection:
            return connection.scalar(query)

    def mark_visit(self, account_id: str, now: datetime) -> None:
        """Tell that somebody is here; after half an hour's pause it is another visit."""
        query = sa.select(visits.c.last_request_at).where(visits.c.account_id == account_id)
        with self._ledger.reading() as connection:
            last = connection.scalar(query)
        if last is not None and now - last < _TOUCHED_EVERY:
            return
        adding = self._ledger.insert(visits).values(account_id=account_id, last_request_at=now)
        # By what the row holds when it is written, since two requests may come at once.
        is_new = visits.c.last_request_at < now - NEW_VISIT_AFTER
        previous = sa.case((is_new, visits.c.last_request_at), else_=visits.c.previous_visit_at)
        marking = adding.on_conflict_do_update(
            index_elements=[visits.c.account_id],
            set_={"last_request_at": now, "previous_visit_at": previous},
            where=visits.c.last_request_at < now,
        )
        with self._ledger.passing() as connection:
            connection.execute(marking)

    def _touch(self, token_digest: str, now: datetime) -> None:
        query = sessions.update().where(sessions.c.token_digest == token_digest)
        with self._ledger.passing() as connection:
            connection.execute(query.values(last_seen_at=now))


def _digest(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()
