"""Lägesbild: what is new, what waits, what stands out, and what is missing."""

import re
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from motbild.adapters.sources.rejects import REASONS
from motbild.core.trends import WeekChange
from motbild.web.changes import compare
from motbild.web.reading.queue import count_queues
from motbild.web.set_aside import REJECT_REASONS
from tests.rooms import NOW, TestRoom
from tests.web.deciding import decide_first

PLACE = "/lagesbild"


def rewrite(room: TestRoom, *statements: str) -> None:
    """Change what a room's snapshot tells, before anybody has read it."""
    path = room.settings.snapshot_link.resolve()
    path.chmod(0o644)
    with duckdb.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)


def _night(started_at: datetime) -> str:
    ended_at = started_at + timedelta(minutes=5)
    return f"UPDATE ops.runs SET started_at = '{started_at}', ended_at = '{ended_at}'"


def _words(page: str) -> str:
    """Return what a page says, without its charts."""
    plain = re.sub(r"(?s)<svg.*?</svg>|<[^>]+>", " ", page)
    return " ".join(plain.split())


def test_a_first_visit_tells_of_the_last_night(room: TestRoom) -> None:
    """Whoever comes for the first time is welcomed, told what waits, and sent to it."""
    page = _words(room.visitor("gun").get(PLACE))
    waiting = count_queues(room.room.snapshot())["flaggade"]
    assert "Välkommen! Den senaste natten flaggades" in page
    assert f"Nu väntar {waiting} på granskning. Mest brådskar:" in page
    assert "Börja granska" in page


def test_what_is_new_is_told_since_the_last_visit(room: TestRoom) -> None:
    """A night between two visits is news once, and not at the visit after."""
    rewrite(room, _night(NOW - timedelta(minutes=30)))
    room.now = NOW - timedelta(hours=1)
    visitor = room.visitor("gun")
    visitor.get(PLACE)
    room.now = NOW
    assert "Sedan ditt förra besök, söndag 22 november 08:00, har" in _words(visitor.get(PLACE))
    room.now = NOW + timedelta(minutes=10)
    assert "Sedan ditt förra besök" in _words(visitor.get(PLACE))  # the same visit still
    room.now = NOW + timedelta(hours=1)
    assert "Inget nytt har flaggats sedan ditt förra besök" in _words(visitor.get(PLACE))


def test_a_decision_shortens_what_waits(room: TestRoom) -> None:
    """The figures are those of the queue, as it is now."""
    visitor = room.visitor("gun")
    before = count_queues(room.room.snapshot())["flaggade"]
    decide_first(room, "gun", "reject")
    assert f"Nu väntar {before - 1} på granskning" in _words(visitor.get(PLACE))


def test_late_decisions_lead_to_the_item(room: TestRoom) -> None:
    """Two who judged the same differently are not forgotten."""
    family = decide_first(room, "gun", "reject")
    decide_first(room, "gert", "protected", family=family)
    page = room.visitor("gun").get(PLACE)
    assert "1 sena beslut att avgöra" in _words(page)
    assert f"item={family}" in page


def test_only_approvers_are_told_of_answers_to_approve(room: TestRoom) -> None:
    """An answer that is proposed waits for somebody who may approve it."""
    answer = room.store.answers.draft(
        narrative_id="kidnappning",
        channel="web",
        length="short",
        lang="sv",
        text="Så går det till.",
        fact_refs=(),
        actor="gun",
        now=NOW,
    )
    room.store.answers.propose(answer.answer_id, version=1, actor="gun", now=NOW)
    assert "1 svar väntar på godkännande" in _words(room.visitor("gry").get(PLACE))
    assert "väntar på godkännande" not in _words(room.visitor("gun").get(PLACE))


def test_a_reader_is_not_asked_to_review(room: TestRoom) -> None:
    """Who may only look is offered to look."""
    page = _words(room.visitor("lea").get(PLACE))
    assert "Börja granska" not in page
    assert "Se vad som väntar" in page


PEAK = (
    "UPDATE core.daily_counts "
    "SET post_count = post_count + 400, flagged_count = flagged_count + 400 "
    "WHERE counted_day = '2026-11-20' AND narrative_id = 'kidnappning' "
    "AND stance = 'asserts' AND lang = 'sv' AND platform = 'tiktok'"
)
EPISODE = (
    "INSERT INTO core.episodes (episode_id, narrative_id, first_day, last_day) "
    "VALUES ('e1', '{}', '2026-11-20', '2026-11-20')"
)


def test_a_day_that_stands_out_is_marked_and_explained(room: TestRoom) -> None:
    """Far more than usual is a spike, in the chart, in its table and in words."""
    rewrite(room, PEAK, EPISODE.format("kidnappning"))
    page = room.visitor("gun").get(PLACE)
    assert 'class="bar-spike"' in page
    assert re.search(r"topp 20 november: Ovanligt många: 4\d\d inlägg", _words(page))


def test_only_what_nights_tell_is_marked(room: TestRoom) -> None:
    """A peak that comes of a new source is no rise to them, and the chart does not disagree."""
    rewrite(room, PEAK, "DELETE FROM core.episodes", EPISODE.format("barnhandel"))
    assert 'class="bar-spike"' not in room.visitor("gun").get(PLACE)


def test_before_nights_told_of_rises_the_chart_marks_them(room: TestRoom) -> None:
    """A snapshot without them is marked as it was, and so are days that no night told of."""
    rewrite(
        room,
        PEAK,
        "DELETE FROM core.episodes",
        "UPDATE ops.runs SET started_at = TIMESTAMPTZ '2026-12-19 01:00:00+00'",
    )
    assert 'class="bar-spike"' in room.visitor("gun").get(PLACE)
    room.room.close()
    rewrite(room, "DROP VIEW analyst.episodes", "DROP TABLE core.episodes")
    room.__post_init__()
    assert 'class="bar-spike"' in room.visitor("gun").get(PLACE)


def test_a_day_that_a_source_failed_on_is_missing_and_not_zero(room: TestRoom) -> None:
    """It is dashed in every chart, and no week is compared as if nothing was posted."""
    rewrite(
        room,
        "UPDATE core.daily_counts SET is_missing = true, post_count = NULL, flagged_count = NULL "
        "WHERE counted_day BETWEEN '2026-11-16' AND '2026-11-20'",
    )
    page = room.visitor("gun").get(PLACE)
    assert page.count('class="bar-missing"') == 5 * 5
    assert "Det går inte att jämföra med veckan före" in _words(page)
    assert "5 dagar saknas: de är streckade och räknas inte som noll" in _words(page)


def test_silent_is_told_from_broken(room: TestRoom) -> None:
    """A source with nothing new is silent; one that failed is missing since a day."""
    rewrite(
        room,
        _night(NOW - timedelta(hours=6)),
        "INSERT INTO ops.source_runs SELECT max(run_id), 'tystkällan', '', '2026-11-22', "
        "'empty', 0, 0, NULL FROM ops.runs",
        "INSERT INTO ops.source_runs SELECT '20261119T010000Z-aaaaaa', 'trasig', 'a.csv', "
        "'2026-11-19', 'read', 4, 0, NULL",
        "INSERT INTO ops.source_runs SELECT max(run_id), 'trasig', '', '2026-11-22', 'failed', "
        "0, 0, 'The folder is not there.' FROM ops.runs",
    )
    page = _words(room.visitor("gun").get(PLACE))
    assert "1 källa saknas, så siffrorna är lägre än i verkligheten." in page
    assert "tystkällan tyst Gick att läsa, men hade inget nytt." in page
    assert "trasig trasig Saknas sedan 19 nov. 2026. Räknas som saknad, inte som noll." in page
    assert "The folder is not there." in page


def test_an_old_night_is_warned_of(room: TestRoom) -> None:
    """Past a day and a half, what is shown may be old."""
    rewrite(room, _night(NOW - timedelta(hours=35)))
    visitor = room.visitor("gun")
    assert "Det du ser kan vara gammalt" not in visitor.get(PLACE)
    room.now = NOW + timedelta(hours=2)
    assert "Det du ser kan vara gammalt" in visitor.get(PLACE)


def test_nights_that_did_not_finish_are_told(room: TestRoom) -> None:
    """A night that was cut off is not passed over in silence."""
    rewrite(
        room,
        _night(NOW - timedelta(hours=6)),
        "INSERT INTO ops.runs BY NAME SELECT * REPLACE ('20261121T010000Z-bbbbbb' AS run_id, "
        "'interrupted' AS status, TIMESTAMPTZ '2026-11-21 01:00:00+00' AS started_at, "
        "NULL AS ended_at) FROM ops.runs",
    )
    page = _words(room.visitor("gun").get(PLACE))
    assert "1 natt den senaste veckan blev inte klar: 21 nov. 02:00" in page


def test_rows_set_aside_are_told_in_the_readers_language(room: TestRoom) -> None:
    """By reason, in plain words, in Swedish and in English."""
    assert "Raden har fler eller färre fält än rubrikraden." in room.visitor("gun").get(PLACE)
    room.store.accounts.change(
        room.store.accounts.find("lea").account_id,  # type: ignore[union-attr]
        lang="en",
        actor="terminal",
        now=NOW,
    )
    english = room.visitor("lea").get(PLACE)
    assert "The row has more or fewer fields than the header." in english
    assert "Rows that were set aside" in english


def test_every_reason_has_its_swedish() -> None:
    """No code that sources set rows aside by is left untold."""
    assert REJECT_REASONS.keys() == REASONS.keys()


def test_period_and_narrative_are_chosen_in_the_address(room: TestRoom) -> None:
    """One narrative has a chart of its flags and one of all that bears on it."""
    visitor = room.visitor("gun")
    page = visitor.get(f"{PLACE}?dagar=7&narrativ=kidnappning")
    assert page.count("<svg viewBox") == 2 + page.count('class="share-bar"')
    assert "15 nov. – 21 nov. 2026" in page
    assert '<option value="7" selected>' in page


@pytest.mark.parametrize("told", ["dagar=99", "narrativ=<b>", "till=i+går", "till=1999-01-01"])
def test_nonsense_in_the_address_is_left_out(room: TestRoom, told: str) -> None:
    """The page is as without it."""
    visitor = room.visitor("gun")
    assert _words(visitor.get(f"{PLACE}?{told}")) == _words(visitor.get(PLACE))


def test_a_period_without_posts_leads_to_the_last_one(room: TestRoom) -> None:
    """Long after the last post, the page says so and offers the days that have some."""
    room.now = datetime(2027, 6, 1, 8, tzinfo=UTC)
    visitor = room.visitor("gun")
    page = visitor.get(PLACE)
    assert "Inga inlägg är inlästa för perioden." in page
    found = re.search(r'href="(/lagesbild\?till=2026-11-\d\d)"', page)
    assert found
    assert "inlägg lästes in under perioden" in visitor.get(found.group(1))


def test_names_from_data_are_inert(room: TestRoom) -> None:
    """A platform or a source that is named as markup is shown as text."""
    rewrite(
        room,
        "UPDATE ops.source_runs SET source_id = '<img src=x onerror=alert(1)>\u202e'",
        "UPDATE core.posts SET platform = '<script>alert(1)</script>'",
    )
    page = room.visitor("gun").get(PLACE)
    assert "<img" not in page
    assert "<script>" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    ("last", "before", "missing", "told"),
    [
        (0, 0, 0, "none"),
        (4, 0, 0, "alike"),
        (9, 0, 0, "more"),
        (0, 9, 0, "fewer"),
        (100, 110, 0, "alike"),
        (140, 100, 0, "more"),
        (60, 100, 0, "fewer"),
        (100, 100, 4, "unknown"),
        (0, 0, 14, "unknown"),
    ],
)
def test_weeks_differ_where_chance_does_not_explain_it(
    last: int, before: int, missing: int, told: str
) -> None:
    """Small differences are no news, and weeks that are half known are not compared."""
    ratio = last / before if before else None
    assert compare(WeekChange(last, before, ratio, missing)) == told


def test_a_missing_day_is_no_fall() -> None:
    """Weeks are compared by their known days."""
    assert compare(WeekChange(85, 100, (85 / 6) / (100 / 7), 1)) == "alike"


def test_the_span_ends_yesterday(room: TestRoom) -> None:
    """Today is not over, so it is not counted."""
    assert "– 21 nov. 2026" in room.visitor("gun").get(PLACE)
