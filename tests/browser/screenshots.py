"""Take the pictures of the review room that the README shows.

Run: python tests/browser/screenshots.py --output docs/screenshots
"""

import argparse
import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from tests.rooms import PASSWORD, TestRoom, furnish, publish_demo

PAGES = ("lagesbild", "granska", "bemot", "rapport")
SIZE = {"width": 1280, "height": 900}


def main() -> None:
    """Run a night over the demo's posts, open a room on it, and photograph four pages."""
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
        browser.close()
        server.should_exit = True
        serving.join(20)


def _sign_in(page: Page) -> None:
    page.goto("/logga-in")
    page.fill("#login", "gry")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/lagesbild")


if __name__ == "__main__":
    main()
