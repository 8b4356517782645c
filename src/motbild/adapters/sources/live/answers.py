"""What an answer over HTTP says besides its content: go on, wait, or give up."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version

from motbild.adapters.sources.dates import ImpossibleDateError, parse_date
from motbild.adapters.sources.live.patience import (
    RefusedError,
    UnavailableError,
    parse_retry_after,
)

_BUSY_STATUSES = frozenset({408, 425, 429})
_MOST_DIGITS = 18


def user_agent() -> str:
    """Return what this program calls itself, so that a platform knows who asks."""
    return f"Motbild/{version('motbild')}"


def check_status(status: int, headers: Mapping[str, str], why: str = "") -> None:
    """Pass where an answer is one, and raise what `Patience` knows where it is none.

    Args:
        status: HTTP status.
        headers: The answer's headers, by lower-case name.
        why: The platform's own short name for what is wrong, where it gives one.

    Raises:
        UnavailableError: The platform is busy or broken; it says how long where it does.
        RefusedError: It will not answer this request, now or later.
    """
    if 200 <= status < 300:
        return
    told = f"status {status}" + (f", {why}" if why else "")
    if status in _BUSY_STATUSES or status >= 500:
        raise UnavailableError(told, read_wait(headers))
    raise RefusedError(told)


def parse_json(body: bytes) -> object:
    """Return the JSON of an answer.

    Raises:
        UnavailableError: It is none: cut short, or a page of something that stands before
            the platform.
    """
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        raise UnavailableError("its answer was no whole JSON") from None
    return parsed


def read_wait(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds a platform asks to be left alone, or None.

    A moment is compared with the platform's own clock where the answer tells it, since
    ours may be wrong.

    Args:
        headers: By lower-case name.

    Source:
        RFC 9110, section 10.2.3; `RateLimit-Reset` as Bluesky sends it (seconds since
        1970) and `X-RateLimit-Reset` as Mastodon does (ISO 8601).
    """
    now = read_clock(headers.get("date")) or datetime.now(UTC)
    wait = parse_retry_after(headers.get("retry-after"), now)
    if wait is not None:
        return wait
    told = headers.get("ratelimit-reset") or headers.get("x-ratelimit-reset")
    try:
        moment = parse_date(told, UTC)
    except ImpossibleDateError:
        return None
    return max((moment - now).total_seconds(), 0.0) if moment else None


def read_remaining(headers: Mapping[str, str]) -> int | None:
    """Return how many more requests the platform grants for now, where it tells."""
    told = headers.get("ratelimit-remaining") or headers.get("x-ratelimit-remaining") or ""
    is_number = told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS
    return int(told) if is_number else None


def read_clock(told: str | None) -> datetime | None:
    """Return the moment that a header `Date` tells: what the platform's clock shows."""
    try:
        moment = parsedate_to_datetime(told) if told else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment.tzinfo else None
