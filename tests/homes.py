"""A home folder in which tests run nights, with stand-ins for the model, and posts for it."""

import json
from pathlib import Path
from typing import Any

import duckdb

from motbild.core.night_report import NightReport
from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier


class Home:
    """A home folder in which nights are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(home=folder, batch_row_count=100)
        self.encoder = CountingEncoder()

    def night(self, *sources: Path) -> NightReport:
        """Run a night over files or folders."""
        model = Model(WordClassifier(), self.encoder, (PACK,))  # type: ignore[arg-type]
        return run_night(self.settings, load_sources(self.settings, list(sources)), model=model)

    def rows(self, query: str, store: str = "live.duckdb") -> list[tuple[Any, ...]]:
        """Query a store after the night."""
        path = (self.folder / store).resolve()
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def bytes(self) -> bytes:
        """Everything that any file of the home holds, but for the secret key."""
        files = (p for p in self.folder.rglob("*") if p.is_file() and "secrets" not in p.parts)
        return b"\n".join(path.read_bytes() for path in files)


def write_posts(path: Path, *posts: dict[str, Any]) -> Path:
    """Write posts as JSON Lines."""
    path.write_text("".join(json.dumps(post) + "\n" for post in posts), encoding="utf-8")
    return path


def make_post(number: int, text: str, **fields: Any) -> dict[str, Any]:
    """Return a post of the evening of 20 November 2026, with other fields as given."""
    return {
        "id": str(number),
        "platform": "x",
        "text": text,
        "author": "Zebulon Fantasiqvist",
        "created_at": "2026-11-20T23:30:00+00:00",
        "lang": "sv",
        **fields,
    }
