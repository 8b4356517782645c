"""When a post was written, where the clock that says so cannot be trusted."""

from datetime import UTC, datetime, timedelta

from motbild.adapters.sources.dates import ImpossibleDateError, parse_date

# Clocks differ by minutes; what lies further ahead was made up.
_TOLERANCE = timedelta(minutes=10)
# Bluesky's own app marks posts that are dated further back than this before they were seen.
_BACKDATING = timedelta(days=1)


def trust_moment(told: object, until: datetime, seen: object = None) -> object:
    """Return the moment of posting that is to be believed.

    A moment in the future is not; neither is one that lies far from when the platform saw
    the post, where it tells that, or cannot be read at all.

    Args:
        told: What the post says of itself.
        until: Moment of asking.
        seen: When the platform says that it first saw the post; None where it does not.

    Returns:
        ``told`` as it is, the moment of ``seen``, or None where neither can be believed.
    """
    seen_at = read_moment(seen)
    if seen_at is not None and seen_at > until + _TOLERANCE:
        seen_at = None
    told_at = read_moment(told)
    if told_at is None:
        return seen_at or told
    if told_at > (seen_at or until) + _TOLERANCE:
        return seen_at
    if seen_at is not None and told_at < seen_at - _BACKDATING:
        return seen_at
    return told_at


def read_moment(value: object) -> datetime | None:
    """Return a moment in UTC, or None where the value is none."""
    try:
        return parse_date(value, UTC)
    except ImpossibleDateError:
        return None
