"""Answers: approved by another than who wrote them, published, handed out, all of it kept."""

import io
import re
import zipfile
from datetime import timedelta

import pytest

from motbild.adapters.review_store.answers import Answer
from tests.rooms import TestRoom, Visitor
from tests.web.facts import approve_facts, draft

ADDRESS = "https://myndigheten.example/svar"


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


def test_readers_read_and_no_more(room: TestRoom) -> None:
    """No button leads a reader to what is refused."""
    visitor = room.visitor("lea")
    assert "/bemot/nytt" not in visitor.get("/bemot") + visitor.get("/bemot/svar")
    assert visitor.client.get("/bemot/nytt").status_code == 403


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
