"""The newest snapshot, held open for many readers."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from motbild.adapters.warehouse.reading import SnapshotReader
from motbild.errors import WarehouseError


@pytest.fixture
def link(tmp_path: Path) -> Path:
    """A link to a snapshot of three numbers."""
    made = tmp_path / "a.duckdb"
    with duckdb.connect(str(made)) as connection:
        connection.execute("CREATE TABLE numbers AS SELECT unnest([1, 2, 3]) AS number")
    (tmp_path / "analyst.duckdb").symlink_to("a.duckdb")
    return tmp_path / "analyst.duckdb"


@pytest.fixture
def reader(link: Path) -> Iterator[SnapshotReader]:
    """A reader of it."""
    made = SnapshotReader(link)
    yield made
    made.close()


def test_what_the_link_names_is_read(link: Path, reader: SnapshotReader) -> None:
    """A flipped link is followed at the next call; what was open goes on."""
    before = reader.newest()
    assert reader.newest() is before
    shutil.copy(link.parent / "a.duckdb", link.parent / "b.duckdb")
    link.unlink()
    link.symlink_to("b.duckdb")
    assert reader.newest().name == "b.duckdb"
    assert len(before.rows("FROM numbers")) == 3


def test_nothing_published_is_told(tmp_path: Path) -> None:
    """Before the first night there is one sentence on what to do."""
    with pytest.raises(WarehouseError, match="motbild nightly"):
        SnapshotReader(tmp_path / "analyst.duckdb").newest()


def test_what_is_no_snapshot_is_told(tmp_path: Path) -> None:
    """A file of another kind is refused without its content."""
    (tmp_path / "analyst.duckdb").write_bytes(b"hemligt" * 1000)
    with pytest.raises(WarehouseError, match="cannot be opened") as told:
        SnapshotReader(tmp_path / "analyst.duckdb").newest()
    assert "hemligt" not in str(told.value)


def test_a_snapshot_cannot_be_written_or_left(reader: SnapshotReader, tmp_path: Path) -> None:
    """Readers change nothing and open no other file."""
    snapshot = reader.newest()
    with pytest.raises(duckdb.Error):
        snapshot.rows("DELETE FROM numbers")
    with pytest.raises(duckdb.Error):
        snapshot.rows(f"COPY numbers TO '{tmp_path / 'out.csv'}'")
    assert len(snapshot.rows("FROM numbers")) == 3


def test_many_threads_read_at_once(reader: SnapshotReader) -> None:
    """Each has a connection of its own, and what is worked out once is worked out once."""
    snapshot = reader.newest()
    made: list[int] = []

    def read(number: int) -> int:
        total = snapshot.rows("SELECT sum(number) AS n FROM numbers WHERE number <= ?", [number])
        snapshot.once("key", lambda: made.append(number))
        return int(total[0]["n"])

    with ThreadPoolExecutor(8) as threads:
        totals = list(threads.map(read, [1, 2, 3] * 40))
    assert totals == [1, 3, 6] * 40
    assert len(made) == 1
