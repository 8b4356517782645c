"""A review room for tests: a home whose night has run, people, and a visitor with a browser."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from starlette.testclient import TestClient

from motbild.adapters.passwords import hash_password
from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.settings import Settings
from motbild.web.app import create_app
from motbild.web.room import Room
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources

ROOT = Path(__file__).parent.parent
PASSWORD = "ekorre-sover-gott"
HASH = hash_password(PASSWORD)
PEOPLE = {
    "lea": ("Lea Läsare", "reader"),
    "gun": ("Gun Granskare", "reviewer"),
    "gert": ("Gert Granskare", "reviewer"),
    "gry": ("Gry Godkännare", "approver"),
    "ada": ("Ada Administratör", "administrator"),
}
# The demo's posts end on this day; charts and weeks look back from it.
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def publish_demo(home: Path) -> Path:
    """Run a night over the demo's posts in a home."""
    settings = Settings.load(home=home)
    sources = load_sources(settings, [ROOT / "warehouse" / "demo"])
    run_night(settings, sources, clock=lambda: NOW)
    return home


def furnish(published: Path, home: Path) -> "TestRoom":
    """Open a room of its own on a copy of a published home."""
    home.mkdir(parents=True)
    shutil.copytree(published / "published", home / "published")
    (home / "analyst.duckdb").symlink_to((published / "analyst.duckdb").readlink())
    settings = Settings.load(home=home)
    store = open_review_store(settings.review_store_to_make)
    for login, (name, role) in PEOPLE.items():
        store.accounts.create(
            login, name, role, HASH, must_change_password=False, actor="terminal", now=NOW
        )
    return TestRoom(settings, store)


@dataclass
class TestRoom:
    """A room whose clock stands where it is set."""

    __test__ = False
    settings: Settings
    store: ReviewStore
    now: datetime = NOW
    room: Room = field(init=False)

    def __post_init__(self) -> None:
        self.room = Room(self.settings, self.store, clock=lambda: self.now)
        self.app = create_app(self.room)

    def visitor(self, login: str | None = None, lang: str = "sv") -> "Visitor":
        """Return somebody with a browser, signed in where a login is given."""
        client = TestClient(
            self.app, base_url="https://testserver", headers={"accept-language": lang}
        )
        visitor = Visitor(client)
        if login is not None:
            answer = visitor.send("/logga-in", {"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return visitor

    def close(self) -> None:
        """Close the stores."""
        self.room.close()
        self.store.close()


class Visitor:
    """Somebody with a browser, who sends forms as the pages make them."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, address: str) -> str:
        """Return a page that is there."""
        answer = self.client.get(address)
        assert answer.status_code == 200, (answer.status_code, answer.text[-2000:])
        return answer.text

    def send(
        self, address: str, fields: Mapping[str, Any], page: str = "/konto"
    ) -> httpx2.Response:
        """Send a form with the token that a page of this visitor's holds, without following."""
        token = re.search(r'name="csrf_token" value="([^"]*)"', self.client.get(page).text)
        told = {"csrf_token": token.group(1) if token else "", **fields}
        return self.client.post(address, data=told, follow_redirects=False)
