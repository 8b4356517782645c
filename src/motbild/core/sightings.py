"""What was seen of a narrative in a period, message by message, as it may be told to others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

OTHERS = "other-messages"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Posts of one message that spread one narrative.

    Attributes:
        narrative_id: The narrative.
        message_id: The family of copies; ``other-messages`` for what is not told apart.
        is_confirmed: Whether persons have confirmed them; else a model matched them.
        post_count: How many posts.
        first_day: Day of the first (Europe/Stockholm).
        last_day: Day of the last.
        probability: Mean calibrated probability; None where no model matched.
        text: What it says, masked; None where that is not to be told.
        addresses: Where it stands; empty where that is not to be told.
    """

    narrative_id: str
    message_id: str
    is_confirmed: bool
    post_count: int
    first_day: date
    last_day: date
    probability: float | None
    text: str | None = None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CampaignEvidence:
    """Signs that a message was spread in concert, of which the days may not be known."""

    campaign_id: str
    narrative_id: str
    post_count: int
    account_count: int
    burst_post_count: int
    burst_seconds: int
    first_day: date | None
    last_day: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """What an export is about.

    Attributes:
        first_day: Its first day (Europe/Stockholm).
        last_day: Its last.
        key: What was asked for, such as days and language; the same key gives the same ids.
    """

    first_day: date
    last_day: date
    key: tuple[str, ...] = ()


def gather_small(
    sightings: Iterable[Sighting], least_count: int, most_messages: int
) -> list[Sighting]:
    """Tell only messages of many posts by themselves, so that no post can be singled out.

    Returns:
        For each narrative, and for matched and confirmed apart: the messages of at least
        `least_count` posts, most first and at most `most_messages`, then all others as one.
        Where these are together fewer than `least_count`, they are left out.
    """
    ordered = sorted(
        sightings,
        key=lambda s: (s.narrative_id, not s.is_confirmed, -s.post_count, s.message_id),
    )
    gathered: list[Sighting] = []
    for _, group in groupby(ordered, key=lambda s: (s.narrative_id, s.is_confirmed)):
        members = list(group)
        told = [s for s in members if s.post_count >= least_count][:most_messages]
        others = members[len(told) :]
        gathered += told
        if sum(s.post_count for s in others) >= max(least_count, 1):
            gathered.append(_join(others))
    return gathered


def _join(others: Sequence[Sighting]) -> Sighting:
    posts = sum(s.post_count for s in others)
    weighed = [(s.probability, s.post_count) for s in others if s.probability is not None]
    weight = sum(count for _, count in weighed)
    return replace(
        others[0],
        message_id=OTHERS,
        post_count=posts,
        first_day=min(s.first_day for s in others),
        last_day=max(s.last_day for s in others),
        probability=sum(p * n for p, n in weighed) / weight if weight else None,
        text=None,
        addresses=(),
    )
