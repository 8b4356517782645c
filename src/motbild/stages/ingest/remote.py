"""Reading a remote inbox: each file is fetched once, read as any file is, and removed again."""

import hashlib
import json
from collections.abc import Iterator

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import (
    RemoteFile,
    RemoteInbox,
    RemoteSpec,
    SourceSpec,
    open_inbox,
    sweep_fetched,
)
from motbild.adapters.warehouse import Warehouse
from motbild.errors import SourceError
from motbild.stages.ingest.files import take_file
from motbild.stages.ingest.storing import FileOutcome, Intake, store_cursor

# After so many files in a row that could not be fetched the rest waits for the next run.
_MOST_FAILURES = 3
# Files behind which is noted what has been read; what a dying run has not noted is fetched
# again, and known by its bytes.
_NOTED_FILES = 50


def take_remote(
    warehouse: Warehouse, source: RemoteSpec, spool: LinkSpool, intake: Intake
) -> Iterator[tuple[FileOutcome, str | None]]:
    """Yield what became of each file, with the digest of one that was read to its end now."""
    sweep_fetched(source)
    try:
        with open_inbox(source) as inbox:
            files = inbox.list_files()
            if not files:
                yield FileOutcome(source.name, "", "empty"), None
            yield from _take_all(warehouse, inbox, files, spool, intake)
    except SourceError as error:
        yield FileOutcome(source.name, "", "failed", failure=str(error)), None


def _take_all(
    warehouse: Warehouse,
    inbox: RemoteInbox,
    files: list[RemoteFile],
    spool: LinkSpool,
    intake: Intake,
) -> Iterator[tuple[FileOutcome, str | None]]:
    name = inbox.spec.name
    before = _load_read(warehouse, name)
    read: dict[str, str] = {}
    failure_count = 0
    for number, file in enumerate(files, start=1):
        mark = _mark(inbox.spec, file)
        if before.get(file.name) == mark:
            read[file.name] = mark
            yield FileOutcome(name, file.name, "already-read"), None
            continue
        try:
            outcome, digest = _take(warehouse, inbox, file, spool, intake)
            failure_count = 0
        except SourceError as error:
            outcome, digest = FileOutcome(name, file.name, "failed", failure=str(error)), None
            failure_count += 1
        yield outcome, digest
        if outcome.status != "failed":
            read[file.name] = mark
        if failure_count == _MOST_FAILURES:
            break
        if number % _NOTED_FILES == 0:
            _keep_read(warehouse, name, before | read, intake)
    listed = {file.name for file in files}
    kept = {known: mark for known, mark in before.items() if known in listed} | read
    if kept != before:
        _keep_read(warehouse, name, kept, intake)


def _take(
    warehouse: Warehouse, inbox: RemoteInbox, file: RemoteFile, spool: LinkSpool, intake: Intake
) -> tuple[FileOutcome, str | None]:
    """Fetch and read one file.

    Raises:
        SourceError: It cannot be fetched; one that cannot be read is an outcome.
    """
    spec = inbox.spec
    with inbox.fetched(file) as path:
        as_file = SourceSpec(spec.name, path, spec.kind, spec.mapping)
        outcome, digest = take_file(warehouse, as_file, path, spool, intake)
        if outcome.failure is None:
            return outcome, digest
        told = outcome.failure.replace(str(path), f"{spec.options.address}/{file.name}")
        return FileOutcome(spec.name, file.name, "failed", failure=told), None


def _mark(source: RemoteSpec, file: RemoteFile) -> str:
    """Return what tells a file, and how it is read, from what was read before."""
    told = repr((file.mark, source.kind, source.mapping))
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _load_read(warehouse: Warehouse, source_id: str) -> dict[str, str]:
    """Return the mark of each file that was read, by its name."""
    rows = warehouse.read_rows("SELECT cursor FROM ops.cursors WHERE source_id = ?", [source_id])
    try:
        return dict(json.loads(rows[0][0])["files"]) if rows else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}  # written when the source was of another kind


def _keep_read(warehouse: Warehouse, source_id: str, read: dict[str, str], intake: Intake) -> None:
    with warehouse.transaction():
        store_cursor(warehouse, source_id, json.dumps({"files": read}), intake)
