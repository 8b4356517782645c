"""What a dashboard shows to be let in: a file of its own, readable by its owner alone."""

from pathlib import Path

from motbild.errors import MotbildError

FEWEST_CHARACTERS = 32


def load_token(path: Path) -> str | None:
    """Return the token in a file, or None where there is no file.

    Raises:
        MotbildError: Others may read it, or it is too short to be one.
    """
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        raise MotbildError(
            f"{path} can be read by others than its owner; make a new token and run "
            f"`chmod 600 {path}`."
        )
    try:
        token = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise MotbildError(
            f"{path} is not written in UTF-8; make a new token with `openssl rand -hex 32`."
        ) from None
    require_length(token, str(path))
    return token


def require_length(token: str, place: str) -> None:
    """Refuse a token that could be guessed.

    Raises:
        MotbildError: It is too short.
    """
    if len(token) < FEWEST_CHARACTERS:
        raise MotbildError(
            f"The token in {place} is shorter than {FEWEST_CHARACTERS} characters; make one with "
            "`openssl rand -hex 32`."
        )
