"""Take posts in from files: read, mask, store; set bad rows aside."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import SourceSpec, detect, file_digest, list_files, read_posts
from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.intake import (
    Provenance,
    build_batch,
    build_rejects,
    candidate_ids,
    identify_posts,
    local_day,
    mask_posts,
)
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError

_COUNTS = """
WITH mine AS (
    SELECT file_digest, $1 AS run_id FROM ops.files WHERE source_id = $2 AND file_name = $3
)
SELECT
    (SELECT count(*) FROM core.posts SEMI JOIN mine USING (file_digest, run_id)),
    (SELECT count(*) FROM ops.rejects SEMI JOIN mine USING (file_digest, run_id))
"""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file of one source.

    Attributes:
        source_id: The source.
        file_name: Name of the file; empty where the source brought none.
        status: ``read``, ``already-read``, ``empty`` or ``failed``.
        post_count: Posts that were new.
        reject_count: Rows set aside that were new.
        failure: Why it could not be read, in one sentence; else None.
    """

    source_id: str
    file_name: str
    status: str
    post_count: int = 0
    reject_count: int = 0
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """What ingestion needs besides the sources.

    Attributes:
        run_id: The run it belongs to.
        now: Moment that new files are said to have been first seen.
        key: Secret key of the pseudonyms.
        batch_row_count: Rows that are stored in one transaction.
    """

    run_id: str
    now: datetime
    key: bytes
    batch_row_count: int = 2_000


def ingest(
    warehouse: Warehouse, sources: Sequence[SourceSpec], spool: LinkSpool, intake: Intake
) -> list[FileOutcome]:
    """Store what the sources bring that is not stored yet.

    A file that cannot be read is recorded as failed and stops nothing else; a file
    whose bytes were read to the end before is not opened again.
    """
    for source in sources:
        for outcome, digest in _take_source(warehouse, source, spool, intake):
            _record(warehouse, outcome, digest, intake)
    # As recorded, since a stage that is tried again has only part of it in hand.
    rows = warehouse.read(
        f"SELECT {', '.join(FileOutcome.__slots__)} FROM ops.source_runs "  # noqa: S608
        "WHERE run_id = ? ORDER BY source_id, file_name",
        [intake.run_id],
    )
    return [FileOutcome(**row) for row in rows.to_pylist()]


def _take_source(
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
            yield _take_file(warehouse, source, path, spool, intake)
        except SourceError as error:
            yield FileOutcome(source.name, _shown_name(path), "failed", failure=str(error)), None


def _take_file(
    warehouse: Warehouse, source: SourceSpec, path: Path, spool: LinkSpool, intake: Intake
) -> tuple[FileOutcome, str | None]:
    digest = file_digest(path)
    kind = source.kind or detect(path).name
    how = hashlib.sha256(repr((kind, source.mapping)).encode()).hexdigest()
    known = warehouse.read_rows(
        "SELECT first_seen_at, completed_at, reading_digest FROM ops.files WHERE file_digest = ?",
        [digest],
    )
    if known and known[0][1] is not None and known[0][2] == how:
        return FileOutcome(source.name, _shown_name(path), "already-read"), None
    first_seen_at = known[0][0] if known else intake.now
    _open_file(warehouse, source, path, digest, kind, how, first_seen_at)
    provenance = Provenance(source.name, digest, _shown_name(path), first_seen_at, intake.run_id)
    rows = _reading(path, read_posts(path, kind=kind, mapping=source.mapping))
    for number, batch in enumerate(_batched(rows, intake.batch_row_count)):
        _store(warehouse, batch, number, provenance, spool, intake)
    return FileOutcome(source.name, _shown_name(path), "read"), digest


def _shown_name(path: Path) -> str:
    """Return a file's name as text, whatever bytes it is made of."""
    return os.fsencode(path.name).decode("utf-8", "replace")


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


def _batched(
    rows: Iterable[RawPost | Reject], row_count: int
) -> Iterator[tuple[RawPost | Reject, ...]]:
    remaining = iter(rows)
    while batch := tuple(islice(remaining, row_count)):
        yield batch


def _store(
    warehouse: Warehouse,
    rows: Sequence[RawPost | Reject],
    number: int,
    provenance: Provenance,
    spool: LinkSpool,
    intake: Intake,
) -> None:
    """Store one batch in one transaction."""
    masked = identify_posts(
        mask_posts(row for row in rows if isinstance(row, RawPost)),
        source_id=provenance.source_id,
        key=intake.key,
    )
    stored = _stored_digests(warehouse, candidate_ids(masked))
    batch = build_batch(masked, stored, provenance=provenance, key=intake.key)
    rejects = build_rejects([row for row in rows if isinstance(row, Reject)], provenance)
    # Before the posts: a post that stands without its waiting addresses would lose them.
    spool.save(f"{intake.run_id}-{provenance.file_digest}-{number:08d}", batch.links)
    with warehouse.transaction():
        warehouse.append("core.posts", batch.posts, key=("post_id",))
        warehouse.append("core.texts", batch.texts, key=("text_digest",))
        # Of two observations of one moment the later row is the newer.
        warehouse.upsert("core.engagement", batch.engagement)
        warehouse.append("ops.rejects", rejects, key=("file_digest", "line_number", "code"))


def _stored_digests(warehouse: Warehouse, post_ids: Sequence[str]) -> dict[str, str]:
    with warehouse.registered("wanted", pa.table({"post_id": pa.array(post_ids, pa.string())})):
        return dict(
            warehouse.read_rows(
                "SELECT post_id, text_digest FROM core.posts SEMI JOIN wanted USING (post_id)"
            )
        )


def _open_file(
    warehouse: Warehouse,
    source: SourceSpec,
    path: Path,
    digest: str,
    kind: str,
    how: str,
    first_seen_at: datetime,
) -> None:
    """Record that a file is being read, and forget what an earlier way of reading set aside."""
    row = {
        "file_digest": digest,
        "file_name": _shown_name(path),
        "source_id": source.name,
        "kind": kind,
        "reading_digest": how,
        "first_seen_at": first_seen_at.astimezone(UTC),
        "completed_at": None,
    }
    with warehouse.transaction():
        warehouse.execute(
            "DELETE FROM ops.rejects WHERE file_digest IN ("
            "SELECT file_digest FROM ops.files WHERE file_digest = ? AND reading_digest <> ?)",
            [digest, how],
        )
        warehouse.upsert("ops.files", pa.Table.from_pylist([row], schema=schemas.FILES))


def _record(warehouse: Warehouse, outcome: FileOutcome, digest: str | None, intake: Intake) -> None:
    """Record what became of a file in this run, counted by what is stored.

    That a file was read to its end stands together with the run that read it: with the one
    and not the other, a night that dies between them would leave a source that no run has read.
    """
    mine = [intake.run_id, outcome.source_id, outcome.file_name]
    if outcome.status == "already-read" and warehouse.read_rows(
        "SELECT 1 FROM ops.source_runs WHERE run_id = ? AND source_id = ? AND file_name = ?", mine
    ):
        return  # read earlier in this same run, before the stage was tried again
    [(post_count, reject_count)] = warehouse.read_rows(_COUNTS, mine)
    outcome = replace(outcome, post_count=post_count, reject_count=reject_count)
    row = {
        "run_id": intake.run_id,
        "source_id": outcome.source_id,
        "file_name": outcome.file_name,
        "run_day": local_day(intake.now),
        "status": outcome.status,
        "post_count": outcome.post_count,
        "reject_count": outcome.reject_count,
        "failure": outcome.failure,
    }
    told = pa.Table.from_pylist([row], schema=schemas.SOURCE_RUNS)
    with warehouse.transaction():
        if digest is not None:
            warehouse.execute(
                "UPDATE ops.files SET completed_at = ? WHERE file_digest = ?", [intake.now, digest]
            )
        warehouse.upsert("ops.source_runs", told)
