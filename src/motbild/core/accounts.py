"""Accounts: who may do what in the review room, and what a login and a password must be.

Sentences are Swedish, since they reach the page; the page looks up their English.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from motbild.errors import InputError

# Each may all that the ones before it may.
ROLES = ("reader", "reviewer", "approver", "administrator")
ADMINISTRATOR = ROLES[-1]

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 256  # hashing what is longer would be work for whoever asks for it
_FREE_TRY_COUNT = 5
_LONGEST_WAIT_MINUTES = 15
# How far back failures weigh; `is_throttled` is given those of this time.
FAILURES_WEIGH = timedelta(hours=1)

_LOGIN = re.compile(r"[a-zà-öø-ÿ0-9][a-zà-öø-ÿ0-9._@+-]{1,63}")
# What is guessed first, without what stands between the words and the digits at the end.
_OBVIOUS_WORDS = """
    password passwordpassword lösenord lösenordlösenord losenord losenordlosenord mittlösenord
    hemligt hemligthemligt jättehemligt administrator administratör adminadmin adminadminadmin
    qwerty qwertyuiop qwertyuiopå qwertyqwerty asdfghjkl asdfghjklöä asdfasdfasdf zxcvbnm
    välkommen valkommen välkommenhit welcome welcomewelcome letmein letmeinletmein
    sommar sommaren vinter vintern hösten våren sommarsommar sverige sverigesverige stockholm
    motbild motbildmotbild granskare granskaren granskning socialtjänst socialtjänsten
    socialstyrelsen kommunikatör kommunikation abcabcabcabc abcdefghijkl
"""
_OBVIOUS = frozenset(_OBVIOUS_WORDS.split())


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may use the review room.

    Attributes:
        account_id: Stable id.
        login: What is typed to sign in, in lower case; the name of the actor in the log.
        name: As it is shown.
        role: One of `ROLES`.
        is_active: Whether it may sign in.
        must_change_password: Whether the next thing to do is to choose a password.
        lang: ``sv`` or ``en``.
        created_at: When (UTC).
    """

    account_id: str
    login: str
    name: str
    role: str
    is_active: bool
    must_change_password: bool
    lang: str
    created_at: datetime


def may(account_role: str, needed_role: str) -> bool:
    """Tell whether one role may what another may; a role that is none may nothing."""
    if account_role not in ROLES:
        return False
    return ROLES.index(account_role) >= ROLES.index(needed_role)


def check_role(role: str) -> None:
    """Refuse what is no role.

    Raises:
        InputError: It is none of `ROLES`.
    """
    if role not in ROLES:
        raise InputError("Välj en roll: läsare, granskare, godkännare eller administratör.")


def check_login(text: str) -> str:
    """Return a login as it is stored: without space around it and in lower case.

    Raises:
        InputError: It cannot be one.
    """
    login = text.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise InputError(
            "Inloggningsnamnet ska vara 2–64 tecken: bokstäver, siffror och . _ - + @, "
            "med en bokstav eller siffra först."
        )
    return login


def check_password(text: str, login: str) -> None:
    """Refuse a password that is soon guessed.

    Raises:
        InputError: It is short, very long, the login or one of the most obvious.
    """
    if len(text) < MIN_PASSWORD_LENGTH:
        raise InputError("Lösenordet ska ha minst 12 tecken; några ord i rad är lätta att minnas.")
    if len(text) > MAX_PASSWORD_LENGTH:
        raise InputError("Lösenordet får ha högst 256 tecken.")
    if _bare(text) == _bare(login) or login.strip().casefold() in text.casefold().split():
        raise InputError("Lösenordet får inte vara ditt inloggningsnamn; välj något annat.")
    if _is_obvious(text):
        raise InputError("Lösenordet hör till de första som någon gissar; välj något annat.")


def is_throttled(failure_moments: Iterable[datetime], now: datetime) -> timedelta | None:
    """Return how long one must wait before trying to sign in again, or None.

    Five failures are free; then the wait doubles with each, from one minute to fifteen.

    Args:
        failure_moments: Failures of the same login or from the same address within
            `FAILURES_WEIGH`, in any order.
        now: Time-zone-aware moment.
    """
    moments = list(failure_moments)
    over_count = len(moments) - _FREE_TRY_COUNT
    if over_count < 0:
        return None
    wait = timedelta(minutes=min(2 ** min(over_count, 10), _LONGEST_WAIT_MINUTES))
    left = max(moments) + wait - now
    return left if left > timedelta(0) else None


def _is_obvious(text: str) -> bool:
    bare = _bare(text) or text
    return bare.rstrip("0123456789") in _OBVIOUS | {""} or len(set(bare)) < 4


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
