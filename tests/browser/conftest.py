"""A real browser on a real server."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from motbild.settings import Settings
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.rooms import PASSWORD, ROOT, TestRoom, furnish

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where none is installed, unless one is required."""
    if CHROMIUM or os.environ.get("MOTBILD_BROWSER") == "required":
        return
    reason = "needs Chromium (on Debian: apt-get install chromium fonts-noto-core)"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window.

    Ended with each file: while it is there an event loop runs, beside which no test elsewhere
    could run one.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def busy_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose night brought the demo's posts and the labelled ones: some seventy flags."""
    home = tmp_path_factory.mktemp("busy") / "home"
    settings = Settings.load(home=home)
    gold = ROOT / "models" / "gold" / "dev.jsonl"
    run_night(settings, load_sources(settings, [ROOT / "warehouse" / "demo", gold]))
    return home


@dataclass
class Site:
    """A running review room.

    Attributes:
        address: Where it answers.
        room: What is behind it.
        browser: What to visit it with.
    """

    address: str
    room: TestRoom
    browser: Browser

    def open(self, login: str | None = None, **context: object) -> Page:
        """Open a browser of one's own, signed in where a login is given."""
        options = {"locale": "sv-SE", "viewport": {"width": 1280, "height": 900}, **context}
        page = self.browser.new_context(base_url=self.address, **options).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(20_000)
        if login is not None:
            sign_in(page, login)
        return page


def sign_in(page: Page, login: str) -> None:
    """Sign in by keyboard alone."""
    page.goto("/logga-in")
    page.focus("#login")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lagesbild")


@pytest.fixture
def site(busy_home: Path, tmp_path: Path, browser: Browser) -> Iterator[Site]:
    """A review room on a copy of the busy home, with five people and no decisions."""
    room = furnish(busy_home, tmp_path / "home")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(room.app, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", room, browser)
    for context in browser.contexts:
        context.close()
    server.should_exit = True
    thread.join(20)
    listener.close()
    room.close()
