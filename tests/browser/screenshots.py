"""Take the pictures of the review room that the README shows.

Run: python tests/browser/screenshots.py --output docs/screenshots
"""

import argparse
import shutil
import socket
import tempfile
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from motbild.adapters.letters import write_digest
from motbild.wiring.digests import gather_digest
from tests.rooms import NOW, PASSWORD, TestRoom, furnish, publish_demo

PAGES = ("lagesbild", "granska", "bemot", "rapport")
_SINCE_NIGHT = timedelta(hours=6)
SIZE = {"width": 1280, "height": 900}


def main() -> None:
    """Run a night over the demo's posts; photograph four pages of its room, and its letter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("docs/screenshots"))
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        published = publish_demo(Path(folder) / "published")
        room = furnish(published, Path(folder) / "home")
        try:
            _photograph(room, output)
        finally:
            room.close()


def _photograph(room: TestRoom, output: Path) -> None:
    with socket.socket() as listener, sync_playwright() as playwright:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(room.app, log_level="error"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        serving.start()
        while not server.started:
            time.sleep(0.02)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        page = browser.new_page(base_url=address, locale="sv-SE", viewport=SIZE)  # type: ignore[arg-type]
        _sign_in(page)
        for name in PAGES:
            page.goto(f"/{name}")
            page.screenshot(path=output / f"{name}.png")
        _photograph_letter(browser, room, output)
        browser.close()
        server.should_exit = True
        serving.join(20)


def _photograph_letter(browser: Browser, room: TestRoom, output: Path) -> None:
    digest = gather_digest(room.settings, NOW)
    # The demo's night runs when the picture is taken, and its posts end on another day.
    digest = replace(digest, night=replace(digest.night, state="ok", ended_at=NOW - _SINCE_NIGHT))
    page = browser.new_page(viewport={"width": 680, "height": 900})
    page.set_content(write_digest(digest, "https://motbild.example").html or "")
    page.screenshot(path=output / "morgonbrev.png")


def _sign_in(page: Page) -> None:
    page.goto("/logga-in")
    page.fill("#login", "gry")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/lagesbild")


if __name__ == "__main__":
    main()
