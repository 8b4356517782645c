"""The log in the review store: beside everything written, and whole or seen to be broken."""

from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.core.audit import BEGINNING, Anchor, Fault
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
    assert logged.audit.verify() == []


_TAMPERINGS = {
    "UPDATE audit SET actor = 'bo' WHERE seq = 3": (3, "altered"),
    "UPDATE audit SET details = '{}' WHERE seq = 2": (2, "altered"),
    "UPDATE audit SET at = '2026-11-22 10:00:00.000000' WHERE seq = 5": (5, "altered"),
    "DELETE FROM audit WHERE seq = 4": (4, "missing"),
    "DELETE FROM audit WHERE seq >= 5": (5, "cut"),
    "DELETE FROM audit": (1, "cut"),
    "UPDATE audit SET seq = -1 WHERE seq = 1": (-1, "displaced"),
    "UPDATE audit_head SET seq = 5": (6, "added"),
    "UPDATE audit_head SET seq = 7": (7, "cut"),
    "DELETE FROM audit_head": (1, "added"),
}
_GUARDS = ("audit_is_not_changed", "audit_is_not_cut", "audit_head_stays", "audit_head_goes_on")


def _tamper(store: ReviewStore, *statements: str) -> None:
    """Do what somebody would who has the file and knows what keeps it."""
    with store._ledger.engine.begin() as connection:
        for name in _GUARDS:
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize("tampering", _TAMPERINGS)
def test_tampering_is_seen(logged: ReviewStore, tampering: str) -> None:
    """A line that was altered, left out or cut off breaks the chain there."""
    _tamper(logged, tampering)
    first = logged.audit.verify()[0]
    assert (first.seq, first.kind) == _TAMPERINGS[tampering]


def test_a_log_cut_with_its_end_is_told_by_what_was_seen_of_it(logged: ReviewStore) -> None:
    """The log looks whole by itself, and an anchor that lies elsewhere says otherwise."""
    seen = logged.audit.head()
    fourth = logged.audit.entries(before_seq=5, limit=1)[0]
    _tamper(
        logged,
        "DELETE FROM audit WHERE seq > 4",
        f"UPDATE audit_head SET seq = 4, digest = '{fourth.digest}'",
    )
    assert logged.audit.verify() == []
    assert logged.audit.verify([Anchor(seen.seq, seen.digest, "run r1")]) == [
        Fault(5, "cut", "run r1")
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'bo' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 6",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 2",
        "INSERT OR REPLACE INTO audit SELECT seq, at, 'bo', action, subject, details, "
        "previous_digest, digest FROM audit WHERE seq = 3",
    ],
)
def test_the_database_refuses_to_change_the_log(logged: ReviewStore, statement: str) -> None:
    """Nobody changes or cuts it by mistake, and the end of it never goes back."""
    with (
        pytest.raises(sa.exc.IntegrityError, match="only ever added to"),
        logged._ledger.engine.begin() as connection,
    ):
        connection.execute(sa.text(statement))
    assert logged.audit.verify() == []


def test_an_older_store_is_closed_when_it_is_opened(logged: ReviewStore, address: str) -> None:
    """What form 2 left open to change is refused from then on, and its log stands."""
    _tamper(logged, "UPDATE review_form SET version = 2")
    head = logged.audit.head()
    with closing(open_review_store(address)) as reopened:
        assert reopened.audit.head() == head
        with (
            pytest.raises(sa.exc.IntegrityError, match="only ever added to"),
            reopened._ledger.engine.begin() as connection,
        ):
            connection.execute(sa.text("DELETE FROM audit"))


def test_what_fails_is_not_logged(logged: ReviewStore) -> None:
    """A transaction that does not end leaves neither what it wrote nor its line."""
    with pytest.raises(ValueError, match="knows no action"):
        logged.audit.note("guessed", "f1", actor="bo", now=MOMENT)
    assert len(logged.audit.entries()) == 6
    assert logged.audit.verify() == []


def test_the_log_does_not_quote_notes(store: ReviewStore) -> None:
    """A reviewer's note may hold what the post says."""
    send(store, act("a1", "anna", note="hon skrev något hemskt"))
    assert "hemskt" not in str(store.audit.entries())
