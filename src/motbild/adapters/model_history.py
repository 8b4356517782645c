"""The history of a home's models: one JSON object a line, whose last names the one in use."""

import json
import os
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from motbild.core.promotions import REFUSED, Promotion, promotion_from_json, promotion_to_json
from motbild.disk import sync
from motbild.errors import ModelError

NAME = "history.jsonl"


def read_history(folder: Path) -> list[Promotion]:
    """Return every event, the earliest first; none where nothing has happened yet.

    Raises:
        ModelError: A line cannot be read.
    """
    path = folder / NAME
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [_parse(line, f"line {number} of {path}") for number, line in enumerate(lines, 1)]


def read_champion(folder: Path) -> str | None:
    """Return the version in use; None for the one that comes along.

    Raises:
        ModelError: The history cannot be read.
    """
    history = read_history(folder)
    return history[-1].champion if history else None


def read_refusal(folder: Path, after: datetime | None) -> Promotion | None:
    """Return the last event, if it refused a challenger after a moment (if one is given).

    Raises:
        ModelError: The history cannot be read.
    """
    last = read_history(folder)[-1:]
    is_news = last and last[0].event == REFUSED and (after is None or last[0].at > after)
    return last[0] if is_news else None


def append_promotion(folder: Path, promotion: Promotion) -> None:
    """Add an event, so that it is there whole and for good when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    pending = folder / f".{NAME}.pending"
    # The whole file is written anew: a crash in the midst of a line would leave half of it.
    with FileLock(folder / f".{NAME}.lock", mode=0o600):
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        with pending.open("w", encoding="utf-8") as file:
            # ASCII alone, as a sentence may hold what splitlines takes for a line's end.
            file.write(before + json.dumps(promotion_to_json(promotion)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        pending.replace(path)
        sync(folder)


def _parse(line: bytes, where: str) -> Promotion:
    try:
        return promotion_from_json(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"The history of models cannot be read in {where}; restore the file from a backup, "
            "or move it away to begin with the model that comes along."
        ) from error
