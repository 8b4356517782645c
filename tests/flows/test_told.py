"""What the nightly flow tells people, with stand-ins for the night and for sending."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import catch_up, nightly, retention, telling
from motbild.core.night_report import NightReport, render_markdown
from motbild.errors import LockHeldError, MotbildError
from motbild.settings import Settings
from motbild.wiring.alerting import Delivery

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
REPORT = NightReport("r1", NOW, NOW, {}, {}, {}, [], {}, {}, 0, 0)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was told, in order; sending fails."""
    sentences: list[str] = []

    def send(*_: object) -> Delivery:
        sentences.append("due")
        return Delivery(failures=("Not told to x yet.",))

    def tell(_settings: object, failure: str, _now: datetime) -> Delivery:
        sentences.append(failure)
        return Delivery()

    monkeypatch.setattr(nightly, "send_alerts", send)
    monkeypatch.setattr(nightly, "send_digest", send)
    monkeypatch.setattr(telling, "tell_failure", tell)
    return sentences


def test_after_a_night_what_is_due_is_sent_and_its_report_says_what_was_not(
    told: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The night is done all the same."""
    published: list[NightReport] = []
    monkeypatch.setattr(nightly, "run_night", lambda *_, **__: REPORT)
    monkeypatch.setattr(nightly, "publish_report", lambda report, _: published.append(report))
    report = nightly.run_nightly(Settings(home=tmp_path), [])
    assert told == ["due", "due"]
    assert list(report.undelivered) == ["Not told to x yet."] * 2
    assert "- Not told to x yet." in render_markdown(published[0])


@pytest.mark.parametrize(
    ("error", "sentences"),
    [(MotbildError("It broke."), ["It broke."]), (LockHeldError("Another runs."), [])],
)
def test_a_night_that_breaks_is_told_and_one_that_may_not_begin_is_not(
    error: MotbildError,
    sentences: list[str],
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The error goes on to whoever runs it."""

    def fail(*_: object, **__: object) -> NightReport:
        raise error

    monkeypatch.setattr(nightly, "run_night", fail)
    with pytest.raises(type(error)):
        nightly.run_nightly(Settings(home=tmp_path), [])
    assert told == sentences


@pytest.mark.parametrize(
    ("error", "sentences"),
    [(MotbildError("It broke."), ["It broke."]), (LockHeldError("Another runs."), [])],
)
def test_an_hour_and_a_retention_that_break_are_told_too(
    error: MotbildError,
    sentences: list[str],
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A home that is held breaks nothing: the hour is skipped, and the retention gives up."""

    def fail(*_: object, **__: object) -> NightReport:
        raise error

    for module, work in ((catch_up, "run_night"), (retention, "run_retention")):
        monkeypatch.setattr(module, "skip_if_late", lambda *_: None)
        monkeypatch.setattr(module, work, fail)
    monkeypatch.setattr(catch_up, "load_hourly_sources", lambda _: ["a source"])
    monkeypatch.setattr(retention, "take_turn", lambda work, _: work())
    for flow in (catch_up.catch_up.fn, retention.retention.fn):
        with suppress(type(error)):
            flow(home=str(tmp_path))
    assert told == sentences * 2
