"""JSON Lines (NDJSON), one post a line, and lists of posts in one JSON document."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from motbild.adapters.sources.json_items import ItemCutter
from motbild.adapters.sources.json_rows import parse_object
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.rows import parse_row
from motbild.adapters.sources.streams import BrokenTailError, read_head, read_lines, read_text
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError

_LIST_START = re.compile(r"\s*\[\s*(\{|\]|$)")
_SAMPLE_ROWS = 100
_PRETTY_OBJECT = re.compile(r'\s*\{\s*\n\s*"')


def read(path: Path, mapping: ColumnMapping) -> Iterator[RawPost | Reject]:
    """Yield the posts of a JSON Lines file or a JSON list.

    Texts that were collected without ids are still texts: where no row of the file's
    beginning has any, rows are known by the digest of their text.

    Raises:
        SourceError: The file is one JSON object rather than posts.
        BrokenTailError: The file ends too early or is damaged.
    """
    if not _tells_ids(path, mapping):
        mapping = replace(mapping, ids_from_text=True)
    for line, row in read_rows(path):
        yield row if isinstance(row, Reject) else parse_row(row, line, mapping)


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, object] | Reject]]:
    """Yield each object of a JSON Lines file or a JSON list, with its line or number.

    Blank lines are no rows and are passed over.

    Raises:
        SourceError: The file is one JSON object rather than many.
        BrokenTailError: The file ends too early or is damaged.
    """
    head = read_head(path).decode("utf-8", "replace")
    if _LIST_START.match(head):
        for item in ItemCutter(read_text(path)).cut():
            yield item.number, item.value
        return
    if _PRETTY_OBJECT.match(head):
        raise SourceError(
            f"{path} is one JSON object over many lines; write one post a line, or a list of posts."
        )
    for line, text in read_lines(path):
        if isinstance(text, Reject):
            yield line, text
        elif text.strip(" \t\r\f\v"):
            yield line, parse_object(text, line)


def _tells_ids(path: Path, mapping: ColumnMapping) -> bool:
    first = read_first_objects(path, _SAMPLE_ROWS)
    return len(first) < 2 or any("id" in mapping.used_columns(list(r)).values() for r in first)


def read_first_objects(path: Path, count: int) -> list[dict[str, object]]:
    """Return the objects among a file's first rows, to tell what wrote them."""
    objects: list[dict[str, object]] = []
    with suppress(BrokenTailError):
        for _, row in islice(read_rows(path), count):
            if isinstance(row, dict):
                objects.append(row)
    return objects
