"""Effekt: what was counted around an answer, told with everything that speaks against it."""

from datetime import date, timedelta

import pytest

from motbild.core.trends import DayCount
from motbild.web.language import words_of
from motbild.web.pages.effect import tell_change
from motbild.web.reading.effect import others_than, read_series
from tests.rooms import TestRoom
from tests.web.facts import NARRATIVE, approve_facts, usable

DAY = date(2026, 11, 14)


def publish(room: TestRoom, day: date = DAY, narrative: str = NARRATIVE) -> str:
    """Publish an answer on a day, and return its id."""
    approve_facts(room, narrative=narrative)
    used = usable(room, narrative=narrative)
    answers, when = room.store.answers, room.now
    answer = answers.draft(
        narrative_id=narrative,
        channel="web",
        length="short",
        lang="sv",
        text="Så här är det.",
        fact_refs=[(one.fact_id, one.lang, one.text_digest) for one in used],
        actor="gun",
        now=when,
    )
    answers.propose(answer.answer_id, version=1, actor="gun", now=when)
    answers.approve(answer.answer_id, version=1, actor="gry", now=when)
    answers.publish(answer.answer_id, "https://svar.example", day, version=1, actor="gun", now=when)
    return answer.answer_id


def test_without_an_answer_there_is_nothing_to_compare(room: TestRoom) -> None:
    """The page says what to do first, for everything and for one narrative."""
    visitor = room.visitor("lea")
    assert "Inget svar är publicerat än" in visitor.get("/effekt")
    publish(room)
    told = visitor.get("/effekt?narrativ=barnhandel")
    assert "Det finns inget publicerat svar på det här narrativet" in told


def test_the_number_is_never_without_its_caveats(room: TestRoom) -> None:
    """Before and after stand beside why they may differ all the same."""
    publish(room)
    page = room.visitor("lea").get("/effekt")
    assert "14 november 2026" in page
    assert "Effekten kan ha andra orsaker" in page
    assert "Rykten minskar ofta av sig själva" in page
    assert "Övriga narrativ tillsammans" in page


def test_the_chart_has_its_table(room: TestRoom) -> None:
    """Four weeks and the day itself, each told; days without figures are not zero."""
    publish(room)
    page = room.visitor("lea").get("/effekt")
    assert page.count('<th scope="row">') == 2 + 29
    assert "svaret publicerades" in page
    assert "ingen uppgift än" in page
    assert page.count('class="answer-line"') == 1


def test_an_answer_is_chosen_among_several(room: TestRoom) -> None:
    """The last is shown unless another is asked for; a near one is a caveat."""
    first = publish(room)
    publish(room, DAY + timedelta(days=3))
    visitor = room.visitor("lea")
    assert "17 november 2026" in visitor.get("/effekt")
    told = visitor.get(f"/effekt?narrativ={NARRATIVE}&svar={first}")
    assert "14 november 2026" in told
    assert "Ett annat svar publicerades nära i tid" in told


def test_days_add_up_to_what_the_snapshot_counts(room: TestRoom) -> None:
    """Every narrative has every day, and nothing is lost."""
    snapshot = room.room.snapshot()
    series = read_series(snapshot)
    assert len({len(known) for known in series.values()}) == 1
    (row,) = snapshot.rows(
        """
        SELECT sum(flagged_count) AS n FROM core.daily_counts
        WHERE narrative_id <> 'none' AND counted_day IN (SELECT unnest(?::DATE[]))
        """,
        [[entry.day for entry in series[NARRATIVE]]],
    )
    assert sum(entry.at_least for known in series.values() for entry in known) == row["n"]


def test_a_missing_day_of_one_is_missing_of_all_together() -> None:
    """A sum with a gap is no sum."""
    series = {
        "a": (DayCount(DAY, 5, 5),),
        "b": (DayCount(DAY, None, 2),),
        "c": (DayCount(DAY, 1, 1),),
    }
    assert others_than(series, "a") == (DayCount(DAY, None, 3),)
    assert others_than(series, "b") == (DayCount(DAY, 6, 6),)


@pytest.mark.parametrize(
    ("ratio", "told"),
    [
        (0.8, "20 procent färre"),
        (1.25, "25 procent fler"),
        (1.0, "lika många"),
        (2.5, "2,5 gånger så många"),
        (None, "–"),
    ],
)
def test_change_is_told_as_people_say_it(ratio: float | None, told: str) -> None:
    """Fewer and more in per cent, many more in times."""
    assert tell_change(words_of("sv"), ratio) == told
