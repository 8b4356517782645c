"""Granska: deciding, undoing, two people on one item, and many at once."""

import re
from datetime import timedelta

from motbild.web.deciding import draw_act_id
from tests.rooms import TestRoom, Visitor

WAITING = "/granska"


def _item(page: str) -> str:
    found = re.search(r'name="item" value="([0-9a-f]+)"', page)
    assert found, page[-2000:]
    return found.group(1)


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def _decide(visitor: Visitor, choice: str, page: str | None = None, **fields: object) -> str:
    """Decide on the item of a page as its form does; return where that leads."""
    shown = page or visitor.get(WAITING)
    told = {
        "item": _item(shown),
        "act_id": _hidden(shown, "act_id"),
        "seen_seq": _hidden(shown, "seen_seq"),
        "val": choice,
        "narrativ_val": re.findall(r'name="narrativ_val" value="([^"]*)" checked', shown),
        **fields,
    }
    answer = visitor.send("/granska/beslut", told)
    assert answer.status_code == 303, answer.text[-1500:]
    return str(answer.headers["location"])


def test_a_decision_is_saved_and_the_next_item_comes(room: TestRoom) -> None:
    """Confirming leads to another item, says what was saved, and shortens the queue."""
    visitor = room.visitor("gun")
    before = visitor.get(WAITING)
    following = visitor.get(_decide(visitor, "confirm", before))
    assert "Sparat:" in following
    assert _item(following) != _item(before)
    count = re.compile(r"Flaggade \((\d+)\)")
    waiting = [int(count.search(page).group(1)) for page in (before, following)]  # type: ignore[union-attr]
    assert waiting[0] - waiting[1] == 1
    act = room.store.decisions.last_act_of("gun")
    assert act is not None
    assert (act.kind, act.family_id) == ("confirm", _item(before))


def test_the_second_person_is_given_other_work(room: TestRoom) -> None:
    """What one is looking at is not offered to another, and is named as taken."""
    gun, gert = room.visitor("gun"), room.visitor("gert")
    first = _item(gun.get(WAITING))
    assert _item(gert.get(WAITING)) != first
    assert "Gun Granskare arbetar med den" in gert.get(f"/granska?item={first}")
    room.now += timedelta(minutes=11)
    assert _item(gert.get(WAITING)) == first


def test_a_late_decision_is_shown_and_not_lost(room: TestRoom) -> None:
    """Of two who decide differently the first stands; the other's is kept until settled."""
    gun, gert = room.visitor("gun"), room.visitor("gert")
    item = _item(gun.get(WAITING))
    for_gert = gert.get(f"/granska?item={item}")
    _decide(gun, "confirm", gun.get(f"/granska?item={item}"))
    place = _decide(gert, "protected:kritik", for_gert)
    assert "sent=" in place
    page = gert.get(place)
    assert "Två beslut om samma post" in page
    assert "sparat, gäller inte" in page
    settled = {"late_id": _hidden(page, "late_id"), "item": item, "vilket": "mitt"}
    gert.send("/granska/sent", settled)
    page = gun.get(f"/granska?item={item}")
    assert "Två beslut" not in page
    standing = [act for act in room.store.decisions.acts_on(item, []) if not act.is_undone]
    assert [(act.kind, act.reason) for act in standing] == [("protected", "kritik")]


def test_two_who_agree_decide_once(room: TestRoom) -> None:
    """The same decision by a second person adds nothing, and says who was first."""
    gun, gert = room.visitor("gun"), room.visitor("gert")
    item = _item(gun.get(WAITING))
    for_gert = gert.get(f"/granska?item={item}")
    _decide(gun, "confirm", gun.get(f"/granska?item={item}"))
    assert "Gun Granskare hann före" in gert.get(_decide(gert, "confirm", for_gert))
    assert len(room.store.decisions.acts_on(item, [])) == 1


def test_a_form_sent_twice_counts_once(room: TestRoom) -> None:
    """A double press, or a page sent again, decides once."""
    visitor = room.visitor("gun")
    page = visitor.get(WAITING)
    _decide(visitor, "reject", page)
    _decide(visitor, "reject", page)
    assert len(room.store.decisions.acts_on(_item(page), [])) == 1


def test_undoing_brings_the_item_back(room: TestRoom) -> None:
    """The last decision can be taken back at any time; both stay in the history."""
    visitor = room.visitor("gun")
    page = visitor.get(WAITING)
    _decide(visitor, "reject", page)
    answer = visitor.send("/granska/angra", {})
    back = visitor.get(answer.headers["location"])
    assert _item(back) == _item(page)
    assert "Beslutet är ångrat" in back
    assert "ångrat av Gun Granskare" in back
    again = visitor.send("/granska/angra", {})
    assert "angrat=inget" in again.headers["location"]


def test_a_threat_goes_on(room: TestRoom) -> None:
    """A threat is decided as one and noted as passed on."""
    visitor = room.visitor("gun")
    page = visitor.get("/granska?ko=hot")
    _decide(visitor, "threat", page, ko="hot")
    act = room.store.decisions.last_act_of("gun")
    assert act is not None
    assert act.is_threat
    actions = [entry.action for entry in room.store.audit.entries()]
    assert "threat-escalated" in actions


def test_a_narrative_is_needed_where_one_is_said(room: TestRoom) -> None:
    """Confirming without a narrative is refused in words, and nothing is saved."""
    visitor = room.visitor("gun")
    page = visitor.get(WAITING)
    fields = {"item": _item(page), "act_id": draw_act_id(), "seen_seq": "0", "val": "confirm"}
    answer = visitor.send("/granska/beslut", fields)
    assert answer.status_code == 400
    assert "Välj minst ett narrativ" in answer.text
    assert room.store.decisions.last_act_of("gun") is None


def test_readers_see_and_do_not_decide(room: TestRoom) -> None:
    """A reader sees the post and no buttons; a form of theirs is refused."""
    visitor = room.visitor("lea")
    page = visitor.get(WAITING)
    assert "Varför den visas" in page
    assert 'name="val"' not in page
    answer = visitor.send("/granska/beslut", {"item": "x", "val": "confirm"})
    assert answer.status_code == 403
    assert "Din roll räcker inte" in answer.text


def test_the_queue_can_be_narrowed(room: TestRoom) -> None:
    """The choice is told in the address and holds from item to item."""
    visitor = room.visitor("gun")
    page = visitor.get("/granska?sprak=ar&status=vantar")
    assert 'lang="ar"' in page
    assert "sprak=ar" in _decide(visitor, "confirm", page, sprak="ar")
    empty = visitor.get("/granska?sprak=so&plattform=finnsinte")
    assert "Kön är tom" in empty


def test_what_is_decided_can_be_found_again(room: TestRoom) -> None:
    """My decisions, and those of all, are lists of their own."""
    gun, gert = room.visitor("gun"), room.visitor("gert")
    page = gun.get(WAITING)
    _decide(gun, "reject", page)
    assert _item(gun.get("/granska?status=mina")) == _item(page)
    assert _item(gert.get("/granska?status=avgjorda")) == _item(page)
    assert "Inget stämmer" in gert.get("/granska?status=mina")


def test_many_are_decided_at_once(room: TestRoom) -> None:
    """Each chosen item gets an act of its own."""
    visitor = room.visitor("gun")
    page = visitor.get("/granska/flera")
    families = re.findall(r'name="poster" value="([0-9a-f]+)"', page)[:3]
    fields = {"poster": families, "val": "reject", "seen_seq": _hidden(page, "seen_seq")}
    answer = visitor.send("/granska/flera", fields)
    assert "3 beslut är sparade" in visitor.get(answer.headers["location"])
    for family in families:
        assert [act.kind for act in room.store.decisions.acts_on(family, [])] == ["reject"]


def test_a_translation_is_there_for_the_next_person(room: TestRoom) -> None:
    """Who reads the language writes what it says, and the others see it."""
    gun = room.visitor("gun")
    page = gun.get("/granska?sprak=ar")
    digest = _hidden(page, "text_digest")
    fields = {"item": _item(page), "text_digest": digest, "oversattning": "De tar <b>barnen</b>."}
    answer = gun.send("/granska/oversattning", fields)
    assert "Översättningen är sparad" in gun.get(answer.headers["location"])
    shown = room.visitor("gert").get(f"/granska?item={_item(page)}")
    assert "På svenska, enligt Gun Granskare" in shown
    assert "De tar &lt;b&gt;barnen" in shown
    foreign = {**fields, "text_digest": "0" * 64}
    assert gun.send("/granska/oversattning", foreign).status_code == 404


def test_looking_is_noted(room: TestRoom) -> None:
    """Who saw which item stands in the log, without what it said."""
    visitor = room.visitor("gun")
    item = _item(visitor.get(WAITING))
    entry = next(e for e in room.store.audit.entries() if e.action == "saw-item")
    assert (entry.actor, entry.subject, dict(entry.details)) == ("gun", item, {})
