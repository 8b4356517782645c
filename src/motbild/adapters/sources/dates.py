"""Reading a moment in time from whatever an export writes it as."""

import math
import re
from datetime import UTC, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2101, 1, 1, tzinfo=UTC)

_NUMBER = re.compile(r"-?\d{9,17}(\.\d+)?")
_ZONE_NAME = re.compile(r"(?<!\s)\s*+(UTC|GMT)$", re.IGNORECASE)
# The form of X, such as "Wed Oct 10 20:19:24 +0000 2018"; strptime would depend on the locale.
_ENGLISH = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ImpossibleDateError(ValueError):
    """A value that was to be a moment is none, or lies outside 1990-2100."""


def parse_date(value: object, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC, or None where none is told.

    Args:
        value: ISO 8601, seconds, milliseconds or microseconds since 1970 as a
            number or digits, the English form that X uses, or a datetime.
        zone: Time zone of moments that do not tell their own.

    Raises:
        ImpossibleDateError: The value is no moment, or outside 1990-2100.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        moment = _read_moment(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ImpossibleDateError from error
    if not EARLIEST <= moment < LATEST:
        raise ImpossibleDateError
    return moment


def _read_moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str):
        raise ImpossibleDateError
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return _from_number(float(text) if "." in text else int(text))
    if english := _ENGLISH.fullmatch(text):
        month, day, time, offset, year = english.groups()
        text = f"{year}-{_MONTHS.index(month) + 1:02d}-{day}T{time}{offset}"
    return datetime.fromisoformat(_ZONE_NAME.sub("+00:00", text))


def _from_number(number: float) -> datetime:
    """Read seconds since 1970; numbers too large for this are milli- or microseconds."""
    if not math.isfinite(number):
        raise ImpossibleDateError
    for divisor in (1, 1_000, 1_000_000):
        if abs(number) < 1e11 * divisor:
            return EPOCH + timedelta(microseconds=round(number * (1_000_000 // divisor)))
    raise ImpossibleDateError
