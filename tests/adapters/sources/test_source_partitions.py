"""Partitioned tables: what their folders tell, here and in a remote inbox."""

import io
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from motbild.adapters.sources import (
    ColumnMapping,
    RemoteSpec,
    SourceSpec,
    check_no_link,
    list_files,
    open_inbox,
    read_posts,
)
from motbild.adapters.sources.remote import RemoteOptions
from motbild.core.partitions import is_partition, partition_name, partition_values
from motbild.core.records import RawPost
from motbild.errors import SourceError
from tests.data.platforms.s3 import BUCKET, ObjectStore

_SWEDISH = ZoneInfo("Europe/Stockholm")


def _table(*ids: str, **columns: str) -> bytes:
    """Return a Parquet file with a post for each id, and columns that are the same in all."""
    texts = {"id": list(ids), "text": [f"inlägg {number}" for number in ids]}
    same = {name: [value] * len(ids) for name, value in columns.items()}
    written = io.BytesIO()
    pq.write_table(pa.table({**texts, **same}), written)
    return written.getvalue()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of three files in two levels of folders, with what else lies beside such files."""
    folder = tmp_path / "table"
    for name, content in {
        "platform=x/lang=sv/part-0.snappy.parquet": _table("1", "2"),
        "platform=x/lang=__HIVE_DEFAULT_PARTITION__/part-0.parquet": _table("3"),
        "platform=tele%20gram/part-0.parquet": _table("4", platform="tiktok"),
        "platform=x/lang=sv/_SUCCESS": b"",
        "platform=x/lang=sv/.part-0.crc": b"crc",
        "other/part-0.parquet": _table("5"),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _posts(path: Path, mapping: ColumnMapping | None = None) -> Iterator[RawPost]:
    for row in read_posts(path, mapping=mapping):
        assert isinstance(row, RawPost)
        yield row


def test_a_tables_folders_are_looked_into_and_tell_of_their_posts(table: Path) -> None:
    """No other folders are; a column of the file itself holds against its folder's."""
    files = list_files(SourceSpec("tabell", table, None, None))
    assert [partition_name(path.as_posix()) for path in files] == [
        "platform=tele%20gram/part-0.parquet",
        "platform=x/lang=__HIVE_DEFAULT_PARTITION__/part-0.parquet",
        "platform=x/lang=sv/part-0.snappy.parquet",
    ]
    posts = [post for path in files for post in _posts(path)]
    told = {post.native_id: (post.platform, post.lang) for post in posts}
    assert told == {
        "4": ("tiktok", None),
        "3": ("x", None),
        "1": ("x", "sv"),
        "2": ("x", "sv"),
    }


def test_a_partition_that_is_a_link_is_refused(table: Path, tmp_path: Path) -> None:
    """As a file that is one."""
    source = SourceSpec("tabell", table, None, None)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.parquet").write_bytes(_table("9"))
    (table / "platform=y").symlink_to(tmp_path / "elsewhere")
    [linked] = [path for path in list_files(source) if path.name == "platform=y"]
    with pytest.raises(SourceError, match="is a link, which may lead anywhere"):
        check_no_link(source, linked)


def test_a_table_in_an_object_store_is_fetched_part_by_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part under the names of its folders, which tell of its posts."""
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_ACCESS_KEY", "tillträde")
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_SECRET_KEY", "hemlighet")
    with ObjectStore() as store:
        store.put("in/day=2026-11-20/platform=x/part-0.parquet", _table("1"))
        store.put("in/day=2026-11-21/platform=x/part-0.parquet", _table("2"))
        store.put("in/under/part-0.parquet", _table("3"))
        spec = RemoteSpec(
            "lagret",
            RemoteOptions(address=f"s3://{BUCKET}/in", endpoint=store.address),
            None,
            None,
            tmp_path / "secrets",
            tmp_path / "fetched",
        )
        with open_inbox(spec) as inbox:
            files = inbox.list_files()
            assert [file.name for file in files] == [
                "day=2026-11-20/platform=x/part-0.parquet",
                "day=2026-11-21/platform=x/part-0.parquet",
            ]
            assert files[0].mark != files[1].mark
            mapping = ColumnMapping().with_columns(posted_at="day")
            told = []
            for file in files:
                with inbox.fetched(file) as path:
                    told += [(p.native_id, p.platform, p.posted_at) for p in _posts(path, mapping)]
    assert [(number, platform) for number, platform, _ in told] == [("1", "x"), ("2", "x")]
    assert [f"{moment.astimezone(_SWEDISH):%Y-%m-%d}" for _, _, moment in told if moment] == [
        "2026-11-20",
        "2026-11-21",
    ]
    assert not [path for path in (tmp_path / "fetched").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("day=2026-11-20", True), ("a_b=%2F", True), ("=x", False), ("day=", False), ("2=x", False)],
)
def test_what_a_partition_is_called(name: str, is_one: bool) -> None:
    """A word, an equals sign and something behind it."""
    assert is_partition(name) is is_one


def test_only_the_folders_right_above_a_file_are_its_partitions() -> None:
    """Of one column the nearest tells."""
    path = "x=1/data/day=1/y=a%2Fb/day=2/part.parquet"
    assert partition_name(path) == "day=1/y=a%2Fb/day=2/part.parquet"
    assert partition_values(path) == {"day": "2", "y": "a/b"}
