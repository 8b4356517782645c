"""The log in the review store: beside everything written, and whole or seen to be broken."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from motbild.adapters.review_store import ReviewStore
from motbild.core.audit import BEGINNING
from tests.decisions import MOMENT
from tests.reviewing import act, send


@pytest.fixture
def logged(store: ReviewStore) -> ReviewStore:
    """A store with six lines in its log."""
    for number in range(3):
        send(store, act(f"a{number}", "anna", family=f"f{number}", texts=(f"t{number}",)))
        store.audit.note(
            "saw-item", f"f{number}", {"copies": 2}, actor="bo", now=MOMENT + timedelta(seconds=1)
        )
    return store


def test_lines_are_read_back_the_newest_first(logged: ReviewStore) -> None:
    """Each as it was written, a page at a time, by whoever, whatever and whereof."""
    lines = logged.audit.entries()
    assert [line.seq for line in lines] == [6, 5, 4, 3, 2, 1]
    assert (lines[0].at, lines[0].details) == (MOMENT + timedelta(seconds=1), {"copies": 2})
    assert lines[-1].previous_digest == BEGINNING
    assert [line.seq for line in logged.audit.entries(before_seq=4, limit=2)] == [3, 2]
    assert {line.seq for line in logged.audit.entries(actor="anna")} == {1, 3, 5}
    assert {line.seq for line in logged.audit.entries(action="saw-item")} == {2, 4, 6}
    assert {line.seq for line in logged.audit.entries(subject="f1")} == {3, 4}
    assert logged.audit.verify() is None


_TAMPERINGS = {
    "UPDATE audit SET actor = 'bo' WHERE seq = 3": 3,
    "UPDATE audit SET details = '{}' WHERE seq = 2": 2,
    "UPDATE audit SET at = '2026-11-22 10:00:00.000000' WHERE seq = 5": 5,
    "DELETE FROM audit WHERE seq = 4": 5,
    "DELETE FROM audit WHERE seq >= 5": 5,
    "DELETE FROM audit": 1,
    "UPDATE audit_head SET seq = 5": 5,
    "UPDATE audit_head SET seq = 7": 7,
}


@pytest.mark.parametrize("tampering", _TAMPERINGS)
def test_tampering_is_seen(logged: ReviewStore, tampering: str) -> None:
    """A line that was altered, left out or cut off breaks the chain there."""
    with logged._ledger.engine.begin() as connection:
        connection.execute(sa.text(tampering))
    assert logged.audit.verify() == _TAMPERINGS[tampering]


def test_what_fails_is_not_logged(logged: ReviewStore) -> None:
    """A transaction that does not end leaves neither what it wrote nor its line."""
    with pytest.raises(ValueError, match="knows no action"):
        logged.audit.note("guessed", "f1", actor="bo", now=MOMENT)
    assert len(logged.audit.entries()) == 6
    assert logged.audit.verify() is None


def test_the_log_does_not_quote_notes(store: ReviewStore) -> None:
    """A reviewer's note may hold what the post says."""
    send(store, act("a1", "anna", note="hon skrev något hemskt"))
    assert "hemskt" not in str(store.audit.entries())
