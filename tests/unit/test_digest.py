"""What the morning's letter puts first, and how it says things."""

from datetime import UTC, date, datetime

import pytest

from motbild.core.digest import (
    Digest,
    FactLine,
    NarrativeLine,
    NightLine,
    Waiting,
    tell_change,
    tell_night,
)
from motbild.core.notice_words import Words
from motbild.core.trends import DayCount, WeekChange

DAY = date(2026, 11, 20)
OK = NightLine("ok", datetime(2026, 11, 20, 1, tzinfo=UTC), post_count=3, source_count=1)


def _words(kind: str) -> Words:
    return Words(kind, "warning", "Rubrik", f"Om {kind}", "Sagt.", "Gör.", f"/{kind}")


def test_what_to_do_is_in_order_of_what_is_at_stake() -> None:
    """People's safety, what is not known, then the work; six things at most."""
    digest = Digest(
        DAY,
        NightLine("missing", OK.started_at),
        notices=[_words("new-rumour"), _words("volume-drop"), _words("spike")],
        waiting=Waiting(flagged=4, threats=1, answers=2),
        new_question_count=1,
        facts=[FactLine("a", "A.", DAY)],
    )
    assert [action.text for action in digest.actions] == [
        "Be den som driver Motbild att se efter varför natten saknas",
        "Bedöm 1 möjligt hot",
        "Om spike",
        "Om volume-drop",
        "Granska 4 flaggade budskap",
        "Läs 1 ny fråga",
    ]
    assert not digest.is_calm


def test_nothing_to_do_is_calm_only_after_a_night() -> None:
    """Where the night is missing or still runs, nobody knows."""
    assert Digest(DAY, OK).is_calm
    for state in ("missing", "none", "running"):
        assert not Digest(DAY, NightLine(state)).is_calm


def test_a_quiet_narrative_is_left_out() -> None:
    """Only one of which something is known, new, waiting or asked is worth a line."""
    days = tuple(DayCount(date(2026, 11, n), 0) for n in range(1, 15))
    assert NarrativeLine("a", "A", days).is_quiet
    assert not NarrativeLine("a", "A", days, asked_count=1).is_quiet
    known = (*days[:-1], DayCount(date(2026, 11, 14), None, 2))
    assert not NarrativeLine("a", "A", known).is_quiet


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (WeekChange(23, 12, 23 / 12, 0), "1,9 gånger så många"),
        (WeekChange(30, 24, 1.25, 0), "25 procent fler"),
        (WeekChange(12, 48, 0.25, 2), "75 procent färre, 2 dagar saknas"),
        (WeekChange(21, 20, 1.05, 0), "ungefär lika många"),
        (WeekChange(4, 1, 4.0, 0), "fler"),
        (WeekChange(5, 0, None, 0), "nytt sedan förra veckan"),
        (WeekChange(5, 0, None, 7), "går inte att jämföra"),
    ],
)
def test_a_change_is_said_no_more_exactly_than_it_is_known(change: WeekChange, told: str) -> None:
    """Few posts give no percentage, and missing days are said."""
    assert tell_change(change).endswith(f"({told})")


def test_the_night_is_told_by_its_state() -> None:
    """One that still runs is not one that is missing."""
    assert tell_night(OK, "02:14") == "Natten gick klart 02:14. 3 nya inlägg lästes från 1 källa."
    running = NightLine("running", OK.started_at)
    assert "pågår ännu" in tell_night(running, "")
    assert "fredag 20 november" in tell_night(NightLine("missing", OK.started_at), "")
