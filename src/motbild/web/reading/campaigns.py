"""Messages that show signs of being pushed, as the snapshot tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.intake import local_day
from motbild.web.reading.places import read_order

RECENT_DAYS = 7
MOST_RECENT = 5


@dataclass(frozen=True, slots=True)
class Recent:
    """Campaigns of the last days.

    Attributes:
        shown: Those most worth looking at, each with ``item_id``: a family of it that is in a
            queue, or None.
        count: All of them.
    """

    shown: list[dict[str, Any]]
    count: int


def read_campaign(snapshot: OpenSnapshot, family_id: str) -> dict[str, Any] | None:
    """Return the campaign that a family belongs to; None where it belongs to none."""
    by_family = snapshot.once(
        "campaign-by-family",
        lambda: {name: row for row in _campaigns(snapshot) for name in row["family_ids"]},
    )
    return by_family.get(family_id)


def read_recent(snapshot: OpenSnapshot, day: date) -> Recent:
    """Return the campaigns that were posted in the seven days up to one, the strongest first."""
    first_day = day - timedelta(days=RECENT_DAYS - 1)
    rows = [
        row
        for row in _campaigns(snapshot)
        if row["last_posted_at"] and first_day <= local_day(row["last_posted_at"]) <= day
    ]
    places = read_order(snapshot).places
    shown = [
        {**row, "item_id": min(_waiting(row, places), key=places.__getitem__, default=None)}
        for row in rows[:MOST_RECENT]
    ]
    return Recent(shown, len(rows))


def _waiting(row: Mapping[str, Any], places: Mapping[str, int]) -> list[str]:
    return [name for name in row["family_ids"] if name in places]


def _campaigns(snapshot: OpenSnapshot) -> list[dict[str, Any]]:
    """Return all, the strongest first; none from a snapshot of before they were looked for."""
    return snapshot.once("campaigns", lambda: _read(snapshot))


def _read(snapshot: OpenSnapshot) -> list[dict[str, Any]]:
    if not snapshot.has_table("campaigns"):
        return []
    return snapshot.rows("FROM core.campaigns ORDER BY score DESC, campaign_id")
