"""Telling by its name and its first lines what wrote a file."""

import re
from pathlib import Path, PurePath

from motbild.adapters.sources import csv_table, jsonl
from motbild.adapters.sources.mapping import DEFAULT_MAPPING, KIND_NAMES
from motbild.adapters.sources.streams import HEAD_LIMIT, BrokenTailError, is_binary, read_head
from motbild.errors import SourceError

PACKINGS = frozenset({".gz", ".zst"})
SUFFIXES = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet"})
_UNFINISHED = frozenset({".part", ".tmp"})
_TELEGRAM = re.compile(r'"(?:messages"\s*:\s*\[|personal_information"\s*:|chats"\s*:\s*\{)')
_FIRST_ROWS = 5


def is_source_file(path: Path) -> bool:
    """Tell whether a file in an inbox is one to read: neither hidden nor unfinished."""
    return is_source_name(path.name) and path.is_file()


def is_source_name(name: str) -> bool:
    """Tell whether a name is that of a file to read."""
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes]
    if name.startswith((".", "~")) or not suffixes or suffixes[-1] in _UNFINISHED:
        return False
    inner = suffixes[:-1] if suffixes[-1] in PACKINGS else suffixes
    return bool(inner) and inner[-1] in SUFFIXES


def detect_kind(path: Path) -> str:
    """Return which of `mapping.KIND_NAMES` a file is.

    Raises:
        SourceError: The file cannot be read or is none of them.
    """
    head = read_head(path)
    if head.startswith(b"PAR1") or content_suffix(path) == ".parquet":
        return "parquet"
    check_text(path, head)
    text = head.decode("utf-8", "replace")
    if text.lstrip().startswith(("{", "[")):
        return _detect_json(path, text)
    return _detect_table(path)


def check_text(path: Path, head: bytes) -> None:
    """Make sure that a file's start is text.

    Raises:
        SourceError: It is blank or binary.
    """
    if is_binary(head):
        raise SourceError(
            f"{path} is a binary file, not posts; export it as {', '.join(KIND_NAMES)}."
        )
    if not head.strip():
        raise SourceError(f"{path} holds nothing but blanks; export it again.")


def content_suffix(path: Path) -> str:
    """Return a file's suffix, in lower case and without that of its packing."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in PACKINGS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _detect_json(path: Path, head: str) -> str:
    first_line, line_break, _ = head.lstrip().partition("\n")
    is_whole = bool(line_break) or len(head) < HEAD_LIMIT // 4
    if not (is_whole and first_line.rstrip().endswith("}")) and _TELEGRAM.search(head):
        return "telegram"
    rows = jsonl.read_first_objects(path, _FIRST_ROWS)
    if any("__import_meta" in row for row in rows):
        return "fourcat"
    if any("source_platform" in row and "data" in row for row in rows):
        return "zeeschuimer"
    if len(rows) == 1 and any(key in rows[0] for key in ("messages", "chats")):
        return "telegram"
    return "jsonl"


def _detect_table(path: Path) -> str:
    if content_suffix(path) in {".jsonl", ".ndjson", ".json"}:
        return "jsonl"
    try:
        names = csv_table.read_header(path)
    except BrokenTailError:
        names = []
    if {"body", "timestamp"} <= set(names) and {"thread_id", "unix_timestamp"} & set(names):
        return "fourcat"
    is_table = content_suffix(path) in {".csv", ".tsv"}
    if is_table or {"id", "text"} <= set(DEFAULT_MAPPING.used_columns(names).values()):
        return "csv"
    raise SourceError(
        f"{path} is of no kind that is known; export it as one of {', '.join(KIND_NAMES)}."
    )
