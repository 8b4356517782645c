"""Asking a platform politely: never too fast, again when it is busy, and not for ever.

Each kind turns what its client library raises into one of three errors, and `Patience`
does the rest.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from motbild.errors import SourceError

T = TypeVar("T")

_FIRST_WAIT_SECONDS = 2.0


class UnavailableError(Exception):
    """The platform did not answer, or said that it is broken; it may go better soon.

    Attributes:
        wait_seconds: How long it asks to be left alone; None where it does not say.
    """

    def __init__(self, what: str, wait_seconds: float | None = None) -> None:
        super().__init__(what)
        self.wait_seconds = wait_seconds


class RefusedError(Exception):
    """The platform refuses the request or the credentials; asking again will not help."""


class ChangedError(Exception):
    """The platform answered in a form that is not the one known here."""


@dataclass
class Patience:
    """Paces and repeats the requests of one source in one run.

    Attributes:
        source: Name of the source, for messages.
        pause_seconds: Least time between two requests.
        most_tries: How often one request is tried.
        most_wait_seconds: Longest wait that is granted.
        sleep: Waits.
        clock: Tells seconds that only grow.
        jitter: Draws from [0, 1), so that many homes do not all ask again at one moment.
    """

    source: str
    pause_seconds: float = 1.0
    most_tries: int = 5
    most_wait_seconds: float = 900.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random
    _last_asked: float | None = field(default=None, init=False, repr=False)

    def ask(self, request: Callable[[], T]) -> T:
        """Make a request, and make it again while the platform is only busy.

        Args:
            request: Raises `UnavailableError`, `RefusedError` or `ChangedError` for what
                the platform says.

        Raises:
            SourceError: It was refused, changed its form, or stayed unavailable; the
                sentence says which and what to do.
        """
        again = Retrying(
            stop=stop_after_attempt(self.most_tries),
            retry=retry_if_exception_type(UnavailableError),
            wait=self._wait_seconds,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            answer: T = again(self._ask_once, request)
        except UnavailableError as error:
            raise SourceError(
                f"Source '{self.source}' could not be reached in {self.most_tries} "
                f"{'try' if self.most_tries == 1 else 'tries'} ({error}); what it had brought "
                "before is stored, and the next run goes on there."
            ) from None
        except RefusedError as error:
            raise SourceError(
                f"Source '{self.source}' was refused ({error}); correct its credentials or "
                "settings and run `motbild sources check`."
            ) from None
        except ChangedError as error:
            raise SourceError(
                f"Source '{self.source}' answers in another form than before ({error}); look "
                "for a newer Motbild, and report it if there is none."
            ) from None
        return answer

    def _ask_once(self, request: Callable[[], T]) -> T:
        now = self.clock()
        if self._last_asked is not None and now - self._last_asked < self.pause_seconds:
            self.sleep(self.pause_seconds - (now - self._last_asked))
        self._last_asked = self.clock()
        return request()

    def _wait_seconds(self, state: RetryCallState) -> float:
        """Return how long to wait: as the platform asks, or twice as long each time."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_seconds if isinstance(error, UnavailableError) else None
        if asked is None:
            asked = _FIRST_WAIT_SECONDS * 2 ** (state.attempt_number - 1) * (1 + self.jitter())
        elif asked > self.most_wait_seconds:
            raise SourceError(
                f"Source '{self.source}' asks to be left alone for {asked:.0f} seconds; the next "
                "run goes on where this one ended. Ask it less often or for less."
            )
        return min(asked, self.most_wait_seconds)


def parse_retry_after(told: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a `Retry-After` asks for, or None where it asks for none.

    Source:
        RFC 9110, section 10.2.3: whole seconds, or a date.
    """
    if not told:
        return None
    if told.isascii() and told.strip().isdigit():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - (now or datetime.now(UTC))).total_seconds(), 0.0)
