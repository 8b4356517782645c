"""Social-media posts, read from files and asked of platforms, as posts and rejects.

Every kind of source has a file of its own here; `read_posts` is the way into a file and
`collect_pages` that to a platform. A
row that cannot be a post is a `Reject` and never stops the reading; a file that
is not what it says it is raises `SourceError`. Memory stays bounded whatever
the size of the file, its lines or its rows.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from motbild.adapters.sources import csv_table, fourcat, jsonl, parquet, telegram, zeeschuimer
from motbild.adapters.sources.detection import check_text, detect_kind, is_source_file
from motbild.adapters.sources.live import (
    LIVE_KINDS,
    LiveSpec,
    Page,
    Window,
    collect_pages,
)
from motbild.adapters.sources.mapping import ColumnMapping, default_mapping
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.remote import (
    RemoteFile,
    RemoteInbox,
    RemoteSpec,
    open_inbox,
    sweep_fetched,
)
from motbild.adapters.sources.sources_file import SourceSpec, Spec, load_specs
from motbild.adapters.sources.streams import BrokenTailError, check_file, read_head
from motbild.core.partitions import is_partition
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError

__all__ = [
    "KINDS",
    "LIVE_KINDS",
    "ColumnMapping",
    "LiveSpec",
    "Page",
    "RemoteFile",
    "RemoteInbox",
    "RemoteSpec",
    "SourceKind",
    "SourceSpec",
    "Spec",
    "Window",
    "check_no_link",
    "collect_pages",
    "detect",
    "file_digest",
    "is_source_file",
    "list_files",
    "load_specs",
    "open_inbox",
    "read_posts",
    "sweep_fetched",
]


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of file that posts can be read from.

    Attributes:
        name: What it goes by in `sources.toml` and on the command line.
        title: What it is, for people.
        read: Yields a file's posts and rejects, given where the fields stand.
    """

    name: str
    title: str
    read: Callable[[Path, ColumnMapping], Iterator[RawPost | Reject]]


KINDS: Mapping[str, SourceKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            SourceKind("jsonl", "JSON Lines, or a JSON list of posts", jsonl.read),
            SourceKind("csv", "CSV with a header", csv_table.read),
            SourceKind("parquet", "Parquet table", parquet.read),
            SourceKind("zeeschuimer", "NDJSON of Zeeschuimer", zeeschuimer.read),
            SourceKind("fourcat", "CSV or NDJSON of 4CAT", fourcat.read),
            SourceKind("telegram", "Telegram Desktop's result.json", telegram.read),
        )
    }
)


def detect(path: Path) -> SourceKind:
    """Tell by its name and content what kind of source a file is.

    Raises:
        SourceError: The file cannot be read or is of no known kind.
    """
    check_file(path)
    return KINDS[detect_kind(path)]


def read_posts(
    path: Path, kind: str | None = None, mapping: ColumnMapping | None = None
) -> Iterator[RawPost | Reject]:
    """Yield a file's posts and rejects, in the file's order.

    Args:
        path: The file, plain or packed with gzip or zstd.
        kind: A name in `KINDS`; None to tell it from the file.
        mapping: Where the posts' fields stand; None for the usual places.

    Raises:
        SourceError: The file cannot be read or is not of its kind. Raised before
            the first row is asked for wherever that can be known.
    """
    check_file(path)
    if kind is None:
        kind = detect_kind(path)
    elif kind not in KINDS:
        raise SourceError(f"There is no source kind '{kind}'; use one of {', '.join(KINDS)}.")
    elif kind != "parquet":
        check_text(path, read_head(path))
    return _read(path, KINDS[kind], mapping or default_mapping(kind))


def list_files(source: SourceSpec) -> list[Path]:
    """Return the files of a source: itself, or in name order those of a folder.

    Of the folders within only those of a partitioned table are looked into; one that is a link
    stands in the list as what may not be read.

    Raises:
        SourceError: The path is not there, or the folder cannot be listed.
    """
    if not source.path.exists():
        raise SourceError(
            f"{source.path} of source '{source.name}' is not there; correct the path."
        )
    if not source.path.is_dir():
        return [source.path]
    try:
        return sorted(_files_in(source.path))
    except OSError as error:
        raise SourceError(f"{source.path} cannot be listed; check its permissions.") from error


def _files_in(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        is_folder = is_partition(path.name) and path.is_dir()
        if is_folder and not path.is_symlink():
            yield from _files_in(path)
        elif is_folder or is_source_file(path):
            yield path


def check_no_link(source: SourceSpec, path: Path) -> None:
    """Make sure that a file in a folder lies there itself.

    Whoever may put files into an inbox could else have any file read that Motbild may read.

    Raises:
        SourceError: It is a symbolic link.
    """
    if path != source.path and path.is_symlink():
        raise SourceError(
            f"{path} is a link, which may lead anywhere; put the file itself there, or name the "
            "place that it leads to as a source."
        )


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hex.

    Raises:
        SourceError: The file is missing, a folder or unreadable.
    """
    check_file(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{path} cannot be read; check its permissions.") from error


def _read(path: Path, kind: SourceKind, mapping: ColumnMapping) -> Iterator[RawPost | Reject]:
    last = 0
    try:
        for row in kind.read(path, mapping):
            last = row.line
            yield row
    except BrokenTailError as error:
        yield make_reject(max(error.line, last), "truncated-file")
