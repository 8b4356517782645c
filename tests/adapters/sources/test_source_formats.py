"""The same posts come out of every format, and each file is known for what it is."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from motbild.adapters.sources import (
    KINDS,
    ColumnMapping,
    detect,
    file_digest,
    is_source_file,
    read_posts,
)
from motbild.adapters.sources.mapping import KIND_NAMES
from motbild.core.records import Engagement, RawPost
from motbild.errors import SourceError
from tests.data.exports import ROWS, TELEGRAM_CHAT, pack, write_csv, write_jsonl, write_parquet


def write_all(folder: Path) -> list[Path]:
    """Write the same posts in every generic format and packing."""
    plain = [
        write_jsonl(folder / "a.jsonl"),
        write_jsonl(folder / "b.ndjson"),
        write_csv(folder / "c.csv"),
        write_csv(folder / "d.csv", delimiter=";"),
        write_csv(folder / "e.tsv", delimiter="\t"),
    ]
    listed = folder / "f.json"
    listed.write_text(json.dumps(list(ROWS), indent=2, ensure_ascii=False), encoding="utf-8")
    wide = folder / "g.jsonl"
    wide.write_bytes((folder / "a.jsonl").read_text(encoding="utf-8").encode("utf-16"))
    marked = folder / "h.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + (folder / "c.csv").read_bytes())
    plain += [listed, wide, marked]
    packed = [pack(path, suffix) for path in plain for suffix in (".gz", ".zst")]
    return [*plain, *packed, write_parquet(folder / "i.parquet")]


def anywhere(posts: list[object]) -> list[tuple[object, ...]]:
    """Return what posts say, whatever line they stand on."""
    assert all(isinstance(post, RawPost) for post in posts)
    names = [name for name in RawPost.__slots__ if name != "line"]
    return [tuple(getattr(post, name) for name in names) for post in posts]


def test_each_format_and_packing_gives_equal_posts(tmp_path: Path) -> None:
    """JSON Lines, list, CSV, UTF-16, Parquet, plain or packed, say the same."""
    readings = [anywhere(list(read_posts(path))) for path in write_all(tmp_path)]
    assert all(reading == readings[0] for reading in readings)
    assert len(readings[0]) == len(ROWS)


def test_post_holds_what_the_row_told(tmp_path: Path) -> None:
    """Every field of a row is found, and the time is in UTC."""
    second = list(read_posts(write_csv(tmp_path / "posts.csv")))[1]
    assert second == RawPost(
        native_id="p2",
        text='Rad ett, "citat"; nummer 2\nrad två åäö 🙂',
        platform="facebook",
        line=4,
        posted_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
        author="konto2",
        lang="sv",
        url="https://example.org/2",
        reply_to="p1",
        engagement=Engagement(None, 2, 0, 4, 200),
    )


def test_registry_matches_the_names_a_source_may_have() -> None:
    """Each kind that sources.toml may name can be read, and no other."""
    assert tuple(KINDS) == KIND_NAMES
    assert all(kind.name == name for name, kind in KINDS.items())


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jsonl", '{"id": 1, "text": "hej"}\n', "jsonl"),
        ("a", '{"id": 1, "text": "hej"}\n', "jsonl"),
        ("a.json", '[{"id": 1, "text": "hej"}]', "jsonl"),
        ("a.csv", "id,text\n1,hej\n", "csv"),
        ("a.txt", "id;text\n1;hej\n", "csv"),
        ("a.csv", "id,thread_id,timestamp,body\n1,1,2023-01-05 12:00:00,hej\n", "fourcat"),
        ("a.ndjson", '{"id": "1", "desc": "hej", "__import_meta": {}}\n', "fourcat"),
        ("a.ndjson", '{"source_platform": "tiktok.com", "data": {}}\n', "zeeschuimer"),
        ("result.json", json.dumps(TELEGRAM_CHAT, indent=1), "telegram"),
        ("result.json", json.dumps(TELEGRAM_CHAT), "telegram"),
        ("result.json", json.dumps({"chats": {"list": [TELEGRAM_CHAT]}}, indent=1), "telegram"),
    ],
)
def test_kind_is_told_by_content(tmp_path: Path, name: str, content: str, kind: str) -> None:
    """A file's kind is told by its first rows, and by its name where they do not tell."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert detect(path).name == kind
    assert detect(pack(path, ".gz")).name == kind


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.gz", b'{"id": 1}', "not packed"),
        ("a.jsonl.zst", b'{"id": 1}', "not packed"),
        ("a.parquet", b'{"id": 1}', "not a Parquet"),
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", b" \n \n", "blanks"),
        ("a.jsonl", b"\x89PNG\r\n\x1a\n" + bytes(100), "binary"),
        ("a.csv", bytes(range(256)) * 4, "binary"),
        ("a.json", b'{\n "posts": []\n}', "one JSON object"),
        ("a.txt", b"just some words\n", "no kind"),
        ("a.csv", b"number,words\n1,hej\n", "no column"),
        ("a.csv", b"id,text,text\n1,hej,hopp\n", "two columns"),
        ("a.csv", b'"id,text\n1,hej\n', "header"),
    ],
)
def test_file_of_another_kind_is_refused(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    """A file that is not what it says it is gets one sentence that names it."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=word) as raised:
        list(read_posts(path))
    assert str(path) in str(raised.value)
    assert str(raised.value).count(". ") == 0


def test_missing_folder_and_unknown_kind_are_refused(tmp_path: Path) -> None:
    """What is no file, and a kind that is none, are refused before any row is read."""
    with pytest.raises(SourceError, match="does not exist"):
        read_posts(tmp_path / "none.jsonl")
    with pytest.raises(SourceError, match="folder"):
        read_posts(tmp_path)
    with pytest.raises(SourceError, match="zeeschuimer"):
        read_posts(write_jsonl(tmp_path / "a.jsonl"), "xlsx")
    with pytest.raises(SourceError, match="no list of messages"):
        list(read_posts(tmp_path / "a.jsonl", "telegram"))
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(SourceError, match="ordinary"):
        read_posts(tmp_path / "pipe.jsonl")


def test_digest_is_of_the_bytes(tmp_path: Path) -> None:
    """A file's digest is the SHA-256 of what is on disk."""
    path = write_jsonl(tmp_path / "a.jsonl")
    assert file_digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_inbox_takes_finished_sources_only(tmp_path: Path) -> None:
    """Hidden, unfinished and foreign files, and folders, are left alone."""
    taken = {"a.jsonl", "b.NDJSON.gz", "c.csv.zst", "d.parquet", "result.json", "e.tsv"}
    left = {".a.jsonl", "a.jsonl.part", "b.csv.tmp", "notes.txt", "x.gz", "~lock.csv", "README"}
    for name in taken | left:
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "folder.json").mkdir()
    assert {path.name for path in tmp_path.iterdir() if is_source_file(path)} == taken


def test_parquet_moments_keep_their_zone(tmp_path: Path) -> None:
    """A zoned moment is itself; a naive one is in the mapping's zone; an impossible one is not."""
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    naive = moment.replace(tzinfo=None)
    for kind, values in (
        (pa.timestamp("us", tz="Asia/Tokyo"), [moment]),
        (pa.timestamp("ns", tz="UTC"), [moment]),
        (pa.timestamp("s"), [naive.replace(hour=14)]),
        (pa.int64(), [int(moment.timestamp())]),
        (pa.string(), ["2026-07-01T12:00:00Z"]),
    ):
        table = pa.table(
            {"id": [1.0], "body": ["hej"], "date": pa.array(values, kind), "n": [b"\xff"]}
        )
        pq.write_table(table, tmp_path / "a.parquet")
        (post,) = read_posts(tmp_path / "a.parquet")
        assert isinstance(post, RawPost)
        assert (post.native_id, post.posted_at) == ("1", moment)


def test_parquet_damage_costs_one_row(tmp_path: Path) -> None:
    """A moment outside the calendar or a string that is not UTF-8 rejects its own row."""
    texts = pa.array([b"hej", b"\xff", b"hej"], pa.binary())
    texts = pa.Array.from_buffers(pa.string(), 3, texts.buffers())
    moments = pa.array([2**62, 0, None], pa.int64()).cast(pa.timestamp("us"))
    pq.write_table(
        pa.table({"id": [1, 2, 3], "text": texts, "date": moments}), tmp_path / "a.parquet"
    )
    rows = list(read_posts(tmp_path / "a.parquet"))
    assert [getattr(row, "code", "") for row in rows] == ["impossible-date", "wrong-encoding", ""]


def test_mapping_names_columns(tmp_path: Path) -> None:
    """A mapping finds fields under other names, with its own platform and zone."""
    mapping = ColumnMapping(default_platform="flashback", time_zone="UTC").with_columns(
        id="Nr", text="Inlägg", posted_at="Tid"
    )
    path = tmp_path / "a.csv"
    path.write_text("nr;Inlägg;Tid\n7;hej;2026-07-01 12:00\n", encoding="utf-8")
    (post,) = read_posts(path, "csv", mapping)
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert post == RawPost("7", "hej", "flashback", 2, posted_at=moment)
