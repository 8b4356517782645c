"""Saying in one sentence what is wrong with the settings of a source."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from motbild.errors import InputError

# What people write where a credential does not belong.
_SECRET_WORDS = ("password", "secret", "token", "api_key", "key", "access_token")


def refuse_credentials(
    path: Path, place: str, settings: Iterable[str], names: Iterable[str]
) -> None:
    """Make sure that no setting is a credential.

    Args:
        path: The file.
        place: Which source.
        settings: Names of what the file says of it.
        names: Names of its credentials.

    Raises:
        InputError: One is.
    """
    for word in (*_SECRET_WORDS, *names):
        if word in settings:
            raise InputError(
                f"{path}: {place} holds a credential ('{word}'), and this file is no place for "
                "one; take it out, make a new one, and see docs/sources.md for where it goes."
            )


def describe_wrong(
    path: Path, place: str, what: str, known: Iterable[str], error: ValidationError
) -> str:
    """Describe the first thing that is wrong.

    Args:
        path: The file.
        place: Which source.
        what: What the source is, such as ``a source of kind feed``.
        known: Names of all that may be said of it.
        error: What the form of its settings found.
    """
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{path}: unknown key '{key}' in {place}; use one of {', '.join(sorted(known))}."
    if first["type"] == "missing":
        return f"{path}: '{key}' of {place} is missing; {what} needs it."
    why = first["msg"].removeprefix("Value error, ")
    subject = f"'{key}' of {place}" if key else place
    return f"{path}: {subject} is not usable ({why}); correct it."
