"""Live sources within a night: pages, cursors, failures in the middle."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from motbild.adapters.sources import LiveSpec, Page, Window
from motbild.adapters.sources.live import LiveOptions
from motbild.core.day_range import EVERY_DAY, DayRange
from motbild.core.night_report import NightReport
from motbild.core.records import RawPost
from motbild.errors import SourceError
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from tests.homes import Home
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

SPEC = LiveSpec("muren", "wall", LiveOptions(hourly=True))
START = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Wall:
    """A platform with numbered posts, two a page; it may break behind one of them."""

    post_count: int
    breaks_behind: int | None = None
    asked: list[Window] = field(default_factory=list)

    def pages(self, spec: LiveSpec, window: Window) -> Iterator[Page]:
        """Yield what comes after the cursor."""
        self.asked.append(window)
        for first in range(int(window.cursor or 0), self.post_count, 2):
            if self.breaks_behind is not None and first >= self.breaks_behind:
                raise SourceError(f"Source '{spec.name}' could not be reached.")
            numbers = range(first, min(first + 2, self.post_count))
            yield Page(tuple(self._post(n) for n in numbers), str(numbers[-1] + 1))

    def _post(self, number: int) -> RawPost:
        return RawPost(
            native_id=str(number),
            text=f"kidnappning nummer {number} https://exempel.se/{number}",
            platform="wall",
            line=1,
            posted_at=START + timedelta(hours=number),
            author=f"konto{number}",
            url=f"https://wall.exempel/{number}",
        )


def _night(
    home: Home, wall: Wall, monkeypatch: pytest.MonkeyPatch, days: DayRange = EVERY_DAY
) -> NightReport:
    monkeypatch.setattr("motbild.stages.ingest.live.collect_pages", wall.pages)
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    return run_night(home.settings, [SPEC], days=days, model=model)


def test_the_next_night_goes_on_behind_the_last(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is not asked for again, and a silent source was read all the same."""
    wall = Wall(5)
    assert _night(home, wall, monkeypatch).counts["posts_added"] == 5
    wall.post_count = 7
    assert _night(home, wall, monkeypatch).counts["posts_added"] == 2
    assert _night(home, wall, monkeypatch).counts["posts_added"] == 0
    assert [window.cursor for window in wall.asked] == [None, "5", "7"]
    assert home.rows("SELECT status, post_count FROM ops.source_runs ORDER BY run_id") == [
        ("read", 5),
        ("read", 2),
        ("read", 0),
    ]
    assert home.rows("SELECT count(*) FROM core.links WHERE link_number = 0") == [(7,)]


def test_what_came_before_a_failure_stands(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that breaks in the middle is told, and goes on there when it is back."""
    wall = Wall(6, breaks_behind=4)
    report = _night(home, wall, monkeypatch)
    assert report.counts["posts_added"] == 4
    assert report.failures == ["Source 'muren' could not be reached."]
    wall.breaks_behind = None
    assert _night(home, wall, monkeypatch).counts["posts_added"] == 2
    assert wall.asked[-1].cursor == "4"
    assert home.rows("SELECT count(*), count(DISTINCT line_number) FROM core.posts") == [(6, 4)]


def test_signals_are_kept_and_no_address(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each post has the digest of its link; the link itself is only with those flagged."""
    _night(home, Wall(3), monkeypatch)
    assert home.rows("SELECT kind, domain, count(*) FROM core.post_signals GROUP BY ALL") == [
        ("link", "exempel.se", 3)
    ]


def test_a_span_is_collected_again_without_moving_the_cursor(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for earlier days leaves the source where it was."""
    wall = Wall(4)
    _night(home, wall, monkeypatch)
    days = DayRange(START.date(), START.date())
    _night(home, wall, monkeypatch, days)
    asked = wall.asked[-1]
    assert (asked.since, asked.until, asked.cursor) == (days.start, days.end, None)
    assert home.rows("SELECT cursor FROM ops.cursors") == [("4",)]
