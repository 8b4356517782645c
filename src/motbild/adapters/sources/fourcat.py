"""Datasets of 4CAT: its mapped CSV, and the NDJSON of items imported from a browser.

4CAT has no column for the platform: it is told by the posts' own links, and
else by the name that 4CAT gives the file.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from motbild.adapters.sources import csv_table, jsonl
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.rows import make_post, platform_of
from motbild.adapters.sources.streams import read_head
from motbild.adapters.sources.zeeschuimer import UNPACKERS, unpack_item
from motbild.core.records import RawPost, Reject

_POST_ADDRESS = re.compile(r"https?://.*/(?:status|post)/([\w-]+)/?")
_FILE_NAMES = {**{name: name for name in UNPACKERS if name != "x"}, "twitter": "x"}


def read(path: Path, mapping: ColumnMapping) -> Iterator[RawPost | Reject]:
    """Yield the posts of a 4CAT dataset.

    Raises:
        SourceError: A CSV has no column for id or text.
        BrokenTailError: The file ends too early or is damaged.
    """
    is_json = read_head(path).lstrip().startswith((b"{", b"["))
    rows = jsonl.read_rows(path) if is_json else csv_table.read_rows(path, mapping)
    for line, row in rows:
        if isinstance(row, Reject):
            yield row
        elif isinstance(capture := row.get("__import_meta"), dict):
            yield from unpack_item(row, capture, line, mapping)
        else:
            yield _parse(row, line, path, mapping)


def _parse(
    row: Mapping[str, object], line: int, path: Path, mapping: ColumnMapping
) -> RawPost | Reject:
    fields = mapping.pick_fields(row)
    platform = fields.get("platform") or platform_of(fields.get("url")) or _named_in(path)
    told = {**fields, "platform": platform, "reply_to": _plain_id(fields.get("reply_to"))}
    return make_post(told, line, mapping)


def _plain_id(answered: object) -> object:
    """Return the id in the address of a post, which some datasets give for what is answered."""
    address = _POST_ADDRESS.fullmatch(answered) if isinstance(answered, str) else None
    return address[1] if address else answered


def _named_in(path: Path) -> str | None:
    name = path.name.lower()
    return next((platform for word, platform in _FILE_NAMES.items() if word in name), None)
