"""YouTube's Data API, version 3: one request at a time, its units counted, its refusals told apart.

Source:
    https://developers.google.com/youtube/v3/docs (resources and errors) and
    https://developers.google.com/youtube/v3/determine_quota_cost (units), as of 2026.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from motbild.adapters.sources.live.patience import (
    ChangedError,
    Patience,
    RefusedError,
    UnavailableError,
)
from motbild.adapters.sources.live.web import Answer, fetch
from motbild.errors import SourceError

if TYPE_CHECKING:
    import httpx

# Where the day of the quota begins at midnight.
QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
_LOCAL_ZONE = ZoneInfo("Europe/Stockholm")
_MOST_BYTES = 16 << 20
SEARCH_UNITS = 100
_OUT_OF_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "processingFailure"})
_BAD_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_EXPIRED"})
# What concerns one video, channel or page, and not the source.
_PARTIAL = frozenset(
    {"commentsDisabled", "videoNotFound", "playlistNotFound", "invalidPageToken"}
    | {"commentNotFound", "commentThreadNotFound"}
)


class BudgetSpentError(Exception):
    """The units that a day may spend are spent; the next run goes on."""


class PartialError(Exception):
    """One video or page cannot be had; the rest can.

    Attributes:
        reason: YouTube's own word for it, such as ``commentsDisabled``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list.

    Attributes:
        items: As YouTube gives them.
        next_token: Where the next page is, or None behind the last.
    """

    items: tuple[Any, ...]
    next_token: str | None


@dataclass
class Budget:
    """The units of one day of the quota.

    Attributes:
        day: That day, in California.
        spent: Units spent on it.
        most: Units that may be.
    """

    day: str
    spent: int
    most: int

    def spend(self, units: int) -> None:
        """Count a request before it is made.

        Raises:
            BudgetSpentError: It would be more than there is.
        """
        if self.spent + units > self.most:
            raise BudgetSpentError
        self.spent += units


@dataclass(frozen=True)
class Api:
    """The API, asked for one source.

    Attributes:
        client: From `web.open_client`.
        service: Its address, without a stroke at the end.
        key: The key, sent in a header, since addresses are written down on the way.
        patience: How to ask.
        budget: Counts the units.
        timeout_seconds: How long one answer may take.
        now: Moment of asking, to tell when there is quota again.
    """

    client: "httpx.Client"
    service: str
    key: str
    patience: Patience
    budget: Budget
    timeout_seconds: float
    now: datetime

    def fetch(self, resource: str, **params: str | int | None) -> Listing:
        """Fetch one page of a list.

        Args:
            resource: Such as ``commentThreads``.
            params: Those of the API; None leaves one out.

        Raises:
            PartialError: It concerns this video or page alone.
            BudgetSpentError: The day's units are spent.
            SourceError: The source cannot be asked (further).
        """
        told = {name: str(value) for name, value in params.items() if value is not None}
        return self.patience.ask(lambda: self._fetch(resource, told))

    def _fetch(self, resource: str, params: Mapping[str, str]) -> Listing:
        if not (self.key.isascii() and self.key.isprintable()):
            raise RefusedError("its api-key is none")
        # Each try costs; YouTube counts those that it refuses too.
        self.budget.spend(SEARCH_UNITS if resource == "search" else 1)
        answer = fetch(
            self.client,
            f"{self.service}/{resource}",
            params=params,
            headers={"X-Goog-Api-Key": self.key},
            most_bytes=_MOST_BYTES,
            timeout_seconds=self.timeout_seconds,
        )
        told = _read_object(answer)
        if answer.status != 200:
            self._refuse(answer.status, _reasons(told))
        return _read_listing(told)

    def _refuse(self, status: int, reasons: list[str]) -> None:
        """Raise what a refusal means."""
        for reason in reasons:
            if reason in _PARTIAL:
                raise PartialError(reason)
            if reason in _TOO_FAST:
                raise UnavailableError(f"it said {reason}")
            if reason in _BAD_KEY:
                raise RefusedError("its api-key is not valid or has expired")
            if reason in _OUT_OF_QUOTA:
                raise SourceError(
                    f"Source '{self.patience.source}' has used up its quota at YouTube; there is "
                    f"more from {_next_quota(self.now)}, and the next run then goes on where this "
                    "one ended. Lower its most_units, or ask Google for a larger quota."
                )
        raise RefusedError(f"it said {status} {' '.join(reasons[:1])}".strip())


def quota_day(moment: datetime) -> str:
    """Return the day of the quota that a moment belongs to, as ISO 8601."""
    return moment.astimezone(QUOTA_ZONE).date().isoformat()


def _next_quota(now: datetime) -> str:
    """Tell when the quota's next day begins, by the clock in Sweden."""
    tomorrow = now.astimezone(QUOTA_ZONE).date() + timedelta(days=1)
    start = datetime.combine(tomorrow, time(), QUOTA_ZONE).astimezone(_LOCAL_ZONE)
    return f"{start:%Y-%m-%d %H:%M} in Sweden"


def _read_object(answer: Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        if answer.status == 200:
            raise UnavailableError("it gave half an answer") from None
        return {}
    if not isinstance(told, dict):
        raise ChangedError("its answer is no object")
    return told


def _read_listing(told: Mapping[str, Any]) -> Listing:
    """Read one page of a list; only a list of nothing may come without its items."""
    page_info = told.get("pageInfo")
    is_empty = isinstance(page_info, dict) and page_info.get("totalResults") == 0
    items = told.get("items", [] if is_empty else None)
    if not isinstance(items, list):
        raise ChangedError("its answer has no list of items")
    token = told.get("nextPageToken")
    return Listing(tuple(items), token if isinstance(token, str) and token else None)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _reasons(told: Mapping[str, Any]) -> list[str]:
    """Return YouTube's words for a refusal, the most telling ones first."""
    error = told.get("error")
    if not isinstance(error, dict):
        return []
    found = [
        item.get("reason")
        for key in ("details", "errors")
        for item in _listed(error.get(key))
        if isinstance(item, dict)
    ]
    return [reason for reason in found if isinstance(reason, str)]
