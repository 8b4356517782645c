"""What several lists are narrowed down by, as an address tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Self

from motbild.web.reading.queue import PERIODS

_MOST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """Which language, platform and time; every part may be left empty.

    Attributes:
        sprak: ISO 639-1.
        plattform: Platform.
        tid: Days back, a key of `PERIODS`.
    """

    sprak: str = ""
    plattform: str = ""
    tid: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Self:
        """Read a filter from an address; what makes no sense is left out."""
        told = {
            field.name: str(parameters[field.name]).strip()
            for field in fields(cls)
            if parameters.get(field.name)
        }
        if told.get("tid") not in PERIODS:
            told.pop("tid", None)
        return cls(**told)

    @property
    def parameters(self) -> dict[str, str]:
        """What an address tells of it."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in told.items() if value}

    def first_day(self, day: date) -> date | None:
        """Return the first day that is asked for, seen from today; None for any."""
        return day - timedelta(days=PERIODS[self.tid] - 1) if self.tid else None


def page_number(parameters: Mapping[str, Any]) -> int:
    """Return which page of a list an address asks for, from 1."""
    told = str(parameters.get("sida", "1"))
    return max(1, int(told)) if told.isdecimal() and len(told) <= _MOST_DIGITS else 1
