"""Every page, in both languages and colour schemes: accessible, and whole on a small screen."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site

PAGES = (
    "/lagesbild",
    "/granska",
    "/granska?ko=hot&status=alla",
    "/granska/flera",
    "/fragor",
    "/bemot",
    "/bemot/svar",
    "/bemot/fakta",
    "/bemot/nytt",
    "/effekt",
    "/nya-rykten",
    "/narrativ",
    "/narrativ/kidnappning",
    "/rapport",
    "/sok?q=barn",
    "/logg",
    "/konto",
    "/konton",
)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def _each(page: Page) -> Iterator[str]:
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        yield address


@pytest.mark.parametrize("locale", ["sv-SE", "en-GB"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Site, locale: str, scheme: str) -> None:
    """No page breaks a rule that a machine can check, and none writes to the console."""
    page = site.open(color_scheme=scheme, locale=locale)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/logga-in")
    assert _violations(page) == []
    account = site.room.store.accounts.find("ada")
    assert account is not None
    site.room.store.accounts.change(
        account.account_id, lang=locale[:2], actor="ada", now=site.room.now
    )
    page = site.open("ada", color_scheme=scheme, locale=locale)
    page.on("console", lambda message: said.append(message.text))
    broken = {address: found for address in _each(page) if (found := _violations(page))}
    assert broken == {}
    assert page.locator("html").get_attribute("lang") == locale[:2]
    assert said == []


@pytest.mark.parametrize("width", [320, 768])
def test_no_page_is_wider_than_the_screen(site: Site, width: int) -> None:
    """At 320 pixels, which is 400 % zoom too, nothing must be scrolled sideways."""
    page = site.open("ada", viewport={"width": width, "height": 640})
    wide = {address: over for address in _each(page) if (over := page.evaluate(OVERFLOW)) > 0}
    assert wide == {}


def test_each_page_has_one_heading_and_a_way_past_the_menu(site: Site) -> None:
    """A screen reader finds the heading; the first stop of the keyboard skips the menu."""
    page = site.open("ada")
    for address in _each(page):
        assert page.locator("h1").count() == 1, address
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", address
