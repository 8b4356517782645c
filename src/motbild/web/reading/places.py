"""Where items stand in the order of the queue, and which of them wait.

Everybody who reviews meets the same queue, and each decision changes it: so what stays the same
is kept as long as the snapshot, and no more than who waits is read anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motbild.adapters.warehouse.reading import OpenSnapshot

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """All items of a queue, in order, and the place of each."""

    families: Sequence[str]
    places: Mapping[str, int]


def read_order(snapshot: OpenSnapshot, place: str = "item_number") -> QueueOrder:
    """Return the order of a queue, by the column that tells each item's place in it."""
    query = f"SELECT family_id FROM memory.main.items WHERE {place} IS NOT NULL ORDER BY {place}"  # noqa: S608

    def make() -> QueueOrder:
        families = snapshot.table(query)["family_id"].to_pylist()
        return QueueOrder(families, {family: number for number, family in enumerate(families)})

    return snapshot.once(("queue-order", place), make)


def waiting_places(snapshot: OpenSnapshot, queue: str, place: str = "item_number") -> Places:
    """Return the places of all items that wait in a queue, in order.

    Args:
        snapshot: Where the items are.
        queue: Column that tells whether an item is in it.
        place: Column that tells each item's place in it.
    """

    def make() -> Places:
        numbers, places = _members(snapshot, queue, place)
        return places[_wait(snapshot)[numbers]]

    return snapshot.lately(("waiting-places", queue, place), make)


def read_places(snapshot: OpenSnapshot, query: str, values: Sequence[object] = ()) -> Places:
    """Return what a query tells of each item as `place`."""
    places: Places = snapshot.table(query, values)["place"].to_numpy()
    return places


def _members(snapshot: OpenSnapshot, queue: str, place: str) -> tuple[Places, Places]:
    """Return number and place of each item in a queue, waiting or not, in order."""
    members = f"FROM memory.main.items WHERE {queue} ORDER BY {place}"
    return snapshot.once(
        ("queue-members", queue, place),
        lambda: (
            read_places(snapshot, f"SELECT item_number AS place {members}"),
            read_places(snapshot, f"SELECT {place} AS place {members}"),
        ),
    )


def _wait(snapshot: OpenSnapshot) -> NDArray[np.bool_]:
    """Return of each item, by its number, whether it waits."""

    def make() -> NDArray[np.bool_]:
        wait = np.ones(len(read_order(snapshot).families), dtype=np.bool_)
        wait[read_places(snapshot, _NOT_WAITING)] = False
        return wait

    return snapshot.lately("wait", make)


_NOT_WAITING = """
    SELECT item_number AS place FROM memory.main.item_status WHERE kind <> 'waiting'
"""
