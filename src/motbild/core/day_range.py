"""A span of days, open at either end."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from motbild.core.intake import LOCAL_ZONE


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days from the first to the last, both included; None where it has no such end."""

    first: date | None = None
    last: date | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every day is within."""
        return self.first is None and self.last is None

    @property
    def is_empty(self) -> bool:
        """Whether no day is within."""
        return self.first is not None and self.last is not None and self.last < self.first

    @property
    def start(self) -> datetime | None:
        """Moment at which the first day begins in Sweden."""
        return _midnight(self.first) if self.first else None

    @property
    def end(self) -> datetime | None:
        """Moment at which the last day is over in Sweden."""
        return _midnight(self.last + timedelta(days=1)) if self.last else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL_ZONE)


EVERY_DAY = DayRange()
