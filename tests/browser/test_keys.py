"""Granska by keyboard alone, in a real browser."""

import statistics
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

CONFIRM = ("Enter", "Enter")


def _act_id(page: Page) -> str:
    return page.locator("#decide [name=act_id]").input_value()


def press(page: Page, key: str) -> float:
    """Press a key and wait until another form is there; return the seconds that took."""
    before = _act_id(page)
    page.wait_for_load_state()
    start = time.perf_counter()
    page.keyboard.press(key)
    page.wait_for_function(
        "before => { const at = document.querySelector('#decide [name=act_id]');"
        " return !document.body.hasAttribute('aria-busy') && (!at || at.value !== before); }",
        arg=before,
    )
    return time.perf_counter() - start


def test_twenty_decisions_two_undone_and_a_threat(site: Site) -> None:
    """A morning's queue: each decision one key, two taken back, a threat passed on."""
    page = site.open("gun")
    page.goto("/granska")
    took = [press(page, key) for key in (*CONFIRM, "x", "q", *CONFIRM, "w", "r", *CONFIRM)]
    press(page, "u")
    expect(page.get_by_role("status").filter(has_text="Beslutet är ångrat").first).to_be_visible()
    took += [press(page, key) for key in (*CONFIRM, "x", "f", "b", *CONFIRM, "x")]
    press(page, "u")
    took += [press(page, key) for key in ["x", "Enter"]]
    acts = {
        row.act_id: row.kind
        for row in site.room.store.decisions.overlay_after(0)
        if row.kind != "undo"
    }
    assert len(acts) == 20
    undone = [entry for entry in site.room.store.audit.entries() if entry.action == "undid"]
    assert len(undone) == 2
    assert statistics.median(took) < 2.0, took
    page.goto("/granska?ko=hot")
    press(page, "h")
    last = site.room.store.decisions.last_act_of("gun")
    assert last is not None
    assert last.kind == "threat"


def test_narratives_are_chosen_with_figures(site: Site) -> None:
    """A figure ticks and unticks its narrative; what is ticked is what is confirmed."""
    page = site.open("gun")
    page.goto("/granska")
    for box in page.locator("[name=narrativ_val]:checked").all():
        box.uncheck()
    page.locator("#item-heading").focus()
    page.keyboard.press("2")
    page.keyboard.press("5")
    page.keyboard.press("2")
    ticked = page.locator("[name=narrativ_val]:checked")
    expect(ticked).to_have_count(1)
    chosen = ticked.input_value()
    press(page, "Enter")
    last = site.room.store.decisions.last_act_of("gun")
    assert last is not None
    assert last.narratives == (chosen,)


def test_moving_decides_nothing_and_back_works(site: Site) -> None:
    """J and K move along the queue, and the browser's back does too."""
    page = site.open("gun")
    page.goto("/granska")
    first = page.locator("#decide [name=item]").input_value()
    press(page, "j")
    second = page.locator("#decide [name=item]").input_value()
    assert second != first
    press(page, "k")
    expect(page.locator("#decide [name=item]")).to_have_value(first)
    page.go_back()
    expect(page.locator("#decide [name=item]")).to_have_value(second)
    assert site.room.store.decisions.last_seq() == 0


def test_what_was_saved_is_said_aloud(site: Site) -> None:
    """A live region tells what was saved, and which item has come."""
    page = site.open("gun")
    page.goto("/granska")
    press(page, "x")
    expect(page.locator("#live")).to_contain_text("Sparat: Inget narrativ")
    heading = page.locator("#item-heading")
    expect(heading).to_be_focused()


def test_keys_can_be_turned_off_and_stay_out_of_notes(site: Site) -> None:
    """Letters typed in a note decide nothing; keys turned off do nothing at all."""
    page = site.open("gun")
    page.goto("/granska")
    page.get_by_text("Hoppa över eller skriv en anteckning").click()
    page.locator("#anteckning").fill("")
    page.locator("#anteckning").press_sequentially("xhu kj")
    assert site.room.store.decisions.last_seq() == 0
    page.locator("#item-heading").focus()
    page.keyboard.press("?")
    page.locator("[data-keys-off]").check()
    page.locator("#item-heading").focus()
    page.keyboard.press("x")
    page.wait_for_timeout(300)
    assert site.room.store.decisions.last_seq() == 0


def test_everything_works_without_javascript(site: Site) -> None:
    """Plain forms do the same."""
    page = site.open("gun", java_script_enabled=False)
    page.goto("/granska")
    page.get_by_role("button", name="Inget narrativ").click()
    expect(page.get_by_text("Sparat:")).to_be_visible()
    page.get_by_role("button", name="Ångra", exact=True).click()
    expect(page.get_by_text("Beslutet är ångrat")).to_be_visible()


def test_two_people_on_one_queue(site: Site) -> None:
    """Side by side, nothing is decided twice and nothing is lost."""
    gun, gert = site.open("gun"), site.open("gert")
    gun.goto("/granska")
    gert.goto("/granska")
    decided = []
    for _ in range(8):
        for page in (gun, gert):
            decided.append(page.locator("#decide [name=item]").input_value())
            press(page, "x")
    assert len(set(decided)) == len(decided) == 16
    acts = {row.family_id: row.reviewer for row in site.room.store.decisions.overlay_after(0)}
    assert set(acts) == set(decided)
    assert sorted(acts.values()) == ["gert"] * 8 + ["gun"] * 8
