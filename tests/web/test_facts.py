"""The fact bank: worded by one, approved by another, never used before that or after its day."""

from datetime import timedelta

import pytest

from tests.rooms import TestRoom
from tests.web.facts import NARRATIVE, approve_facts, bank_of, usable

FACT = "lvu-kraver-pataglig-risk"
PLACE = f"/bemot/fakta/{FACT}"


def digest(room: TestRoom, lang: str = "sv") -> str:
    """Return the digest of the fact's wording now."""
    fact = bank_of(room).find(FACT)
    assert fact is not None
    return fact.wordings[lang].wording.text_digest


def send(room: TestRoom, login: str, gor: str, lang: str = "sv") -> int:
    """Do something with the fact's wording as somebody, and return the status."""
    fields = {"sprak": lang, "digest": digest(room, lang), "gor": gor}
    status: int = room.visitor(login).send(PLACE, fields).status_code
    return status


def write(room: TestRoom, lang: str, text: str, **fields: str) -> int:
    """Word the fact anew as a reviewer, and return the status."""
    told = {"text": text, "caveat": "", "digest": digest(room, lang), **fields}
    status: int = room.visitor("gun").send(f"{PLACE}/{lang}", told).status_code
    return status


def test_a_wording_is_used_once_a_second_person_has_approved_it(room: TestRoom) -> None:
    """Proposed it is not used yet; approved by another it is, and the page names both."""
    assert usable(room) == []
    assert send(room, "gun", "foresla") == 303
    assert usable(room) == []
    assert send(room, "gry", "godkann") == 303
    assert [wording.fact_id for wording in usable(room)] == [FACT]
    told = room.visitor("lea").get(PLACE)
    assert "Godkänd av Gry Godkännare" in told


def test_nobody_approves_what_they_proposed(room: TestRoom) -> None:
    """The same person is refused in words, and the page offers it to nobody but another."""
    assert send(room, "gry", "foresla") == 303
    visitor = room.visitor("gry")
    assert 'value="godkann"' not in visitor.get(PLACE)
    fields = {"sprak": "sv", "digest": digest(room), "gor": "godkann"}
    refused = visitor.send(PLACE, fields)
    assert refused.status_code == 409
    assert "Någon annan än den som skrev eller föreslog" in refused.text


@pytest.mark.parametrize(("login", "gor"), [("lea", "foresla"), ("gun", "godkann")])
def test_a_role_may_do_no_more_than_its_own(room: TestRoom, login: str, gor: str) -> None:
    """Readers change nothing, and reviewers approve nothing."""
    assert send(room, login, gor) == 403
    assert usable(room) == []


def test_a_wording_that_changes_loses_its_approval(room: TestRoom) -> None:
    """Neither the new words nor the old may be used before somebody has approved them."""
    approve_facts(room, count=1)
    assert write(room, "sv", "Nya ord om lagen.") == 303
    assert usable(room) == []
    assert "Inte godkänd" in room.visitor("gun").get(PLACE)


def test_a_changed_caveat_takes_the_approval_away_too(room: TestRoom) -> None:
    """What must be said along with a fact was approved with it."""
    (fact,) = approve_facts(room, count=1)
    wording = fact.wordings["sv"].wording
    assert write(room, "sv", wording.text, caveat="Nämn akuta beslut.") == 303
    assert usable(room) == []


def test_two_who_word_the_same_do_not_write_over_each_other(room: TestRoom) -> None:
    """The later one is told so and keeps the text."""
    seen = digest(room)
    assert write(room, "sv", "Den första.") == 303
    told = {"text": "Den andra.", "caveat": "", "digest": seen}
    refused = room.visitor("gert").send(f"{PLACE}/sv", told)
    assert refused.status_code == 409
    assert "Någon annan har ändrat formuleringen" in refused.text
    assert "Den andra." in refused.text


def test_a_fact_is_translated_beside_its_swedish(room: TestRoom) -> None:
    """A missing language gets a wording, with the Swedish caveat where it has none."""
    page = room.visitor("gun").get(f"{PLACE}/fa")
    assert "Översätt till persiska" in page
    assert "Småsaker räcker inte" in page
    assert 'dir="rtl"' in page
    assert write(room, "fa", "قانون شرایط سختی دارد.", gor="foresla") == 303
    fact = bank_of(room).find(FACT)
    assert fact is not None
    assert fact.wordings["fa"].status == "proposed"
    assert "sorg är inte desinformation" in fact.wordings["fa"].wording.caveat


def test_an_empty_wording_is_refused(room: TestRoom) -> None:
    """Nothing cannot be published."""
    assert write(room, "sv", "  ") == 409


def test_what_is_withdrawn_is_not_used(room: TestRoom) -> None:
    """Whoever finds an error stops the fact at once."""
    approve_facts(room, count=1)
    assert send(room, "gert", "dra-tillbaka") == 303
    assert usable(room) == []
    assert "Tillbakadragen av Gert Granskare" in room.visitor("lea").get(PLACE)


def test_many_are_proposed_and_approved_at_once(room: TestRoom) -> None:
    """From a list with all words in view, by two people, in as many clicks as that takes."""
    wordings = [fact.wordings["sv"] for fact in bank_of(room).about(NARRATIVE)[:3]]
    chosen = ["|".join(wording.key) for wording in wordings]
    place = "/bemot/ordalydelser"
    for login, queue in (("gun", "foresla"), ("gry", "godkanna")):
        visitor = room.visitor(login)
        listed = visitor.get(f"{place}?ko={queue}&sprak=sv&narrativ={NARRATIVE}")
        assert all(one in listed for one in chosen)
        answer = visitor.send(place, {"ko": queue, "ordalydelse": chosen})
        assert "klara=3&kvar=0" in answer.headers["location"]
        assert "3 formuleringar är" in visitor.get(answer.headers["location"])
    assert len(usable(room)) == 3


def test_a_list_does_what_it_can(room: TestRoom) -> None:
    """What the same person proposed, or has changed, is left and told of."""
    key = "|".join(bank_of(room).about(NARRATIVE)[0].wordings["sv"].key)
    visitor = room.visitor("gry")
    visitor.send("/bemot/ordalydelser", {"ko": "foresla", "ordalydelse": [key]})
    own = visitor.send("/bemot/ordalydelser", {"ko": "godkanna", "ordalydelse": [key, "x|sv|y"]})
    assert "klara=0&kvar=2" in own.headers["location"]


def test_an_approved_wording_is_not_proposed_again(room: TestRoom) -> None:
    """That would take its approval away."""
    (fact,) = approve_facts(room, count=1)
    key = "|".join(fact.wordings["sv"].key)
    room.visitor("gun").send("/bemot/ordalydelser", {"ko": "foresla", "ordalydelse": [key]})
    assert len(usable(room)) == 1


def test_what_is_past_its_day_is_said_and_not_used(room: TestRoom) -> None:
    """After its review-by date a fact waits for somebody to look at it again."""
    (fact,) = approve_facts(room, count=1)
    room.now += timedelta(days=(fact.review_by - room.now.date()).days + 1)
    assert usable(room) == []
    page = room.visitor("gun").get(f"/bemot/fakta/{fact.fact_id}")
    assert "Skulle ha granskats" in page
    assert "Kontrollera den mot källorna" in page


def test_the_list_is_filtered(room: TestRoom) -> None:
    """By narrative, language and status; nothing found says what to do."""
    approve_facts(room, count=2)
    visitor = room.visitor("lea")
    assert "18 faktauppgifter" in visitor.get("/bemot/fakta")
    assert "2 faktauppgifter" in visitor.get("/bemot/fakta?lage=godkanda&sprak=sv")
    assert "Välj färre villkor" in visitor.get("/bemot/fakta?lage=godkanda&sprak=so")


def test_what_is_not_there_is_not_found(room: TestRoom) -> None:
    """Neither a fact nor a language nobody knows."""
    client = room.visitor("gun").client
    assert client.get("/bemot/fakta/finns-inte").status_code == 404
    assert client.get(f"{PLACE}/xx").status_code == 404


def test_hostile_words_are_inert(room: TestRoom) -> None:
    """What somebody writes into a wording is shown as text."""
    assert write(room, "sv", "<script>alert(1)</script> \u202eord") == 303
    for place in (PLACE, "/bemot/fakta", "/bemot/ordalydelser"):
        page = room.visitor("gun").get(place)
        assert "<script>alert" not in page
        assert "\u202e" not in page
