"""A new answer: only from facts that may be used, in an order that does not spread the rumour."""

import re
from datetime import date

import pytest

from tests.rooms import TestRoom
from tests.web.facts import NARRATIVE, approve_facts, bank_of, draft, refs_in, usable


def test_without_an_approved_fact_nothing_is_drafted(room: TestRoom) -> None:
    """The page says why, fact by fact, and leads to where it is settled."""
    page = room.visitor("gun").get(f"/bemot/nytt?narrativ={NARRATIVE}")
    assert "Det går inte att skriva ett utkast än" in page
    assert "Formuleringen är inte godkänd" in page
    assert f"/bemot/ordalydelser?ko=foresla&amp;narrativ={NARRATIVE}" in page
    assert 'name="text"' not in page


def test_a_draft_comes_in_order_with_its_caveats(room: TestRoom) -> None:
    """Fact, warning, fallacy, fact; beside it what to bear in mind."""
    approve_facts(room)
    page = room.visitor("gun").get(f"/bemot/nytt?narrativ={NARRATIVE}")
    names = ("Fakta", "Varning för ryktet", "Det som är fel i ryktet")
    told = re.findall(r"<li><strong>([^<]+)</strong>", page)
    assert told == [names[0], names[1], names[2], names[0]]
    assert "Det finns ett rykte som inte stämmer" in page
    assert "En förälders sorg är inte desinformation" in page


def test_a_draft_in_another_language_tells_the_rumour_in_it(room: TestRoom) -> None:
    """The pack's own English is taken, which the snapshot does not hold."""
    approve_facts(room, lang="en")
    page = room.visitor("gun").get(f"/bemot/nytt?narrativ={NARRATIVE}&sprak=en")
    assert "steals or abducts children" in page
    assert 'lang="en"' in page


def test_facts_are_chosen(room: TestRoom) -> None:
    """What is ticked is used, and none at all is refused in words."""
    facts = approve_facts(room, count=3)
    start = f"/bemot/nytt?narrativ={NARRATIVE}&valda={NARRATIVE}-sv"
    visitor = room.visitor("gun")
    page = visitor.get(f"{start}&fakta={facts[2].fact_id}")
    assert [ref.split("|")[0] for ref in refs_in(page)] == [facts[2].fact_id]
    assert "Välj minst en faktauppgift." in visitor.get(start)


def test_a_saved_draft_rests_on_its_facts(room: TestRoom) -> None:
    """The answer keeps which words it says, and what it was meant for."""
    approve_facts(room)
    answer = draft(room, fraga="fråga-1", item="familj-1")
    assert answer.status == "draft"
    assert [ref[0] for ref in answer.fact_refs] == [w.fact_id for w in usable(room)]
    assert (answer.question_key, answer.family_id) == ("fråga-1", "familj-1")


def test_a_fact_that_was_withdrawn_meanwhile_is_refused(room: TestRoom) -> None:
    """Saving checks anew, and the text that was written is kept."""
    (fact,) = approve_facts(room, count=1)
    visitor = room.visitor("gun")
    refs = refs_in(visitor.get(f"/bemot/nytt?narrativ={NARRATIVE}"))
    room.store.facts.withdraw(*fact.wordings["sv"].key, actor="gert", now=room.now)
    told = {"narrativ": NARRATIVE, "text": "Min egen text.", "ref": refs}
    refused = visitor.send("/bemot/nytt", told)
    assert refused.status_code == 409
    assert "Min egen text." in refused.text
    assert room.store.answers.list() == []


@pytest.mark.parametrize("refs", [[], ["finns-inte|sv|x"], ["lvu-kraver-pataglig-risk|sv|x"]])
def test_an_answer_without_approved_words_is_refused(room: TestRoom, refs: list[str]) -> None:
    """Nobody gets around the fact bank with a form of their own."""
    told = {"narrativ": NARRATIVE, "text": "Påhittat.", "ref": refs}
    assert room.visitor("gun").send("/bemot/nytt", told).status_code == 409
    assert room.store.answers.list() == []


def test_the_post_that_is_answered_is_shown(room: TestRoom) -> None:
    """A question is read beside its answer, and that it was seen is logged."""
    (row,) = room.room.snapshot().rows(
        "SELECT post_id, narrative_id FROM core.questions JOIN core.posts USING (post_id) LIMIT 1"
    )
    place = f"/bemot/nytt?narrativ={row['narrative_id']}&fraga={row['post_id']}"
    assert "Inlägget som svaret gäller" in room.visitor("gun").get(place)
    assert room.store.audit.entries(action="saw-item")[0].subject == row["post_id"]


def test_days_are_swedish(room: TestRoom) -> None:
    """A fact's day is the day in Sweden."""
    approve_facts(room)
    assert bank_of(room).usable(NARRATIVE, "sv", date(2026, 11, 22))
