"""Letters in a real browser, as a mail program on a screen or a phone shows them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from motbild.adapters.letters import write_alert, write_digest
from motbild.core.digest import Digest
from tests.adapters.test_letters import DAY, NIGHT, ROOM, THREAT, full_digest

LETTERS = {
    "full": write_digest(full_digest(["Maskerade ord"]), ROOM),
    "calm": write_digest(Digest(DAY, NIGHT), ROOM),
    "alert": write_alert("Motbild: 3 nya möjliga hot", [THREAT], {}, ROOM),
}


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_are_readable_everywhere(browser: Browser, name: str, scheme: str) -> None:
    """No rule that a machine can check is broken, nothing is fetched, and it fits a phone."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": 360, "height": 800})  # type: ignore[arg-type]
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.set_content(LETTERS[name].html or "")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found] == []
    assert fetched == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()
