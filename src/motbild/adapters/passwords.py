"""Passwords: kept as Argon2id digests, checked a few at a time.

Source:
    RFC 9106; OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane).
"""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Letters and digits that are not taken for each other when read from a screen.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = threading.Semaphore(4)  # each takes 19 MiB while it runs
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether a password is the stored one.

    Takes as long where nothing is stored, so that time does not tell who has an account.
    """
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def draw_password() -> str:
    """Return a random password that can be read aloud: four groups of four."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
