"""Frågor: who asks what, what answers it, and where there is nothing to answer with."""

from datetime import date

from motbild.adapters.review_store.answers import Answer
from motbild.web.pages.questions import find_gaps
from motbild.web.reading.facts import read_bank
from motbild.web.reading.questions import (
    QuestionFilter,
    Questions,
    group_alike,
    newest_answers,
)
from motbild.web.wording import FACT_REFUSALS
from tests.rooms import NOW, TestRoom

TODAY = date(2026, 11, 22)


def _questions(room: TestRoom, **told: str) -> Questions:
    return Questions(room.room.snapshot(), QuestionFilter.read(told), TODAY)


def _publish(room: TestRoom, narrative_id: str, lang: str, day: date) -> Answer:
    answers = room.store.answers
    made = answers.draft(
        narrative_id=narrative_id,
        channel="reply",
        length="short",
        lang=lang,
        text="Så här är det.",
        fact_refs=[],
        actor="gun",
        now=NOW,
    )
    answers.propose(made.answer_id, version=1, actor="gun", now=NOW)
    answers.approve(made.answer_id, version=1, actor="gry", now=NOW)
    return answers.publish(
        made.answer_id, "https://svar.example/1", day, version=1, actor="gun", now=NOW
    )


def test_questions_stand_under_what_they_ask_about(room: TestRoom) -> None:
    """The narrative most asked about comes first, with how many ask."""
    (first, *rest) = _questions(room).by_narrative()
    assert all(row["family_count"] <= first["family_count"] for row in rest)
    page = room.visitor("lea").get("/fragor")
    for row in (first, *rest):
        assert f'id="n-{row["narrative_id"]}"' in page
    assert "Skriv ett svar" not in page


def test_all_there_is_to_ask_is_counted(room: TestRoom) -> None:
    """Each family of copies counts once for each narrative it asks about."""
    rows = room.room.snapshot().rows(
        """
        SELECT count(DISTINCT (questions.narrative_id, posts.family_id)) AS n
        FROM core.questions AS questions JOIN core.posts AS posts USING (post_id)
        """
    )
    assert sum(row["family_count"] for row in _questions(room).by_narrative()) == rows[0]["n"]


def test_a_reviewer_is_led_to_an_answer(room: TestRoom) -> None:
    """With the narrative, the language and the question filled in."""
    question = _questions(room).newest()[0]
    page = room.visitor("gun").get("/fragor")
    place = f"narrativ={question['narrative_id']}&amp;sprak={question['lang']}&amp;fraga="
    assert f"/bemot/nytt?{place}" in page


def test_a_filter_leaves_out_the_others(room: TestRoom) -> None:
    """By narrative, language, platform and time; the address tells it."""
    question = _questions(room).newest()[0]
    told = {
        "narrativ": question["narrative_id"],
        "sprak": question["lang"],
        "plattform": question["platform"],
    }
    for listed in _questions(room, **told).page(1):
        assert listed["narrative_id"] == told["narrativ"]
        assert listed["lang"] == told["sprak"]
    page = room.visitor("lea").get(f"/fragor?narrativ={told['narrativ']}")
    assert page.count("<section") == 3  # the narrative, the count and the gaps
    assert "Ingen frågar om det i urvalet." in room.visitor("lea").get("/fragor?sprak=finns-inte")


def test_time_counts_back_from_today(room: TestRoom) -> None:
    """A single day is today alone, and older questions are left out."""
    recent = _questions(room, tid="7").page(1)
    assert all(question["last_day"] > date(2026, 11, 15) for question in recent)
    assert QuestionFilter.read({"tid": "1"}).first_day(TODAY) == TODAY
    assert QuestionFilter.read({"tid": "nonsens"}).parameters == {}


def test_a_published_answer_marks_the_questions_in_its_language(room: TestRoom) -> None:
    """The mark leads to the answer; a mere draft marks nothing."""
    question = next(q for q in _questions(room).newest() if q["lang"] == "sv")
    room.store.answers.draft(
        narrative_id=question["narrative_id"],
        channel="reply",
        length="short",
        lang="sv",
        text="Utkast.",
        fact_refs=[],
        actor="gun",
        now=NOW,
    )
    visitor = room.visitor("lea")
    assert "Besvarat" not in visitor.get("/fragor")
    made = _publish(room, question["narrative_id"], "sv", date(2026, 11, 21))
    page = visitor.get("/fragor")
    assert f'href="/bemot/svar/{made.answer_id}">Besvarat 21 nov. 2026' in page


def test_the_newest_answer_counts(room: TestRoom) -> None:
    """Of two to the same question, the one published last."""
    later = _publish(room, "barnhandel", "sv", date(2026, 11, 20))
    _publish(room, "barnhandel", "sv", date(2026, 11, 2))
    newest = newest_answers(room.store.answers.list("published"))
    assert newest["barnhandel", "sv"].answer_id == later.answer_id


def test_facts_stand_with_why_they_may_not_be_used(room: TestRoom) -> None:
    """The demo's facts are drafts, and the page says so."""
    page = room.visitor("lea").get("/fragor")
    assert FACT_REFUSALS["not-approved"] in page
    assert "får användas" not in page


def test_a_language_without_facts_is_a_gap(room: TestRoom) -> None:
    """Somebody asks in Somali and no fact is worded so; writing one closes the gap."""
    asked = _questions(room).by_language()
    snapshot = room.room.snapshot()
    gaps = find_gaps(asked, read_bank(snapshot, room.store))
    somali = [gap for gap in gaps if gap["lang"] == "so"]
    assert all(gap["has_facts"] for gap in somali)
    gap = somali[0]
    assert "Luckor: frågor utan fakta" in room.visitor("lea").get("/fragor")
    fact = read_bank(snapshot, room.store).about(gap["narrative_id"])[0]
    room.store.facts.write(fact.fact_id, "so", "Waa run.", "", actor="gun", now=NOW)
    left = find_gaps(asked, read_bank(snapshot, room.store))
    assert (gap["narrative_id"], "so") not in [(g["narrative_id"], g["lang"]) for g in left]


def test_those_who_ask_alike_stand_together() -> None:
    """Under the words of the seed; those who ask alone have no heading."""
    asked = [
        {"group_key": "s1", "group_count": 2, "seed_text": "Är det sant?", "family_id": "a"},
        {"group_key": "s1", "group_count": 2, "seed_text": "Är det sant?", "family_id": "b"},
        {"group_key": "c", "group_count": 1, "seed_text": None, "family_id": "c"},
        {"group_key": "s2", "group_count": 1, "seed_text": "Vem?", "family_id": "d"},
    ]
    alike, alone = group_alike(asked)
    assert (alike["heading"], alike["count"], len(alike["questions"])) == ("Är det sant?", 2, 2)
    assert (alone["heading"], len(alone["questions"])) == ("", 2)


def test_questions_about_one_narrative_are_paged(room: TestRoom) -> None:
    """A page beyond the last is empty and still a page."""
    page = room.visitor("lea").get("/fragor?narrativ=sok-inte-hjalp&sida=99")
    assert 'rel="prev"' in page
    assert 'rel="next"' not in page
