"""Telling people that a run broke, whichever flow it is of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from motbild.errors import LockHeldError, MotbildError
from motbild.settings import Settings
from motbild.wiring.alerting import tell_failure


@contextmanager
def telling_failure(settings: Settings) -> Iterator[None]:
    """Tell of a run that breaks within the block, once until a night comes to its end.

    One that may not begin, since another run holds the home, has not broken.
    """
    try:
        yield
    except LockHeldError:
        raise
    except MotbildError as error:
        tell_failure(settings, str(error), datetime.now(UTC))
        raise
