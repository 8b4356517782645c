"""Files that were made to fill memory, disk or a night are refused in a sentence."""

import gzip
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from motbild.adapters.sources import (
    SourceSpec,
    check_no_link,
    list_files,
    parquet,
    read_posts,
    streams,
)
from motbild.core.records import Reject
from motbild.errors import SourceError

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}
ROW = b'{"id": "1", "text": "hej"}\n'


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("filling", [b"\n" * (2 << 20), ROW * 80_000], ids=["blank", "rows"])
def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, filling: bytes
) -> None:
    """A small file that grows without end stops at the limit, whatever it is filled with."""
    monkeypatch.setattr(streams, "UNPACKED_LIMIT", 1 << 20)
    path = tmp_path / f"bomb.jsonl{suffix}"
    path.write_bytes(PACKERS[suffix](ROW + filling))
    assert path.stat().st_size < 20_000
    with pytest.raises(SourceError, match="unpacks to more than"):
        for _ in read_posts(path):
            pass


def test_many_members_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many small members is as large as all of them."""
    monkeypatch.setattr(streams, "UNPACKED_LIMIT", 1 << 20)
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(ROW * 1_000) * 60)
    with pytest.raises(SourceError, match="unpacks to more than"):
        for _ in read_posts(path):
            pass


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packing_within_a_packing_is_not_opened(tmp_path: Path, suffix: str) -> None:
    """What is packed twice is a binary file, or lines that are none, and no post."""
    pack = PACKERS[suffix]
    path = tmp_path / f"nested.jsonl{suffix}"
    path.write_bytes(pack(pack(pack(ROW * 1_000))))
    try:
        rows = list(read_posts(path))
    except SourceError:
        return
    assert all(isinstance(row, Reject) for row in rows)


def test_damage_in_the_middle_of_a_packing_is_one_reject(tmp_path: Path) -> None:
    """A checksum that does not fit says that the file is damaged, after its good rows."""
    packed = bytearray(gzip.compress(ROW * 20_000))
    packed[-8:-4] = zlib.crc32(b"x").to_bytes(4, "little")
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed)
    codes = [row.code for row in read_posts(path) if isinstance(row, Reject)]
    assert codes == ["truncated-file"]


def _table(path: Path, text: str, row_count: int) -> Path:
    table = pa.table({"id": [str(n) for n in range(row_count)], "text": [text] * row_count})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    return path


def test_a_group_of_rows_that_fills_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parquet is read a group at a time, so its groups are measured before the first is."""
    path = _table(tmp_path / "bomb.parquet", "a" * 10_000, 500)
    assert path.stat().st_size < 20_000
    assert len(list(read_posts(path))) == 500
    monkeypatch.setattr(parquet, "GROUP_LIMIT", 1 << 20)
    with pytest.raises(SourceError, match="group of rows"):
        list(read_posts(path))


@pytest.mark.parametrize("place", range(4, 400, 9))
def test_sizes_that_lie_harm_nobody(tmp_path: Path, place: int) -> None:
    """Whatever a table says of its own sizes, it is read, damaged or refused."""
    content = bytearray(_table(tmp_path / "a.parquet", "hej", 40).read_bytes())
    content[-place : -place + 4] = b"\xff\xff\xff\x7f"
    path = tmp_path / "lying.parquet"
    path.write_bytes(content)
    with suppress(SourceError):
        list(read_posts(path))


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    """Whoever may put files into an inbox cannot have another file read through a link."""
    secret = tmp_path / "hemligt.jsonl"
    secret.write_bytes(ROW)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link.jsonl").symlink_to(secret)
    (inbox / "file.jsonl").write_bytes(ROW)
    source = SourceSpec("inbox", inbox)
    sound, link = list_files(source)
    check_no_link(source, sound)
    with pytest.raises(SourceError, match="is a link"):
        check_no_link(source, link)
    check_no_link(SourceSpec("named", link), link)  # named by whoever runs this


def test_nesting_is_bounded(tmp_path: Path) -> None:
    """JSON that is nested deeper than any post is set aside."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"a":' * 100_000 + "\n" + json.dumps({"id": 1, "text": "hej"}))
    assert [isinstance(row, Reject) for row in read_posts(path, "jsonl")] == [True, False]
