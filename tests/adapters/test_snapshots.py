"""Snapshots: whole, read-only, never changed, and never in anybody's way."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.adapters.warehouse.snapshots import (
    describe_snapshot,
    publish_snapshot,
    query_snapshot,
    read_snapshot,
)
from motbild.core import schemas
from motbild.core.publishing import Publishing
from motbild.errors import InputError, WarehouseError

ROOT = Path(__file__).parents[2]
VIEWS = ROOT / "warehouse" / "views"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Warehouse]:
    """A live warehouse in a file."""
    opened = open_warehouse(tmp_path / "live.duckdb", ROOT / "warehouse" / "migrations", VIEWS)
    yield opened
    opened.close()


def _publish(live: Warehouse, home: Path, run_id: str, kept: int = 5) -> Path:
    how = Publishing(kept_count=kept, smallest_count=5, has_parquet=False)
    return publish_snapshot(live, home, VIEWS, run_id=run_id, model_version="m", how=how)


def _add_reject(live: Warehouse, line: int) -> None:
    row = dict.fromkeys(schemas.REJECTS.names, "x") | {"line_number": line}
    live.append(
        "ops.rejects",
        pa.Table.from_pylist([row], schema=schemas.REJECTS),
        key=("file_digest", "line_number"),
    )


def _reject_count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT count(*) FROM analyst.rejects").fetchone()
    assert row is not None
    return int(row[0])


def test_a_new_reader_sees_the_newest(live: Warehouse, tmp_path: Path) -> None:
    """Within one process too, where DuckDB would hand out the database it opened first."""
    _publish(live, tmp_path, "r1")
    with read_snapshot(tmp_path / "analyst.duckdb") as before:
        _add_reject(live, 1)
        _publish(live, tmp_path, "r2")
        with read_snapshot(tmp_path / "analyst.duckdb") as after:
            assert _reject_count(after) == 1
        assert _reject_count(before) == 0


def test_an_open_reader_keeps_its_snapshot_when_it_is_removed(
    live: Warehouse, tmp_path: Path
) -> None:
    """Old snapshots go, and whoever still reads one reads on."""
    _publish(live, tmp_path, "r1", kept=1)
    with read_snapshot(tmp_path / "analyst.duckdb") as reader:
        _publish(live, tmp_path, "r2", kept=1)
        names = [path.name for path in (tmp_path / "published").iterdir()]
        assert names == ["analyst-r2.duckdb"]
        assert _reject_count(reader) == 0


def test_a_reader_elsewhere_blocks_no_night(live: Warehouse, tmp_path: Path) -> None:
    """With an analyst's shell open on the snapshot, nights write and publish."""
    _publish(live, tmp_path, "r1")
    link = str(tmp_path / "analyst.duckdb")
    script = (
        f"import duckdb; c = duckdb.connect({link!r}, read_only=True); print('open', flush=True);"
        "input(); print(c.execute('SELECT count(*) FROM analyst.rejects').fetchone()[0])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as analyst:
        assert analyst.stdout is not None
        analyst.stdout.readline()
        _add_reject(live, 1)
        _publish(live, tmp_path, "r2")
        told, _ = analyst.communicate("\n")
    assert told.strip() == "0"
    assert query_snapshot(Path(link), "FROM analyst.rejects").num_rows == 1


def test_a_snapshot_cannot_be_written(live: Warehouse, tmp_path: Path) -> None:
    """The file is read-only, and a query that would write is refused in one sentence."""
    published = _publish(live, tmp_path, "r1")
    assert published.stat().st_mode & 0o777 == 0o444
    with pytest.raises(InputError, match="cannot be run"):
        query_snapshot(tmp_path / "analyst.duckdb", "DELETE FROM ops.rejects RETURNING *")


def test_tools_of_duckdb_1_5_can_open_it(live: Warehouse, tmp_path: Path) -> None:
    """The storage version written in the file's header is one that DuckDB 1.5 reads."""
    header = _publish(live, tmp_path, "r1").read_bytes()[:64]
    version = int.from_bytes(header[12:20], "little")
    assert 64 <= version <= 68


def test_a_bad_build_is_never_published(
    live: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the check finds rows missing, the old snapshot stays the newest."""
    published = _publish(live, tmp_path, "r1")
    _add_reject(live, 1)
    monkeypatch.setattr(
        "motbild.adapters.warehouse.snapshot_checks._expected_counts",
        lambda _: {"SELECT count(*) FROM ops.rejects": 2},
    )
    with pytest.raises(WarehouseError, match="does not hold all it should"):
        _publish(live, tmp_path, "r2")
    assert (tmp_path / "analyst.duckdb").resolve() == published.resolve()


def test_a_build_that_was_cut_short_is_cleared_away(live: Warehouse, tmp_path: Path) -> None:
    """Leftovers of a killed night are gone after the next publication."""
    (tmp_path / "published").mkdir()
    leftover = tmp_path / "published" / ".building-r0.duckdb"
    leftover.write_bytes(b"half")
    _publish(live, tmp_path, "r1")
    assert not leftover.exists()


def test_every_column_says_what_it_means(warehouse: Warehouse) -> None:
    """No table, view or column of a snapshot is without a comment."""
    silent = [
        (c.schema, c.table, c.name)
        for c in describe_snapshot(warehouse, VIEWS)
        if not c.comment or not c.table_comment
    ]
    assert silent == []


def test_no_column_could_single_out_people(warehouse: Warehouse) -> None:
    """Nothing in a snapshot names an author, not even by pseudonym."""
    names = {column.name for column in describe_snapshot(warehouse, VIEWS)}
    assert not [name for name in names if "author" in name or "pseudonym" in name]


def test_without_a_snapshot_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    """Reading before the first night names the command that publishes."""
    with pytest.raises(WarehouseError, match="run `motbild nightly` once"):
        read_snapshot(tmp_path / "analyst.duckdb")


@pytest.mark.parametrize("query", ["SELEC 1", "FROM nowhere", "CREATE TABLE t (a INT)"])
def test_a_query_that_cannot_run_gets_one_sentence(
    live: Warehouse, tmp_path: Path, query: str
) -> None:
    """A mistake in a query, or a statement that returns nothing, is told in one line."""
    _publish(live, tmp_path, "r1")
    with pytest.raises(InputError) as told:
        query_snapshot(tmp_path / "analyst.duckdb", query)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("path", sorted((ROOT / "warehouse" / "queries").glob("*.sql")), ids=str)
def test_worked_queries_run(live: Warehouse, tmp_path: Path, path: Path) -> None:
    """Each worked query runs on a snapshot, an empty one too."""
    _publish(live, tmp_path, "r1")
    query_snapshot(tmp_path / "analyst.duckdb", path.read_text(encoding="utf-8"))


def test_publishing_keeps_the_live_file_locked(live: Warehouse, tmp_path: Path) -> None:
    """Nothing in publishing opens and closes the live file, which would lift its lock."""
    _publish(live, tmp_path, "r1")
    script = f"import duckdb; duckdb.connect({str(tmp_path / 'live.duckdb')!r})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "Conflicting lock" in done.stderr
