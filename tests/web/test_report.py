"""Rapport: a week on one page, each figure with how it was counted."""

import io
import json
import re
import zipfile
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from motbild.core.report_document import Paragraph, ReportTable
from motbild.settings import Settings
from motbild.web.pages.report import number_columns
from motbild.web.reading.report import read_false_flag_rate, read_model_version
from tests.rooms import NOW, TestRoom
from tests.web.deciding import decide_first
from tests.web.test_overview import rewrite

WEEK = "/rapport?vecka=2026-W47"


def _words(page: str) -> str:
    plain = re.sub(r"(?s)<svg.*?</svg>|<sup.*?</sup>|<[^>]+>", " ", page)
    return " ".join(unescape(plain).split())


def _document(content: bytes) -> str:
    """Return what a DOCX says, its raised numbers left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        root = ElementTree.fromstring(parts.read("word/document.xml"))  # noqa: S314 - ours
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return " ".join(part.text or "" for part in root.iter(f"{name}t"))


def _publish_answer(room: TestRoom, day: date, address: str) -> None:
    answers = room.store.answers
    made = answers.draft(
        narrative_id="kidnappning",
        channel="web",
        length="short",
        lang="sv",
        text="Så går det till.",
        fact_refs=(),
        actor="gun",
        now=NOW,
    )
    answers.propose(made.answer_id, version=1, actor="gun", now=NOW)
    answers.approve(made.answer_id, version=1, actor="gry", now=NOW)
    answers.publish(made.answer_id, address, day, version=1, actor="gry", now=NOW)


def test_the_last_whole_week_is_shown_first(room: TestRoom) -> None:
    """On a Sunday that is the week that ended seven days ago, with ways to the others."""
    page = room.visitor("lea").get("/rapport")
    assert "<h1>Veckorapport, vecka 46, 9–15 november 2026</h1>" in page
    assert "vecka=2026-W45" in page
    assert "vecka=2026-W47" in page
    assert "Nästa vecka" not in room.visitor("lea").get(WEEK)


def test_a_week_that_is_not_over_says_so(room: TestRoom) -> None:
    """It is not compared with a whole one either."""
    page = _words(room.visitor("lea").get(WEEK))
    assert "Veckan är inte slut" in page
    room.now = NOW + timedelta(days=7)
    assert "Veckan är inte slut" not in _words(room.visitor("lea").get(WEEK))


@pytest.mark.parametrize("told", ["47", "2026-W54", "2026-47", "9999-W99", "0000-W01", "<b>"])
def test_a_week_that_is_none_is_refused(room: TestRoom, told: str) -> None:
    """The page says how weeks are written."""
    answer = room.visitor("lea").client.get("/rapport", params={"vecka": told})
    assert answer.status_code == 400
    assert "Skriv den som 2026-W47" in answer.text


def test_a_week_without_posts_says_what_to_do(room: TestRoom) -> None:
    """What was never read in is missing, not zero."""
    page = _words(room.visitor("lea").get("/rapport?vecka=2020-W01"))
    assert "Inga inlägg är inlästa för den här veckan. Välj en annan vecka." in page
    assert "Narrativ Flaggade Veckan före" in page
    assert "saknas saknas" in page


def test_figures_are_those_of_the_snapshot(room: TestRoom) -> None:
    """Each flagged post counts once in the headline, whatever it bears on."""
    snapshot = room.room.snapshot()
    (row,) = snapshot.rows(
        "SELECT count(DISTINCT post_id) AS n FROM analyst.flagged_posts "
        "WHERE posted_day BETWEEN '2026-11-16' AND '2026-11-22'"
    )
    assert f"{row['n']} inlägg flaggades." in _words(room.visitor("lea").get(WEEK))


def test_decisions_threats_and_answers_of_the_week_are_told(room: TestRoom) -> None:
    """What people did that week stands in it, and what they did before does not."""
    decide_first(room, "gun", "confirm", "kidnappning")
    decide_first(room, "gun", "protected")
    decide_first(room, "gert", "threat")
    decide_first(room, "gert", "reject", now=NOW - timedelta(days=14))
    _publish_answer(room, date(2026, 11, 18), "https://myndighet.example/svar")
    _publish_answer(room, date(2026, 11, 2), "https://myndighet.example/gammalt")
    page = room.visitor("lea").get(WEEK)
    told = _words(page)
    assert "3 beslut: 1 bekräftade, 0 avvisade och 1 skyddade yttranden" in told
    assert "1 hot lämnades till den säkerhetsansvariga" in told
    assert "1 svar publicerades." in told
    assert '<a href="https://myndighet.example/svar" rel="noreferrer noopener">' in page
    assert "gammalt" not in page


def test_a_decision_that_is_undone_is_not_counted(room: TestRoom) -> None:
    """Only what stands is told."""
    family = decide_first(room, "gun", "confirm", "kidnappning")
    room.store.decisions.undo(f"gun-confirm-{family}", actor="gun", now=NOW)
    assert "Granskarna fattade inga beslut." in room.visitor("lea").get(WEEK)


def test_sources_that_failed_are_named(room: TestRoom) -> None:
    """The figures of such a week are lower bounds, and the report says so."""
    rewrite(
        room,
        "UPDATE core.daily_counts SET is_missing = true WHERE counted_day = '2026-11-18'",
    )
    room.now = NOW + timedelta(days=7)
    told = _words(room.visitor("lea").get(WEEK))
    assert "Siffrorna är lägre än i verkligheten, för något saknas: demo." in told
    assert "Källor som inte gick att läsa Källa Dagar som saknas demo 1" in told
    assert "minst" in told


def test_every_note_is_there_and_none_in_vain(room: TestRoom) -> None:
    """Each number leads to a note, and each note is referred to."""
    page = room.visitor("lea").get(WEEK)
    referred = set(re.findall(r'href="#not-(\d+)"', page))
    assert referred == set(re.findall(r'<li id="not-(\d+)"', page))
    assert re.findall(r'href="#not-(\d+)"', page)[0] == "1"
    assert "Den är varken ett beslut eller en dom." in page


def test_the_document_says_the_same_as_the_page(room: TestRoom) -> None:
    """The DOCX has the same sentences, tables and notes, and the log tells who took it."""
    visitor = room.visitor("lea")
    answer = visitor.client.get("/rapport.docx?vecka=2026-W47")
    assert answer.headers["content-disposition"].endswith('"motbild-rapport-2026-W47.docx"')
    page, document = _words(visitor.get(WEEK)), _document(answer.content)
    for sentence in (
        "Veckorapport, vecka 47",
        "Mest flaggat är",
        "Så har vi räknat",
        "Dag för dag",
    ):
        assert sentence in page
        assert sentence in document
    (entry,) = room.store.audit.entries(action="exported")
    assert (entry.actor, entry.subject) == ("lea", "rapport")
    assert entry.details == {"week": "2026-W47", "form": "docx"}


def test_it_is_complete_in_english(room: TestRoom) -> None:
    """Whoever has chosen English reads all of it in English."""
    lea = room.store.accounts.find("lea")
    assert lea is not None
    room.store.accounts.change(lea.account_id, lang="en", actor="terminal", now=NOW)
    told = _words(room.visitor("lea").get(WEEK))
    assert "Weekly report, week 47, 16–22 November 2026" in told
    assert "How we counted" in told
    assert not re.search(r"\b(inlägg|veckan|saknas|räknas|flaggade|och)\b", told)


def test_the_rate_of_wrong_flags_is_that_of_the_model_in_use(
    room: TestRoom, tmp_path: Path
) -> None:
    """The card of another model tells nothing, nor does one that is not there."""
    version = read_model_version(room.room.snapshot())
    model = tmp_path / "model"
    model.mkdir()
    settings = Settings.load(home=room.settings.home, model=model)
    assert read_false_flag_rate(settings, version) is None
    card = {"version": version, "out_of_fold": {"false_flag_rate": 0.024}}
    (model / "card.json").write_text(json.dumps(card), encoding="utf-8")
    assert read_false_flag_rate(settings, version) == 0.024
    assert read_false_flag_rate(settings, "annan") is None


def test_figures_stand_to_the_right() -> None:
    """A column with figures is told from one of words, whatever is missing in it."""
    rows = (("A", "12", "mer", "saknas"), ("B", "−3", "mindre", "1 200"), ("C 3", "0", "x", "–"))
    table = ReportTable(Paragraph("t"), ("", "", "", ""), rows)
    assert number_columns(table) == {1, 3}
