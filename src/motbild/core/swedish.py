"""Days and counts as they are said in Swedish."""

from datetime import date

_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli"),
    *("augusti", "september", "oktober", "november", "december"),
)
_WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")


def tell_day(day: date | str, *, weekday: bool = False) -> str:
    """Return a day as it is said: 18 november."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return "okänd dag"
    told = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{_WEEKDAYS[day.weekday()]} {told}" if weekday else told


def tell_span(first: date | str, last: date | str) -> str:
    """Return a span of days as it is said: 18–19 november."""
    begun, ended = tell_day(first), tell_day(last)
    day, _, month = begun.partition(" ")
    if begun == ended:
        return ended
    return f"{day}–{ended}" if ended.endswith(f" {month}") else f"{begun}–{ended}"


def count(number: int, one: str, several: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else several}"


def number(value: int) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}".replace(",", "\u00a0")
