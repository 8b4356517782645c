"""Parsers of the files that sources deliver."""

import gzip
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from motbild.adapters.sources import detect, read_posts
from motbild.core.intake import mask_posts
from motbild.core.records import RawPost
from tests.data.exports import ROWS, TELEGRAM_CHAT, write_csv
from tests.fuzz.parser import Parser

_DEMO = Path(__file__).parents[2] / "warehouse" / "demo"
# Where files cost no disk.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - what is written there is fuzzed and removed


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    place = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None
    return tempfile.TemporaryDirectory(dir=place, prefix="motbild-fuzz-")


def place_file(data: bytes, name: str) -> Path:
    """Write an input to a file of its own process."""
    path = Path(_folder().name) / name
    path.write_bytes(data)
    return path


def _read(data: bytes, name: str, kind: str | None) -> None:
    """Read every row, and take the posts as far as a night does before it stores them."""
    rows = list(read_posts(place_file(data, name), kind))
    mask_posts([row for row in rows[:5] if isinstance(row, RawPost)])


def _detect(data: bytes) -> None:
    path = place_file(data, "a.json")
    detect(path)
    _read(data, path.name, None)


def _jsonl() -> list[bytes]:
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS[:4]]
    listed = json.dumps(list(ROWS[:3]), indent=1, ensure_ascii=False)
    return ["\n".join(lines).encode(), listed.encode(), lines[0].encode("utf-16")]


def _csv() -> list[bytes]:
    seeds = []
    for delimiter in (",", ";", "\t"):
        path = Path(_folder().name) / "seed.csv"
        seeds.append(write_csv(path, ROWS[:4], delimiter).read_bytes())
    return [*seeds, b'id,text\n1,"a ""b"" c"\n2,"rad\nrad"\n']


def _parquet() -> list[bytes]:
    seeds = []
    for packing in ("none", "snappy", "zstd", "gzip"):
        file = io.BytesIO()
        table = pa.table(
            {
                "id": [str(row["id"]) for row in ROWS[:5]],
                "text": pa.array(["hej på er", "a", "b", "c", "d"]).dictionary_encode(),
                "created_at": pa.array([1_790_000_000_000] * 5, pa.timestamp("ms", "UTC")),
                "likes": [1, 2, None, 4, 5],
            }
        )
        pq.write_table(table, file, compression=packing)
        seeds.append(file.getvalue())
    return seeds


def _telegram() -> list[bytes]:
    whole = {"personal_information": {"id": 1}, "chats": {"list": [TELEGRAM_CHAT]}}
    return [json.dumps(told, ensure_ascii=False).encode() for told in (TELEGRAM_CHAT, whole)]


def _head(name: str, line_count: int) -> bytes:
    return b"\n".join((_DEMO / name).read_bytes().split(b"\n")[:line_count])


def _zeeschuimer() -> list[bytes]:
    return [_head("tiktok-zeeschuimer.ndjson", 3), *_captures()]


def _captures() -> list[bytes]:
    """Return a capture of each platform whose items are unpacked in their own way."""
    items = {
        "instagram.com": {"id": "1_2", "code": "C", "caption": {"text": "hej", "created_at": 1}},
        "threads.net": {"pk": "1", "code": "C", "caption": {"text": "hej"}, "taken_at": 1_790_000},
        "x.com": {
            "rest_id": "1",
            "legacy": {"full_text": "hej", "created_at": "Wed Oct 10 20:19:24 +0000 2018"},
            "core": {"user_results": {"result": {"legacy": {"screen_name": "asta"}}}},
        },
        "facebook.com": {"post_id": "1", "message": {"text": "hej"}, "creation_time": 1_790_000},
    }
    lines = [
        json.dumps({"source_platform": name, "timestamp_collected": 1_790_000_000, "data": item})
        for name, item in items.items()
    ]
    return ["\n".join(lines).encode()]


def _fourcat() -> list[bytes]:
    table = b"id,body,timestamp,author,url,parent_id\n1,hej,2026-05-01 10:00:00,asta,,2\n"
    item = {**json.loads(_head("tiktok-zeeschuimer.ndjson", 1))["data"]}
    meta = {"source_platform": "tiktok.com", "timestamp_collected": 1_790_000_000}
    return [table, json.dumps({**item, "__import_meta": meta}).encode()]


def _packed(pack: Callable[[bytes], bytes]) -> Sequence[bytes]:
    plain = _jsonl()[0]
    return [pack(plain), pack(plain[:40]) + pack(plain[40:]), pack(b'{"id":1,"text":"' + b"a" * 9)]


_JSON = (b'"id"', b'"text"', b'"created_at"', b'"data"', b'"messages"', b'"__import_meta"', b"\n{")
_CSV = (b"id", b"text", b"body", b"timestamp", b'""', b'"\n', b",,", b";", b"\t", b"\r\n")

PARSERS = (
    Parser("jsonl", partial(_read, name="a.jsonl", kind="jsonl"), _jsonl, _JSON),
    Parser("csv", partial(_read, name="a.csv", kind="csv"), _csv, _CSV),
    Parser("parquet", partial(_read, name="a.parquet", kind="parquet"), _parquet, (), 0.4),
    Parser("telegram", partial(_read, name="result.json", kind="telegram"), _telegram, _JSON),
    Parser("zeeschuimer", partial(_read, name="a.ndjson", kind="zeeschuimer"), _zeeschuimer, _JSON),
    Parser("fourcat", partial(_read, name="a.csv", kind="fourcat"), _fourcat, (*_CSV, *_JSON)),
    # Slow: what it finds soon are files that unfold to thousands of lines.
    Parser(
        "gzip",
        partial(_read, name="a.jsonl.gz", kind="jsonl"),
        partial(_packed, gzip.compress),
        share=0.1,
    ),
    Parser(
        "zstd",
        partial(_read, name="a.jsonl.zst", kind="jsonl"),
        partial(_packed, zstandard.ZstdCompressor().compress),
    ),
    Parser(
        "any-file",
        _detect,
        lambda: [seed for make in (_jsonl, _csv, _telegram, _fourcat) for seed in make()[:2]],
        (*_CSV, *_JSON, b"PAR1", b"PK\x03\x04", b"\xff\xfe"),
    ),
)
