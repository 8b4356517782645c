"""Answers: drafted from facts that may be used, approved by another, published, handed out."""

import io
import re
import secrets
import zipfile
from datetime import date, timedelta

import pytest

from motbild.adapters.review_store.answers import Answer
from motbild.core.advice import Situation
from motbild.web.deciding import Pressed, make_act
from motbild.web.reading.advice import read_advice
from motbild.web.reading.item import texts_to_decide
from tests.rooms import TestRoom, Visitor
from tests.web.facts import NARRATIVE, approve_facts, bank_of, usable

ADDRESS = "https://myndigheten.example/svar"


def refs_in(page: str) -> list[str]:
    """Return the wordings that a shown draft rests on."""
    return re.findall(r'name="ref" value="([^"]+)"', page)


def draft(room: TestRoom, login: str = "gun", **fields: object) -> Answer:
    """Let somebody save a draft as the page makes it."""
    visitor = room.visitor(login)
    told: dict[str, object] = {"narrativ": NARRATIVE, "sprak": "sv", "kanal": "web"}
    page = visitor.get(f"/bemot/nytt?narrativ={NARRATIVE}")
    told |= {"text": "Så här är det.", "ref": refs_in(page), **fields}
    location = visitor.send("/bemot/nytt", told).headers["location"]
    answer = room.store.answers.get(re.split(r"[/?]", location)[3])
    assert answer is not None
    return answer


def act(room: TestRoom, login: str, answer: Answer, gor: str, **fields: object) -> str:
    """Do something with an answer as its page has it; return how it went, or why not."""
    place = f"/bemot/svar/{answer.answer_id}"
    told = {"gor": gor, "version": answer.version, **fields}
    response = room.visitor(login).send(place, told)
    if response.status_code == 303:
        return "done"
    found = re.search(r'role="alert">([^<]*)<', response.text)
    return found.group(1) if found else str(response.status_code)


def now(room: TestRoom, answer: Answer) -> Answer:
    """Return an answer as it is now."""
    found = room.store.answers.get(answer.answer_id)
    assert found is not None
    return found


def publish(room: TestRoom, answer: Answer, **fields: object) -> str:
    """Take a draft all the way, by two people."""
    assert act(room, "gun", answer, "foresla") == "done"
    assert act(room, "gry", answer, "godkann") == "done"
    told = {"adress": ADDRESS, "dag": room.now.date().isoformat(), **fields}
    return act(room, "gun", answer, "publicera", **told)


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


def test_an_answer_is_published_by_two_people(room: TestRoom) -> None:
    """Draft, proposed, approved, published: each step is told, and the log has them all."""
    approve_facts(room)
    answer = draft(room)
    assert publish(room, answer) == "done"
    published = now(room, answer)
    assert (published.status, published.address) == ("published", ADDRESS)
    page = room.visitor("lea").get(f"/bemot/svar/{answer.answer_id}")
    for told in ("Publicerat", "Godkände svaret", "Gry Godkännare", ADDRESS):
        assert told in page
    assert "/effekt?" in page
    assert "Publicerat (1)" in room.visitor("lea").get("/bemot/svar")


def test_a_draft_is_saved_and_submitted_at_once(room: TestRoom) -> None:
    """One press takes it to whoever approves."""
    approve_facts(room)
    assert draft(room, gor="foresla").status == "proposed"


def test_nobody_approves_their_own(room: TestRoom) -> None:
    """An approver who has written on it is refused, and is not offered to."""
    approve_facts(room)
    answer = draft(room, login="gry")
    assert act(room, "gry", answer, "foresla") == "done"
    assert "har skrivit svaret" in act(room, "gry", answer, "godkann")
    page = room.visitor("gry").get(f"/bemot/svar/{answer.answer_id}")
    assert 'value="godkann"' not in page
    assert act(room, "gun", answer, "godkann") == "403"
    assert act(room, "lea", answer, "andra", text="x") == "403"


def test_an_answer_is_given_back_with_a_word_why(room: TestRoom) -> None:
    """Whoever wrote it sees what needs changing."""
    approve_facts(room)
    answer = draft(room, gor="foresla")
    assert "Skriv vad som behöver ändras" in act(room, "gry", answer, "ge-tillbaka")
    assert act(room, "gry", answer, "ge-tillbaka", **{"not": "Kortare, tack."}) == "done"
    page = room.visitor("gun").get(f"/bemot/svar/{answer.answer_id}")
    assert "Kortare, tack." in page
    assert now(room, answer).status == "draft"


def test_two_who_edit_do_not_write_over_each_other(room: TestRoom) -> None:
    """The later one is told so and keeps the text."""
    approve_facts(room)
    answer = draft(room)
    assert act(room, "gert", answer, "andra", text="Gerts ord.") == "done"
    place, told = f"/bemot/svar/{answer.answer_id}", {"gor": "andra", "version": 1}
    refused = room.visitor("gun").send(place, {**told, "text": "Guns ord."})
    assert refused.status_code == 409
    assert "Guns ord." in refused.text
    assert now(room, answer).text == "Gerts ord."


def test_an_edited_answer_is_a_draft_again(room: TestRoom) -> None:
    """What was approved is not what it says now; the earlier words stay to be read."""
    approve_facts(room)
    answer = draft(room, gor="foresla")
    assert act(room, "gry", answer, "godkann") == "done"
    assert act(room, "gun", answer, "andra", text="Andra ord.") == "done"
    assert now(room, answer).status == "draft"
    assert "Texten i version 1" in room.visitor("lea").get(f"/bemot/svar/{answer.answer_id}")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"adress": "http://osaker.example"}, "https://"),
        ({"adress": "javascript:alert(1)"}, "https://"),
        ({"adress": "https://"}, "https://"),
        ({"dag": "2026-12-24"}, "Dagen har inte varit än"),
        ({"dag": "i går"}, "Ange vilken dag"),
    ],
)
def test_where_and_when_are_checked(room: TestRoom, fields: dict[str, str], told: str) -> None:
    """An address is https, and nothing is published tomorrow."""
    approve_facts(room)
    answer = draft(room)
    assert told in publish(room, answer, **fields)
    assert now(room, answer).status == "approved"


def test_a_fact_that_ends_holds_its_answers(room: TestRoom) -> None:
    """What rests on a withdrawn fact is neither submitted, approved nor published."""
    (fact,) = approve_facts(room, count=1)
    answer = draft(room, gor="foresla")
    room.store.facts.withdraw(*fact.wordings["sv"].key, actor="gert", now=room.now)
    assert "vilar på en faktauppgift som inte får användas" in act(room, "gry", answer, "godkann")
    assert "Det går inte att lämna" in room.visitor("gun").get(f"/bemot/svar/{answer.answer_id}")


def test_an_overdue_fact_warns_where_an_answer_stands(room: TestRoom) -> None:
    """What is published is looked over when its fact no longer holds."""
    (fact,) = approve_facts(room, count=1)
    answer = draft(room)
    publish(room, answer)
    room.now += timedelta(days=(fact.review_by - room.now.date()).days + 1)
    page = room.visitor("gun").get(f"/bemot/svar/{answer.answer_id}")
    assert "Se över det där det står" in page


def test_a_reworded_fact_is_checked_against(room: TestRoom) -> None:
    """The warning goes once somebody has read the new words and says so."""
    (fact,) = approve_facts(room, count=1)
    answer = draft(room)
    facts, when = room.store.facts, room.now
    new = facts.write(fact.fact_id, "sv", "Nya ord.", "", actor="gert", now=when)
    facts.propose(fact.fact_id, "sv", new.text_digest, actor="gert", now=when)
    facts.approve(fact.fact_id, "sv", new.text_digest, actor="gry", now=when)
    place = f"/bemot/svar/{answer.answer_id}"
    assert "har formulerats om sedan svaret skrevs" in room.visitor("gun").get(place)
    assert act(room, "gun", answer, "andra", text="Nya ord.", avstamd="ja") == "done"
    assert "har formulerats om" not in room.visitor("gun").get(place)


def test_a_withdrawn_answer_stays_to_be_seen(room: TestRoom) -> None:
    """It is out of use, with the reason, and out of the usual list."""
    approve_facts(room)
    answer = draft(room)
    assert act(room, "gun", answer, "dra-tillbaka", **{"not": "Fel ton."}) == "done"
    visitor = room.visitor("lea")
    assert "Fel ton." in visitor.get(f"/bemot/svar/{answer.answer_id}")
    assert answer.answer_id not in visitor.get("/bemot/svar")
    assert answer.answer_id in visitor.get("/bemot/svar?status=withdrawn")


def file_of(visitor: Visitor, answer: Answer, form: str) -> bytes:
    """Return an answer as a file."""
    response = visitor.client.get(f"/bemot/svar/{answer.answer_id}.{form}")
    assert response.status_code == 200
    assert "attachment" in response.headers["content-disposition"]
    content: bytes = response.content
    return content


def test_an_answer_is_handed_out_as_files(room: TestRoom) -> None:
    """As text, Markdown and a document, with sources told once; each is logged."""
    approve_facts(room)
    text = "Så *är* det.\n\nKällor:\n– Lagen. Riksdagen, 1990. https://lag.example/1990"
    answer = draft(room, text=text)
    visitor = room.visitor("lea")
    assert file_of(visitor, answer, "txt").decode() == text + "\n"
    markdown = file_of(visitor, answer, "md").decode()
    assert r"Så \*är\* det." in markdown
    assert "- Lagen. Riksdagen, 1990. <https://lag.example/1990>" in markdown
    document = zipfile.ZipFile(io.BytesIO(file_of(visitor, answer, "docx")))
    body = document.read("word/document.xml").decode()
    assert body.count("Källor") == 1
    assert "Lagen. Riksdagen, 1990." in body
    logged = room.store.audit.entries(action="exported")
    assert [entry.details["form"] for entry in logged] == ["docx", "md", "txt"]


def test_advice_is_sorted_and_leads_on(room: TestRoom) -> None:
    """Every narrative gets a level and its reasons; without facts one begins with those."""
    page = room.visitor("gun").get("/bemot")
    narratives = room.room.snapshot().rows("FROM core.narratives")
    assert page.count('class="badge level') == len(narratives)
    assert "Det finns ingen godkänd faktauppgift att svara med" in page or "hot" in page
    assert "Granska fakta först" in page
    for narrative in narratives:
        approve_facts(room, narrative=narrative["narrative_id"])
    assert "Granska fakta först" not in room.visitor("gun").get("/bemot")


def test_what_reviewers_dismissed_does_not_count(room: TestRoom) -> None:
    """Advice follows the decisions, at once."""
    before = situation_of(room)
    assert before.flagged_last_7_days + before.flagged_week_before > 0
    snapshot = room.room.snapshot()
    for item in snapshot.rows("FROM memory.main.items WHERE is_flagged OR is_threat"):
        dismiss(room, item["family_id"])
    after = situation_of(room)
    counted = (after.flagged_last_7_days, after.flagged_week_before, after.reach)
    assert (*counted, after.threat_count) == (0, 0, 0, 0)


def situation_of(room: TestRoom) -> Situation:
    """Return how the narrative spreads, as the advice sees it."""
    advised = read_advice(room.room.snapshot(), room.now.date(), (), ())
    return next(one.situation for one in advised if one.narrative_id == NARRATIVE)


def dismiss(room: TestRoom, family_id: str) -> None:
    """Decide that an item bears on nothing."""
    texts = texts_to_decide(room.room.snapshot(), family_id)
    act_id = secrets.token_hex(16)
    made = make_act(
        Pressed("reject", ()),
        act_id=act_id,
        family_id=family_id,
        texts=texts,
        actor="gun",
        now=room.now,
    )
    room.store.decisions.decide(made, seen_seq=0, actor="gun", now=room.now)


def test_advice_says_when_it_is_old(room: TestRoom) -> None:
    """Figures of last week are not told as those of today."""
    assert "Senare nätter saknas" not in room.visitor("lea").get("/bemot")
    room.now += timedelta(days=4)
    assert "Senare nätter saknas" in room.visitor("lea").get("/bemot")


def test_readers_read_and_no_more(room: TestRoom) -> None:
    """No button leads a reader to what is refused."""
    visitor = room.visitor("lea")
    assert "/bemot/nytt" not in visitor.get("/bemot") + visitor.get("/bemot/svar")
    assert visitor.client.get("/bemot/nytt").status_code == 403


def test_the_post_that_is_answered_is_shown(room: TestRoom) -> None:
    """A question is read beside its answer, and that it was seen is logged."""
    (row,) = room.room.snapshot().rows(
        "SELECT post_id, narrative_id FROM core.questions JOIN core.posts USING (post_id) LIMIT 1"
    )
    place = f"/bemot/nytt?narrativ={row['narrative_id']}&fraga={row['post_id']}"
    assert "Inlägget som svaret gäller" in room.visitor("gun").get(place)
    assert room.store.audit.entries(action="saw-item")[0].subject == row["post_id"]


def test_hostile_words_are_inert(room: TestRoom) -> None:
    """An answer's text and notes are shown as text, wherever they stand."""
    approve_facts(room)
    hostile = "</textarea><script>alert(1)</script>"
    answer = draft(room, text=hostile, gor="foresla")
    act(room, "gry", answer, "ge-tillbaka", **{"not": hostile})
    visitor = room.visitor("gun")
    for place in (f"/bemot/svar/{answer.answer_id}", "/bemot/svar", "/bemot"):
        assert "<script>alert" not in visitor.get(place)


def test_an_answer_that_is_not_there(room: TestRoom) -> None:
    """Its page, its files and what is done to it are not found."""
    visitor = room.visitor("gun")
    assert visitor.client.get("/bemot/svar/finns-inte").status_code == 404
    assert visitor.client.get("/bemot/svar/finns-inte.md").status_code == 404
    assert visitor.send("/bemot/svar/finns-inte", {"gor": "foresla"}).status_code == 404


def test_days_are_swedish(room: TestRoom) -> None:
    """A fact's day is the day in Sweden."""
    approve_facts(room)
    assert bank_of(room).usable(NARRATIVE, "sv", date(2026, 11, 22))
