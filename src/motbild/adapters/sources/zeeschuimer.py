"""NDJSON of the browser extension Zeeschuimer: each line a captured native item."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from motbild.adapters.sources.facebook_items import unpack_facebook
from motbild.adapters.sources.jsonl import read_rows
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.native_items import (
    Fields,
    Native,
    unpack_instagram,
    unpack_threads,
    unpack_tiktok,
    unpack_x,
)
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.rows import make_post, platform_of
from motbild.core.records import RawPost, Reject

UNPACKERS: Mapping[str, Callable[[Native], list[Fields]]] = MappingProxyType(
    {
        "tiktok": unpack_tiktok,
        "instagram": unpack_instagram,
        "threads": unpack_threads,
        "x": unpack_x,
        "facebook": unpack_facebook,
    }
)


def read(path: Path, mapping: ColumnMapping) -> Iterator[RawPost | Reject]:
    """Yield the posts that a capture holds.

    Raises:
        SourceError: The file is one JSON object rather than many.
        BrokenTailError: The file ends too early or is damaged.
    """
    for line, row in read_rows(path):
        if isinstance(row, Reject):
            yield row
        elif isinstance(item := row.get("data"), dict):
            yield from unpack_item(item, row, line, mapping)
        else:
            yield make_reject(line, "missing-data")


def unpack_item(
    item: Native, capture: Native, line: int, mapping: ColumnMapping
) -> Iterator[RawPost | Reject]:
    """Yield the posts in a native item; of an unknown platform, by the usual names.

    Args:
        item: What the platform sent.
        capture: What the extension noted of it: platform, page and time.
        line: 1-based line in the file.
        mapping: Where the fields of items of other platforms stand.
    """
    platform = _platform_of(capture)
    unpack = UNPACKERS.get(platform or "")
    found = unpack(item) if unpack else [{**mapping.pick_fields(item), "platform": platform}]
    for fields in found:
        yield make_post(
            {**fields, "observed_at": capture.get("timestamp_collected")}, line, mapping
        )


def _platform_of(capture: Native) -> str | None:
    source = capture.get("source_platform")
    name = source.lower().removesuffix("-comments") if isinstance(source, str) else None
    return platform_of(name) or platform_of(capture.get("source_platform_url")) or name
