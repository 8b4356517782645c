"""The review queue: which items there are, in which order, and who is next."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Self

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.web.reading.places import (
    Places,
    QueueOrder,
    read_order,
    read_places,
    waiting_places,
)

QUEUES = {"flaggade": "is_flagged", "hot": "is_threat", "forslag": "is_proposed"}
STATUSES = {
    "vantar": "(status.kind IS NULL OR status.kind = 'waiting')",
    "avgjorda": "status.kind NOT IN ('waiting', 'skip')",
    "hoppade": "status.kind = 'skip'",
    "mina": "status.kind <> 'waiting' AND status.reviewer = ?",
    "alla": "true",
}
PERIODS = {"1": 1, "7": 7, "30": 30, "90": 90}
PAGE = 10
_SEED_OF = "SELECT nearest_seed_id FROM memory.main.items WHERE family_id = ?"
_FROM = (
    "FROM memory.main.items AS items "
    "LEFT JOIN memory.main.item_status AS status USING (item_number)"
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which items of the queue; every part may be left empty. It is told in the address.

    Attributes:
        ko: Which queue, a key of `QUEUES`.
        status: A key of `STATUSES`.
        narrativ: Id of a narrative.
        sprak: ISO 639-1.
        plattform: Platform.
        kalla: Source.
        hallning: Stance, as the model says.
        tid: Days back, a key of `PERIODS`.
        liknar: A family whose nearest seed an item must share.
    """

    ko: str = "flaggade"
    status: str = "vantar"
    narrativ: str = ""
    sprak: str = ""
    plattform: str = ""
    kalla: str = ""
    hallning: str = ""
    tid: str = ""
    liknar: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Self:
        """Read a filter from an address or a form; what makes no sense is left out."""
        told = {
            field.name: str(parameters[field.name])
            for field in fields(cls)
            if parameters.get(field.name)
        }
        for name, known in (("ko", QUEUES), ("status", STATUSES), ("tid", PERIODS)):
            if told.get(name) not in known:
                told.pop(name, None)
        return cls(**told)

    @property
    def parameters(self) -> dict[str, str]:
        """What an address tells of it."""
        defaults = {field.name: field.default for field in fields(self)}
        told = {name: getattr(self, name) for name in defaults}
        return {name: value for name, value in told.items() if value != defaults[name]}

    def condition(self, actor: str, day: date) -> tuple[str, list[object]]:
        """Return it as SQL over `items` and `status`, with its parameters."""
        parts, values = [f"items.{QUEUES[self.ko]}", STATUSES[self.status]], list[object]()
        if self.status == "mina":
            values.append(actor)
        for value, column in (
            (self.narrativ, "narrative_ids"),
            (self.sprak, "langs"),
            (self.plattform, "platforms"),
            (self.kalla, "source_ids"),
        ):
            if value:
                parts.append(f"list_contains(items.{column}, ?)")
                values.append(value)
        if self.hallning:
            parts.append("items.stance = ?")
            values.append(self.hallning)
        if self.tid:
            parts.append("items.last_day > ?")
            values.append(day - timedelta(days=PERIODS[self.tid]))
        if self.liknar:
            parts.append(f"items.nearest_seed_id = ({_SEED_OF})")
            values.append(self.liknar)
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue as one person sees it at one moment.

    Attributes:
        snapshot: Where the items are.
        chosen: Which of them.
        actor: Who looks.
        day: Today.
        taken: Items that others are working on.
    """

    snapshot: OpenSnapshot
    chosen: QueueFilter
    actor: str
    day: date
    taken: Collection[str] = ()

    def page(self, number: int = 1, size: int = PAGE) -> list[dict[str, Any]]:
        """Return a page of items, and one more if there is another page."""
        start = size * (number - 1)
        shown = self._places()[start : start + size + 1].tolist()
        return self.snapshot.rows(_LISTED.format(place=self._place), [shown])

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._places())

    def after(self, family_id: str, step: int = 1) -> str | None:
        """Return the item that comes after one, or before it with ``step=-1``.

        Waiting items that others are working on are passed over.
        """
        place = self._order().places.get(family_id)
        if place is None:
            return None
        places = self._places()
        if step > 0:
            return self._first_free(places[bisect_right(places, place) :])
        return self._first_free(places[: bisect_left(places, place)][::-1])

    def first(self) -> str | None:
        """Return the item to begin with."""
        return self._first_free(self._places())

    def _first_free(self, places: Iterable[int]) -> str | None:
        families = self._order().families
        passed = self.taken if self.chosen.status == "vantar" else ()
        return next((families[place] for place in places if families[place] not in passed), None)

    def options(self) -> dict[str, list[str]]:
        """Return what there is to choose from in this snapshot, by part of the filter."""

        def make() -> dict[str, list[str]]:
            (row,) = self.snapshot.rows(
                """
                SELECT
                    list_sort(list_distinct(flatten(list(langs)))) AS sprak,
                    list_sort(list_distinct(flatten(list(platforms)))) AS plattform,
                    list_sort(list_distinct(flatten(list(source_ids)))) AS kalla,
                    list_sort(list_distinct(list(stance) FILTER (stance <> ''))) AS hallning
                FROM memory.main.items
                """
            )
            return {name: values or [] for name, values in row.items()}

        return self.snapshot.once("queue-options", make)

    @property
    def _place(self) -> str:
        """Column that tells an item's place in the whole of the queue."""
        return "threat_number" if self.chosen.ko == "hot" else "item_number"

    def _order(self) -> QueueOrder:
        return read_order(self.snapshot, self._place)

    def _places(self) -> Places:
        """Return the places of the items that are chosen, in order."""
        if self.chosen == QueueFilter(ko=self.chosen.ko):
            return waiting_places(self.snapshot, QUEUES[self.chosen.ko], self._place)
        condition, values = self.chosen.condition(self.actor, self.day)
        query = f"SELECT items.{self._place} AS place {_FROM} WHERE {condition} ORDER BY place"
        return self.snapshot.lately(
            (query, *values), lambda: read_places(self.snapshot, query, values)
        )


_LISTED = """
    SELECT
        items.family_id, items.post_id, items.narrative_id, items.langs, items.shown_post_count,
        status.kind AS decided_kind
    FROM memory.main.items AS items
    SEMI JOIN (SELECT unnest(?::INTEGER[]) AS place) AS shown ON shown.place = items.{place}
    LEFT JOIN memory.main.item_status AS status USING (item_number)
    ORDER BY items.{place}
"""


def count_queues(snapshot: OpenSnapshot) -> dict[str, int]:
    """Return how many items wait in each queue."""
    return {name: len(waiting_places(snapshot, column)) for name, column in QUEUES.items()}
