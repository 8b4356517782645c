"""The week that a report is about."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week from Monday to Sunday.

    Attributes:
        year: The year that it is counted in, which may differ from that of its first day.
        number: 1 to 53.
        first_day: Its Monday.
        last_day: Its Sunday.
    """

    year: int
    number: int
    first_day: date
    last_day: date


def week_of(day: date) -> Week:
    """Return the week that a day lies in.

    Source:
        ISO 8601, which is how weeks are numbered in Sweden.
    """
    year, number, weekday = day.isocalendar()
    first_day = day - timedelta(days=weekday - 1)
    return Week(year, number, first_day, first_day + timedelta(days=6))
