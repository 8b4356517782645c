"""The copy as Parquet files: whole, explained, and there only where it is asked for."""

import json
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from motbild.adapters.warehouse import open_warehouse
from motbild.adapters.warehouse.parquet_copy import DESCRIPTOR
from motbild.adapters.warehouse.snapshots import publish_snapshot, query_snapshot
from motbild.core.publishing import Publishing
from motbild.settings import Settings
from tests.conftest import ROOT

VIEWS = ROOT / "warehouse" / "views"


def _publish(home: Path, run_id: str, *, has_parquet: bool = True, kept: int = 2) -> None:
    migrations = ROOT / "warehouse" / "migrations"
    how = Publishing(kept_count=kept, smallest_count=5, has_parquet=has_parquet)
    with closing(open_warehouse(home / "live.duckdb", migrations, VIEWS)) as live:
        publish_snapshot(live, home, VIEWS, run_id=run_id, model_version="m", how=how)


def _views(settings: Settings) -> list[str]:
    query = "SELECT view_name AS n FROM duckdb_views() WHERE schema_name = 'analyst' ORDER BY n"
    return [str(name) for name in query_snapshot(settings.snapshot_link, query)["n"].to_pylist()]


def test_each_view_is_a_file_with_the_same_rows(demo: Settings) -> None:
    """And types that DuckDB gives back as they were, lists, structs and moments included."""
    for view in _views(demo):
        path = demo.parquet_link / f"{view}.parquet"
        with duckdb.connect(str(demo.snapshot_link.resolve()), read_only=True) as both:
            query = f"FROM analyst.{view} EXCEPT ALL FROM read_parquet('{path}')"
            assert both.execute(query).fetchall() == []
            query = f"FROM read_parquet('{path}') EXCEPT ALL FROM analyst.{view}"
            assert both.execute(query).fetchall() == []
            types = [
                both.execute(f"SELECT column_name, column_type FROM (DESCRIBE {what})").fetchall()
                for what in (f"analyst.{view}", f"FROM read_parquet('{path}')")
            ]
            assert types[0] == types[1]
    assert len(list(demo.parquet_link.iterdir())) == len(_views(demo)) + 1


def test_files_are_compressed_and_say_what_they_hold(demo: Settings) -> None:
    """By Zstandard; the comments of the view and of its columns are in the file."""
    path = demo.parquet_link / "flagged_posts.parquet"
    metadata = pq.read_metadata(path)
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert metadata.metadata[b"description"].startswith(b"One row per flagged post")
    meanings = json.loads(metadata.metadata[b"columns"])
    assert meanings["stance"].startswith("Likeliest stance")
    assert set(meanings) == set(pq.read_schema(path).names)


def test_the_descriptor_tells_of_every_file(demo: Settings) -> None:
    """It names the run, the version of the views, and each column with its meaning."""
    told = json.loads((demo.parquet_link / DESCRIPTOR).read_text(encoding="utf-8"))
    [publication] = query_snapshot(demo.snapshot_link, "FROM analyst.publication").to_pylist()
    assert told["run_id"] == publication["run_id"]
    assert told["version"] == "1.1"
    assert [one["path"] for one in told["resources"]] == [f"{v}.parquet" for v in _views(demo)]
    for one in told["resources"]:
        assert (demo.parquet_link / one["path"]).exists()
        assert all(field["description"] for field in one["schema"]["fields"])
    [days] = [one for one in told["resources"] if one["name"] == "narrative-days"]
    kinds = {field["name"]: field["type"] for field in days["schema"]["fields"]}
    assert kinds["counted_day"] == "date"
    assert kinds["post_count"] == "integer"
    assert kinds["is_suppressed"] == "boolean"


def test_an_empty_snapshot_has_empty_files(empty: Settings) -> None:
    """Each with its columns, so that what reads them needs no case of its own."""
    for view in _views(empty):
        path = empty.parquet_link / f"{view}.parquet"
        assert pq.read_schema(path).names
    assert pq.read_metadata(empty.parquet_link / "flagged_posts.parquet").num_rows == 0


def test_nobody_may_write_them_and_anyone_may_read(demo: Settings) -> None:
    """As the snapshot itself."""
    assert {path.stat().st_mode & 0o777 for path in demo.parquet_link.iterdir()} == {0o444}
    assert demo.parquet_link.resolve().stat().st_mode & 0o777 == 0o755


def test_a_copy_goes_with_its_snapshot(tmp_path: Path) -> None:
    """As many stay as snapshots stay, since what retention takes away must go from them too."""
    for number in range(4):
        _publish(tmp_path, f"r{number}")
    names = sorted(path.name for path in (tmp_path / "published").iterdir())
    assert names == ["analyst-r2.duckdb", "analyst-r3.duckdb", "parquet-r2", "parquet-r3"]
    assert (tmp_path / "analyst-parquet").readlink() == Path("published/parquet-r3")


def test_without_the_setting_there_is_none_and_none_stays(tmp_path: Path) -> None:
    """Whoever turns it off has no old copy left behind."""
    assert not Settings.load(home=tmp_path).publishing.has_parquet
    _publish(tmp_path, "r1")
    _publish(tmp_path, "r2", has_parquet=False)
    assert not (tmp_path / "analyst-parquet").is_symlink()
    assert not list((tmp_path / "published").glob("parquet-*"))


def test_a_folder_that_is_no_copy_of_ours_is_left_alone(tmp_path: Path) -> None:
    """What somebody has put there under that name is not taken away."""
    (tmp_path / "analyst-parquet").mkdir()
    _publish(tmp_path, "r1", has_parquet=False)
    assert (tmp_path / "analyst-parquet").is_dir()


def test_a_copy_that_was_cut_short_is_cleared_away(tmp_path: Path) -> None:
    """What a killed night has half written is gone after the next publication."""
    leftover = tmp_path / "published" / ".building-r0.parquet"
    leftover.mkdir(parents=True)
    (leftover / "flagged_posts.parquet").write_bytes(b"half")
    _publish(tmp_path, "r1")
    assert not leftover.exists()


def test_a_copy_that_cannot_be_written_stops_the_publication(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot and the files before it stay: both are of one night."""
    _publish(tmp_path, "r1")
    monkeypatch.setattr(
        "motbild.adapters.warehouse.snapshots.write_parquet_copy",
        lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")),
    )
    with pytest.raises(OSError, match="No space"):
        _publish(tmp_path, "r2")
    assert (tmp_path / "analyst.duckdb").readlink() == Path("published/analyst-r1.duckdb")
    assert (tmp_path / "analyst-parquet").readlink() == Path("published/parquet-r1")


def test_the_same_run_published_twice_has_one_copy(tmp_path: Path) -> None:
    """A step that is tried again writes over what it had written."""
    _publish(tmp_path, "r1")
    _publish(tmp_path, "r1")
    assert (tmp_path / "analyst-parquet" / "nights.parquet").exists()
