"""How long a cluster has been found, and how much of it stays from one night to the next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Standing:
    """How a cluster stands after a night.

    Attributes:
        night_count: Nights in a row that found it, this one included.
        stability: Share of its families of the night before that are still in it, in [0, 1];
            None in its first night.
        last_night_day: The day of the latest night that found it, in Europe/Stockholm.
    """

    night_count: int
    stability: float | None
    last_night_day: date


@dataclass(frozen=True, slots=True)
class Before:
    """A cluster as it was when a night began: its families, and how it stood."""

    families: frozenset[str]
    standing: Standing


def follow_cluster(families: Collection[str], before: Before | None, night: date) -> Standing:
    """Tell how a cluster stands now.

    Args:
        families: Those it holds now.
        before: The cluster of the same id as it was, or None where it is new.
        night: The day of the night. A second run on one day is no other night, and leaves
            what the first told.

    Returns:
        Families that have grown old or were decided on count as gone.
    """
    if before is None:
        return Standing(1, None, night)
    if night <= before.standing.last_night_day:
        return before.standing
    kept = len(before.families.intersection(families)) / max(len(before.families), 1)
    return Standing(before.standing.night_count + 1, round(kept, 4), night)
