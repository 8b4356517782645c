"""Reading the files of a source: each once, known by its bytes."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import (
    SourceSpec,
    check_no_link,
    detect,
    file_digest,
    list_files,
    read_posts,
)
from motbild.adapters.warehouse import Warehouse
from motbild.core.preparing import Rows
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError
from motbild.stages.ingest.storing import (
    FileOutcome,
    Intake,
    Reading,
    batched,
    open_reading,
    store_batch,
)


def take_files(
    warehouse: Warehouse, source: SourceSpec, spool: LinkSpool, intake: Intake
) -> Iterator[tuple[FileOutcome, str | None]]:
    """Yield what became of each file, with the digest of one that was read to its end now."""
    try:
        paths = list_files(source)
    except SourceError as error:
        yield FileOutcome(source.name, "", "failed", failure=str(error)), None
        return
    if not paths:
        yield FileOutcome(source.name, "", "empty"), None
    for path in paths:
        try:
            check_no_link(source, path)
            yield take_file(warehouse, source, path, spool, intake)
        except SourceError as error:
            yield FileOutcome(source.name, _shown_name(path), "failed", failure=str(error)), None


def take_file(
    warehouse: Warehouse, source: SourceSpec, path: Path, spool: LinkSpool, intake: Intake
) -> tuple[FileOutcome, str | None]:
    """Read one file to its end, unless that was done before.

    Raises:
        SourceError: It cannot be read (further); what came before is stored.
    """
    digest = file_digest(path)
    kind = source.kind or detect(path).name
    how = hashlib.sha256(repr((kind, source.mapping)).encode()).hexdigest()
    known = warehouse.read_rows(
        "SELECT first_seen_at, completed_at, reading_digest FROM ops.files WHERE file_digest = ?",
        [digest],
    )
    if known and known[0][1] is not None and known[0][2] == how:
        return FileOutcome(source.name, _shown_name(path), "already-read"), None
    provenance = open_reading(
        warehouse,
        Reading(digest, _shown_name(path), source.name, kind, how),
        known[0][0] if known else intake.now,
        intake.run_id,
    )
    posts = read_posts(path, kind=kind, mapping=source.mapping)
    rows = _UntilFailure(_at_most(intake.most_file_rows, path, _reading(path, posts)))
    given = (
        (number, Rows(batch, provenance))
        for number, batch in enumerate(batched(rows, intake.batch_row_count))
    )
    for number, prepared in intake.runner.map(intake.preparing, given):
        store_batch(warehouse, prepared, number, provenance, spool, intake)
    if rows.failure is not None:
        raise rows.failure
    return FileOutcome(source.name, _shown_name(path), "read"), digest


class _UntilFailure:
    """Rows up to where reading them fails, so that what came before is stored first.

    Attributes:
        failure: Why it ended before the end, once it has.
    """

    def __init__(self, rows: Iterator[RawPost | Reject]) -> None:
        self._rows = rows
        self.failure: SourceError | None = None

    def __iter__(self) -> Iterator[RawPost | Reject]:
        try:
            yield from self._rows
        except SourceError as error:
            self.failure = error


def _shown_name(path: Path) -> str:
    """Return a file's name as text, whatever bytes it is made of."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _at_most(
    row_count: int, path: Path, rows: Iterator[RawPost | Reject]
) -> Iterator[RawPost | Reject]:
    """Yield rows; a file with more than so many was made to fill the disk, or is to be split."""
    for number, row in enumerate(rows):
        if number == row_count:
            raise SourceError(
                f"{path} has more than {row_count} rows; what came before is stored. Split it, or "
                "raise MOTBILD_MOST_FILE_ROWS."
            )
        yield row


def _reading(path: Path, rows: Iterator[RawPost | Reject]) -> Iterator[RawPost | Reject]:
    """Yield rows; what nobody foresaw in one file fails that file and not the night."""
    try:
        yield from rows
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(
            f"{path} could not be read to its end ({type(error).__name__}); what came before is "
            "stored. Export it again."
        ) from None
