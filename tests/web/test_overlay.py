"""What people decide, laid over the snapshot that everybody reads."""

from datetime import timedelta
from typing import Any

from tests.rooms import TestRoom
from tests.web.deciding import decide_first


def _status(room: TestRoom, family: str) -> dict[str, Any] | None:
    query = "FROM memory.main.item_status WHERE family_id = ?"
    rows = room.room.snapshot().rows(query, [family])
    assert len(rows) < 2
    return rows[0] if rows else None


def test_a_decision_is_seen_at_once(room: TestRoom) -> None:
    """What was undecided has a status as soon as somebody has decided."""
    room.room.snapshot()
    family = decide_first(room, "gun", "confirm", "kidnappning")
    status = _status(room, family)
    assert status is not None
    assert (status["kind"], status["reviewer"]) == ("confirm", "gun")
    assert status["narratives"] == ["kidnappning"]


def test_the_latest_that_stands_holds(room: TestRoom) -> None:
    """A second act takes the place of the first, and gives it back when it is undone."""
    family = decide_first(room, "gun", "confirm", "kidnappning")
    room.room.snapshot()
    room.now += timedelta(minutes=1)
    decide_first(room, "gun", "reject", family=family)
    assert (_status(room, family) or {})["kind"] == "reject"
    room.store.decisions.undo(f"gun-reject-{family}", actor="gun", now=room.now)
    assert (_status(room, family) or {})["kind"] == "confirm"
    room.store.decisions.undo(f"gun-confirm-{family}", actor="gun", now=room.now)
    assert (_status(room, family) or {})["kind"] == "waiting"


def test_what_was_decided_before_the_start_lies_over_it(room: TestRoom) -> None:
    """A room that opens finds the same as one that has followed all along."""
    family = decide_first(room, "gun", "confirm", "kidnappning")
    decide_first(room, "gert", "skip")
    room.store.decisions.undo(f"gun-confirm-{family}", actor="gun", now=room.now)
    query = "FROM memory.main.item_status ORDER BY item_number"
    followed = room.room.snapshot().rows(query)
    room.room.close()
    assert room.room.snapshot().rows(query) == followed
    assert [row["kind"] for row in followed if row["family_id"] == family] == ["waiting"]
