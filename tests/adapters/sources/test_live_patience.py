"""How a platform is asked: paced, again when it is busy, and not for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from motbild.adapters.sources.live.patience import (
    ChangedError,
    Patience,
    RefusedError,
    UnavailableError,
    parse_retry_after,
)
from motbild.errors import SourceError


class Clock:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock of one's own."""
    return Clock()


def _patience(clock: Clock, **changes: float) -> Patience:
    return Patience(
        "bluesky",
        sleep=clock.sleep,
        clock=lambda: clock.now,
        jitter=lambda: 0.0,
        **changes,  # type: ignore[arg-type]
    )


def _answers(*told: object) -> Iterator[object]:
    yield from told


def _request(answers: Iterator[object]) -> object:
    answer = next(answers)
    if isinstance(answer, Exception):
        raise answer
    return answer


def test_requests_keep_their_distance(clock: Clock) -> None:
    """The first is made at once, the next ones no sooner than the pause allows."""
    patience = _patience(clock, pause_seconds=2.0)
    for _ in range(3):
        patience.ask(lambda: 1)
    assert clock.slept == [2.0, 2.0]


def test_a_platform_that_asks_for_time_gets_it(clock: Clock) -> None:
    """As long as it says; where it does not say, twice as long each time."""
    patience = _patience(clock, pause_seconds=0.0)
    answers = _answers(
        UnavailableError("busy", 30.0), UnavailableError("down"), UnavailableError("down"), "posts"
    )
    assert patience.ask(lambda: _request(answers)) == "posts"
    assert clock.slept == [30.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RefusedError("the token has expired"), "was refused (the token has expired)"),
        (ChangedError("no list of posts"), "answers in another form than before"),
        (UnavailableError("it said 503"), "could not be reached in 3 tries (it said 503)"),
        (UnavailableError("limit", 5_000), "asks to be left alone for 5000 seconds"),
    ],
)
def test_what_cannot_be_mended_by_asking_is_told(clock: Clock, error: Exception, told: str) -> None:
    """The sentence names the source, says what is wrong and what to do."""
    patience = _patience(clock, pause_seconds=0.0, most_tries=3)

    def refuse() -> None:
        raise error

    with pytest.raises(SourceError) as caught:
        patience.ask(refuse)
    assert "Source 'bluesky'" in str(caught.value)
    assert told in str(caught.value)


def test_retry_after_is_seconds_or_a_date() -> None:
    """Anything else asks for nothing."""
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert parse_retry_after("120", now) == 120.0
    assert parse_retry_after("Sun, 29 Nov 2026 12:01:00 GMT", now) == 60.0
    assert parse_retry_after("Sun, 29 Nov 2026 11:00:00 GMT", now) == 0.0
    assert parse_retry_after("soon", now) is None
    assert parse_retry_after(None, now) is None
