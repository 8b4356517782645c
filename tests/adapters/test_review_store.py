"""The review store on real SQLite: durable, append-only, shared by many."""

import multiprocessing
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.core import schemas
from motbild.errors import InputError, ReviewStoreError
from tests.decisions import decide


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Address of a store that is not there yet."""
    return f"sqlite:///{tmp_path / 'home' / 'review.sqlite'}"


@pytest.fixture
def store(address: str) -> Iterator[ReviewStore]:
    """An empty store."""
    with closing(open_review_store(address)) as opened:
        yield opened


def test_decisions_come_back_as_they_went_in(store: ReviewStore) -> None:
    """In their order, with the moment in UTC, as the warehouse takes them."""
    stockholm = timezone(timedelta(hours=1))
    noon = datetime(2026, 11, 22, 12, tzinfo=stockholm)
    first = store.record(decide("confirm", "rov", decided_at=noon, note="tydligt"))
    second = store.record(decide("undo", decision_id="d2", undoes="d1"))
    rows = store.decisions_after(0)
    assert rows.schema == schemas.DECISIONS
    assert rows["seq"].to_pylist() == [first, second]
    confirmed, undone = rows.to_pylist()
    assert confirmed["narratives"] == ["rov"]
    assert confirmed["decided_at"] == noon
    assert (confirmed["stance"], undone["stance"]) == ("asserts", None)
    assert (confirmed["note"], undone["undoes_decision_id"]) == ("tydligt", "d1")
    assert store.decisions_after(first)["decision_id"].to_pylist() == ["d2"]
    assert store.decisions_after(second).num_rows == 0


def test_a_decision_recorded_twice_is_one(store: ReviewStore) -> None:
    """A form that is sent again changes nothing."""
    first = store.record(decide("skip"))
    assert store.record(decide("skip")) == first
    assert store.decisions_after(0).num_rows == 1


def test_a_store_that_is_opened_again_is_as_it_was(store: ReviewStore, address: str) -> None:
    """Opening makes only what is missing."""
    store.record(decide("skip"))
    with closing(open_review_store(address)) as again:
        assert again.decisions_after(0).num_rows == 1


def test_the_file_is_durable_and_its_owners_alone(store: ReviewStore, tmp_path: Path) -> None:
    """Readers and a writer do not block each other, and nobody else reads names and notes."""
    store.record(decide("skip"))
    path = tmp_path / "home" / "review.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store._engine.connect() as inside:
        assert inside.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert inside.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def _record_many(address: str, name: str) -> None:
    with closing(open_review_store(address)) as store:
        for number in range(20):
            store.record(decide("skip", decision_id=f"{name}-{number}"))


def test_reviewers_write_at_once_and_nothing_is_lost(address: str) -> None:
    """Three processes that begin a store and write together each have all of theirs in it."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_record_many, args=(address, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    with closing(open_review_store(address)) as store:
        rows = store.decisions_after(0)
    assert rows["seq"].to_pylist() == list(range(1, 61))
    assert len(set(rows["decision_id"].to_pylist())) == 60


def test_a_store_of_a_newer_motbild_is_refused(
    store: ReviewStore, address: str, tmp_path: Path
) -> None:
    """Whoever goes back to an older version is told, and nothing is touched."""
    store.close()
    with closing(sqlite3.connect(tmp_path / "home" / "review.sqlite")) as connection:
        connection.execute("UPDATE review_form SET version = 99")
        connection.commit()
    with pytest.raises(ReviewStoreError, match="upgrade Motbild"):
        open_review_store(address)


def test_what_is_no_store_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A wrong address and a damaged file are told without a traceback or a password."""
    with pytest.raises(InputError, match="MOTBILD_REVIEW_ADDRESS"):
        open_review_store("no address at all")
    (tmp_path / "broken.sqlite").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(ReviewStoreError, match="cannot be used"):
        open_review_store(f"sqlite:///{tmp_path / 'broken.sqlite'}")
