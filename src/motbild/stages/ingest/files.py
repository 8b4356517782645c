"""Reading the files of a source: each once, known by its bytes."""

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
from motbild.core.intake import Provenance
from motbild.core.partitions import partition_name
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
    waiting = deque(paths)
    while waiting:
        yield from _take_some(warehouse, source, waiting, spool, intake)


def take_file(
    warehouse: Warehouse, source: SourceSpec, path: Path, spool: LinkSpool, intake: Intake
) -> tuple[FileOutcome, str | None]:
    """Read one file to its end, unless that was done before; tell what became of it."""
    [taken] = _take_some(warehouse, source, deque([path]), spool, intake)
    return taken


@dataclass
class _Opened:
    """A file that is being read.

    Attributes:
        name: As shown.
        digest: Of its bytes, where they can be read.
        status: ``read`` where it is read now, so far as nothing fails.
        provenance: Where its posts come from; None where nothing of it is read now.
        rows: Its rows, likewise.
        failure: Why it could not be read (further), once that is known.
    """

    name: str
    digest: str | None = None
    status: str = "read"
    provenance: Provenance | None = None
    rows: Iterable[RawPost | Reject] = ()
    failure: str | None = None

    def outcome(self, source_id: str) -> tuple[FileOutcome, str | None]:
        """Return what became of it, with its digest where it was read to its end now."""
        if self.failure is not None:
            return FileOutcome(source_id, self.name, "failed", failure=self.failure), None
        is_read = self.status == "read"
        return FileOutcome(source_id, self.name, self.status), self.digest if is_read else None


def _take_some(
    warehouse: Warehouse,
    source: SourceSpec,
    waiting: deque[Path],
    spool: LinkSpool,
    intake: Intake,
) -> Iterator[tuple[FileOutcome, str | None]]:
    """Read files until one holds the same bytes as another of them, which must be done first.

    Of several files batches may be on their way at once; each is told of when the last of its
    own is stored.
    """
    opened: deque[_Opened] = deque()
    given = _read_ahead(warehouse, source, waiting, opened, intake)
    for (file, number, provenance), prepared in intake.runner.map(intake.preparing, given):
        while opened[0] is not file:
            yield opened.popleft().outcome(source.name)
        store_batch(warehouse, prepared, number, provenance, spool, intake)
    for file in opened:
        yield file.outcome(source.name)


def _read_ahead(
    warehouse: Warehouse,
    source: SourceSpec,
    waiting: deque[Path],
    opened: deque[_Opened],
    intake: Intake,
) -> Iterator[tuple[tuple[_Opened, int, Provenance], Rows]]:
    """Open one waiting file after the other, and yield the batches of each."""
    digests: set[str] = set()
    while waiting:
        path = waiting[0]
        file = _Opened(_shown_name(path))
        try:
            check_no_link(source, path)
            file.digest = file_digest(path)
            if file.digest in digests:
                return
            _open(warehouse, source, path, file, intake)
        except SourceError as error:
            file.failure = str(error)
        waiting.popleft()
        opened.append(file)
        if file.digest is not None:
            digests.add(file.digest)
        if file.provenance is not None and file.failure is None:
            yield from _batches(file, file.provenance, intake.batch_row_count)


def _open(
    warehouse: Warehouse, source: SourceSpec, path: Path, file: _Opened, intake: Intake
) -> None:
    """Begin to read a file, unless that was done to its end before.

    Raises:
        SourceError: It cannot be read.
    """
    kind = source.kind or detect(path).name
    how = hashlib.sha256(repr((kind, source.mapping)).encode()).hexdigest()
    known = warehouse.read_rows(
        "SELECT first_seen_at, completed_at, reading_digest FROM ops.files WHERE file_digest = ?",
        [file.digest],
    )
    if known and known[0][1] is not None and known[0][2] == how:
        file.status = "already-read"
        return
    file.provenance = open_reading(
        warehouse,
        Reading(file.digest or "", file.name, source.name, kind, how),
        known[0][0] if known else intake.now,
        intake.run_id,
    )
    posts = read_posts(path, kind=kind, mapping=source.mapping)
    file.rows = _at_most(intake.most_file_rows, path, _reading(path, posts))


def _batches(
    file: _Opened, provenance: Provenance, row_count: int
) -> Iterator[tuple[tuple[_Opened, int, Provenance], Rows]]:
    """Yield the batches of a file up to where reading it fails, which is noted."""
    for number, batch in enumerate(batched(_until_failure(file), row_count)):
        yield (file, number, provenance), Rows(batch, provenance)


def _until_failure(file: _Opened) -> Iterator[RawPost | Reject]:
    try:
        yield from file.rows
    except SourceError as error:
        file.failure = str(error)


def _shown_name(path: Path) -> str:
    """Return a file's name as text, whatever bytes it is made of; of a table with its parts."""
    return os.fsencode(partition_name(path.as_posix())).decode("utf-8", "replace")


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
