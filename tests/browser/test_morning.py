"""A whole morning in Swedish, by keyboard: from signing in to seeing what an answer did."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, sign_in
from tests.browser.test_keys import CONFIRM, press

NARRATIVE = "sok-inte-hjalp"
FURTHEST = 250  # stops of the Tab key; nothing lies that far away


def _reach(page: Page, target: Locator) -> None:
    """Move with the Tab key until something has the focus."""
    expect(target).to_be_visible()
    for _ in range(FURTHEST):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by keyboard")


def _use(page: Page, target: Locator, key: str = "Enter") -> None:
    _reach(page, target)
    page.keyboard.press(key)
    page.wait_for_load_state()


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def _link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True).first


def _review_the_night(page: Page, site: Site) -> None:
    """Twenty decisions, two of them taken back, and a threat passed on."""
    _use(page, _link(page, "Börja granska"))
    for key in (*CONFIRM, "x", "q", *CONFIRM, "w", "r", *CONFIRM):
        press(page, key)
    press(page, "u")
    for key in (*CONFIRM, "x", "f", "b", *CONFIRM, "x"):
        press(page, key)
    press(page, "u")
    for key in ("x", "Enter"):
        press(page, key)
    rows = site.room.store.decisions.overlay_after(0)
    assert len({row.act_id for row in rows if row.kind != "undo"}) == 20
    assert len({row.act_id for row in rows if row.kind == "undo"}) == 2
    _use(page, page.get_by_role("link", name="Hot (").first)
    press(page, "h")
    assert "threat-escalated" in {entry.action for entry in site.room.store.audit.entries()}


def _propose_facts(page: Page) -> None:
    """Read the facts that answer the narrative and put them forward."""
    _use(page, _link(page, "Bemöt"))
    page.goto(f"/bemot/nytt?narrativ={NARRATIVE}&kanal=web&langd=medium&sprak=sv")
    expect(page.get_by_text("Det går inte att skriva ett utkast än")).to_be_visible()
    _use(page, _link(page, "Läs faktauppgifterna och föreslå dem som stämmer."))
    _use(page, _link(page, "Markera alla på sidan"))
    _use(page, _button(page, "Jag har läst dem: föreslå de markerade"))
    expect(page.get_by_role("status").filter(has_text="föreslagna").first).to_be_visible()


def _approve_facts(page: Page) -> None:
    page.goto(f"/bemot/ordalydelser?ko=godkanna&narrativ={NARRATIVE}&sprak=sv")
    _use(page, _link(page, "Markera alla på sidan"))
    _use(page, _button(page, "Godkänn de markerade"))
    expect(page.get_by_role("status").filter(has_text="godkända").first).to_be_visible()


def _draft(page: Page) -> str:
    """Draft an answer and hand it in; return where it is."""
    page.goto(f"/bemot/nytt?narrativ={NARRATIVE}&kanal=web&langd=medium&sprak=sv")
    _use(page, _button(page, "Spara och lämna för godkännande"))
    expect(page.get_by_text("väntar nu på att en kollega")).to_be_visible()
    return page.url


def test_a_whole_morning(site: Site) -> None:
    """Nothing in it needs a mouse, and one person alone cannot publish anything."""
    gun, gry = site.open(), site.open("gry")
    sign_in(gun, "gun")
    expect(gun.get_by_role("heading", name="Lägesbild")).to_be_visible()
    _review_the_night(gun, site)
    _propose_facts(gun)
    _approve_facts(gry)
    answer = _draft(gun)
    expect(_button(gun, "Godkänn svaret")).to_have_count(0)
    gry.goto(answer)
    _use(gry, _button(gry, "Godkänn svaret"))
    expect(gry.get_by_text("Svaret är godkänt")).to_be_visible()
    gun.goto(answer)
    _reach(gun, gun.get_by_label("Adress"))
    gun.keyboard.type("https://exempel.example/svar")
    _reach(gun, gun.get_by_label("Publicerat"))
    gun.get_by_label("Publicerat").fill("2026-10-15")
    _use(gun, _button(gun, "Notera som publicerat"))
    expect(gun.get_by_text("Noterat: svaret är publicerat")).to_be_visible()
    _use(gun, _link(gun, "Till Effekt"))
    expect(gun.get_by_role("heading", name="Effekt", exact=True)).to_be_visible()
    expect(gun.get_by_text("Effekten kan ha andra orsaker")).to_be_visible()
    expect(gun.get_by_text("Svaret publicerades 15 oktober 2026")).to_be_visible()
    assert site.room.store.audit.verify() == []
