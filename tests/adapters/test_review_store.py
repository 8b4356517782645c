"""The review store on real SQLite: durable, append-only, shared by many."""

import multiprocessing
import sqlite3
import stat
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from motbild.adapters.review_store import ReviewStore, form, open_review_store
from motbild.adapters.review_store.tables import FORM_VERSION, metadata
from motbild.core import schemas
from motbild.errors import InputError, ReviewStoreError
from tests.decisions import MOMENT, decide
from tests.reviewing import act, send

# What the first form wrote.
_FORM_1 = """
CREATE TABLE decisions (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    decision_id VARCHAR NOT NULL,
    post_id VARCHAR NOT NULL,
    text_digest VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    narratives JSON NOT NULL,
    stance VARCHAR,
    is_threat BOOLEAN NOT NULL,
    reviewer VARCHAR NOT NULL,
    decided_at DATETIME NOT NULL,
    note VARCHAR NOT NULL,
    undoes VARCHAR,
    UNIQUE (decision_id)
);
INSERT INTO decisions VALUES
    (1, 'd1', 'x:1', 't1', 'confirm', '["rov"]', 'asserts', 0, 'Granskare Ett',
     '2026-11-22 09:00:00.000000', 'tydligt', NULL),
    (2, 'd2', 'x:2', 't2', 'reject', '[]', 'none', 0, 'Granskare Ett',
     '2026-11-22 09:01:00.000000', '', NULL),
    (3, 'd3', 'x:1', 't1', 'undo', '[]', NULL, 0, 'Granskare Ett',
     '2026-11-22 09:02:00.000000', '', 'd1');
CREATE TABLE review_form (version INTEGER NOT NULL, PRIMARY KEY (version));
INSERT INTO review_form VALUES (1);
"""


def test_decisions_come_back_as_they_went_in(store: ReviewStore) -> None:
    """In their order, with the moment in UTC, as the warehouse takes them."""
    stockholm = timezone(timedelta(hours=1))
    noon = datetime(2026, 11, 22, 12, tzinfo=stockholm)
    first = store.decisions.record(decide("confirm", "rov", decided_at=noon, note="tydligt"))
    second = store.decisions.record(decide("undo", decision_id="d2", undoes="d1"))
    rows = store.decisions.after(0)
    assert rows.schema == schemas.DECISIONS
    assert rows["seq"].to_pylist() == [first, second]
    confirmed, undone = rows.to_pylist()
    assert confirmed["narratives"] == ["rov"]
    assert confirmed["decided_at"] == noon
    assert (confirmed["stance"], undone["stance"]) == ("asserts", None)
    assert (confirmed["note"], undone["undoes_decision_id"]) == ("tydligt", "d1")
    assert store.decisions.after(first)["decision_id"].to_pylist() == ["d2"]
    assert store.decisions.after(second).num_rows == 0


def test_a_decision_recorded_twice_is_one(store: ReviewStore) -> None:
    """A form that is sent again changes nothing."""
    first = store.decisions.record(decide("skip"))
    assert store.decisions.record(decide("skip")) == first
    assert store.decisions.after(0).num_rows == 1


def test_a_store_that_is_opened_again_is_as_it_was(store: ReviewStore, address: str) -> None:
    """Opening makes only what is missing."""
    store.decisions.record(decide("skip"))
    with closing(open_review_store(address)) as again:
        assert again.decisions.after(0).num_rows == 1


def test_the_file_is_durable_and_its_owners_alone(store: ReviewStore, tmp_path: Path) -> None:
    """Readers and a writer do not block each other, and nobody else reads names and notes."""
    store.decisions.record(decide("skip"))
    path = tmp_path / "home" / "review.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store._ledger.engine.connect() as inside:
        assert inside.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert inside.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def _record_many(address: str, name: str) -> None:
    with closing(open_review_store(address)) as store:
        for number in range(20):
            store.decisions.record(decide("skip", decision_id=f"{name}-{number}"))


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
        rows = store.decisions.after(0)
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


@pytest.fixture
def first_form(tmp_path: Path) -> Path:
    """The file of a store of the first form, with two decisions and an undoing."""
    path = tmp_path / "first.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_FORM_1)
    return path


def test_a_store_of_the_first_form_is_brought_up(first_form: Path) -> None:
    """Its decisions are as they were, each an act of its own that others can meet and undo."""
    for _ in range(2):
        with closing(open_review_store(f"sqlite:///{first_form}")) as store:
            rows = store.decisions.after(0)
    assert rows["decision_id"].to_pylist() == ["d1", "d2", "d3"]
    assert rows["decided_at"].to_pylist()[0] == MOMENT
    with closing(open_review_store(f"sqlite:///{first_form}")) as store:
        rejected, confirmed = store.decisions.acts_on("f1", ["t1", "t2"])
        assert (confirmed.act_id, confirmed.undone_by) == ("d1", "Granskare Ett")
        late = send(store, act("a1", "Granskare Två"))
        assert late.standing == rejected
        assert store.decisions.undo("d2", actor="Granskare Två", now=MOMENT)
        assert store.decisions.after(3)["undoes_decision_id"].to_pylist() == ["d2"]
        assert store.audit.verify() == []


def test_a_store_is_brought_up_wholly_or_not_at_all(
    first_form: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dies on the way leaves the first form, and the next opening brings it up."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(form, "_make_tables", die)
        with pytest.raises(KeyboardInterrupt):
            open_review_store(f"sqlite:///{first_form}")
    with closing(sqlite3.connect(first_form)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(decisions)")]
    assert "act_id" not in columns
    open_review_store(f"sqlite:///{first_form}").close()
    with closing(sqlite3.connect(first_form)) as connection:
        assert connection.execute("SELECT version FROM review_form").fetchall() == [(FORM_VERSION,)]


def test_postgresql_would_take_every_table() -> None:
    """Nothing in them is of SQLite alone."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))


def test_what_is_no_store_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A wrong address and a damaged file are told without a traceback or a password."""
    with pytest.raises(InputError, match="MOTBILD_REVIEW_ADDRESS"):
        open_review_store("no address at all")
    (tmp_path / "broken.sqlite").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(ReviewStoreError, match="cannot be used"):
        open_review_store(f"sqlite:///{tmp_path / 'broken.sqlite'}")


def test_an_empty_file_is_never_taken_for_a_new_store(tmp_path: Path) -> None:
    """Accounts and decisions would seem never to have been; a new file is there whole."""
    path = tmp_path / "review.sqlite"
    path.touch()
    with pytest.raises(ReviewStoreError, match=r"is empty.*last backup"):
        open_review_store(f"sqlite:///{path}")
    path.unlink()
    with closing(open_review_store(f"sqlite:///{path}")):
        pass
    assert path.stat().st_size > 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["review.sqlite"]


def test_a_page_of_zeros_is_told_at_opening(tmp_path: Path) -> None:
    """Before anybody decides on what it shows."""
    address = f"sqlite:///{tmp_path / 'review.sqlite'}"
    with closing(open_review_store(address)) as store:
        for number in range(200):
            store.decisions.record(decide("reject", decision_id=f"d{number}", note="n" * 90))
    path = tmp_path / "review.sqlite"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(4096))
    with pytest.raises(ReviewStoreError, match=r"damaged.*last backup"):
        open_review_store(address)


@pytest.mark.parametrize(("column", "value"), [("narratives", "[?"), ("decided_at", "i natt")])
def test_a_value_that_is_not_what_was_written_is_told(
    tmp_path: Path, column: str, value: str
) -> None:
    """Its page may hold together all the same; what stands there is not quoted."""
    address = f"sqlite:///{tmp_path / 'review.sqlite'}"
    with closing(open_review_store(address)) as store:
        store.decisions.record(decide("reject"))
    with closing(sqlite3.connect(tmp_path / "review.sqlite")) as connection:
        connection.execute(f"UPDATE decisions SET {column} = ?", (value,))
        connection.commit()
    with (
        closing(open_review_store(address)) as store,
        pytest.raises(ReviewStoreError, match="not what was written") as told,
    ):
        store.decisions.after(0)
    assert value not in str(told.value)
