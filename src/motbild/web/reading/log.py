"""The log as it is asked for: which lines, told in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from motbild.adapters.review_store.audit import Audit
from motbild.core.audit import ACTIONS, AuditEntry
from motbild.web.language import STOCKHOLM

PAGE = 50


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines of the log; every part may be left empty. It is told in the address.

    Attributes:
        person: Login of who did it.
        handling: One of `audit.ACTIONS`.
        fran: First day, in Sweden.
        till: Last day.
        gallde: Id of what it was done to.
    """

    person: str = ""
    handling: str = ""
    fran: date | None = None
    till: date | None = None
    gallde: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Self:
        """Read a filter from an address; what makes no sense is left out."""
        action = str(parameters.get("handling", ""))
        return cls(
            person=str(parameters.get("person", "")),
            handling=action if action in ACTIONS else "",
            fran=_day(parameters.get("fran")),
            till=_day(parameters.get("till")),
            gallde=str(parameters.get("gallde", "")),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """What an address tells of it."""
        told = {
            "person": self.person,
            "handling": self.handling,
            "fran": self.fran.isoformat() if self.fran else "",
            "till": self.till.isoformat() if self.till else "",
            "gallde": self.gallde,
        }
        return {name: value for name, value in told.items() if value}

    def entries(
        self, audit: Audit, *, before_seq: int | None = None, limit: int = PAGE
    ) -> list[AuditEntry]:
        """Return the newest of these lines, the newest first."""
        return audit.entries(
            before_seq=before_seq,
            actor=self.person or None,
            action=self.handling or None,
            subject=self.gallde or None,
            since=_midnight(self.fran) if self.fran else None,
            until=_midnight(self.till + timedelta(days=1)) if self.till else None,
            limit=limit,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM)


def _day(text: object) -> date | None:
    try:
        day = date.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return day if 1 < day.year < date.max.year else None  # the day after it must exist too
