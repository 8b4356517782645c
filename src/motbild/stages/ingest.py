"""Take posts in from files: read, mask, store; set bad rows aside."""

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
    local_day,
    mask_posts,
)
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError


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
    outcomes = []
    for source in sources:
        for outcome in _take_source(warehouse, source, spool, intake):
            _record(warehouse, outcome, intake)
            outcomes.append(outcome)
    return outcomes


def _take_source(
    warehouse: Warehouse, source: SourceSpec, spool: LinkSpool, intake: Intake
) -> Iterator[FileOutcome]:
    try:
        paths = list_files(source)
    except SourceError as error:
        yield FileOutcome(source.name, "", "failed", failure=str(error))
        return
    if not paths:
        yield FileOutcome(source.name, "", "empty")
    for path in paths:
        try:
            yield _take_file(warehouse, source, path, spool, intake)
        except SourceError as error:
            yield FileOutcome(source.name, path.name, "failed", failure=str(error))


def _take_file(
    warehouse: Warehouse, source: SourceSpec, path: Path, spool: LinkSpool, intake: Intake
) -> FileOutcome:
    digest = file_digest(path)
    outcome = FileOutcome(source.name, path.name, "already-read")
    known = warehouse.read_rows(
        "SELECT first_seen_at, completed_at FROM ops.files WHERE file_digest = ?", [digest]
    )
    if known and known[0][1] is not None:
        return outcome
    kind = source.kind or detect(path).name
    first_seen_at = known[0][0] if known else intake.now
    _record_file(warehouse, source, path, digest, kind, first_seen_at)
    provenance = Provenance(source.name, digest, path.name, first_seen_at, intake.run_id)
    rows = read_posts(path, kind=kind, mapping=source.mapping)
    for number, batch in enumerate(_batched(rows, intake.batch_row_count)):
        post_count, reject_count = _store(warehouse, batch, number, provenance, spool, intake)
        outcome = replace(
            outcome,
            status="read",
            post_count=outcome.post_count + post_count,
            reject_count=outcome.reject_count + reject_count,
        )
    warehouse.execute(
        "UPDATE ops.files SET completed_at = ? WHERE file_digest = ?", [intake.now, digest]
    )
    return replace(outcome, status="read")


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
) -> tuple[int, int]:
    """Store one batch in one transaction; return how many posts and rejects were new."""
    masked = mask_posts(row for row in rows if isinstance(row, RawPost))
    stored = _stored_digests(warehouse, candidate_ids(masked))
    batch = build_batch(masked, stored, provenance=provenance, key=intake.key)
    rejects = build_rejects([row for row in rows if isinstance(row, Reject)], provenance)
    # Before the posts: a post that stands without its waiting addresses would lose them.
    spool.save(f"{provenance.file_digest}-{number:08d}", batch.links)
    with warehouse.transaction():
        post_count = warehouse.append("core.posts", batch.posts, key=("post_id",))
        warehouse.append("core.texts", batch.texts, key=("text_digest",))
        warehouse.append("core.engagement", batch.engagement, key=("post_id", "observed_at"))
        reject_count = warehouse.append(
            "ops.rejects", rejects, key=("file_digest", "line_number", "code")
        )
    return post_count, reject_count


def _stored_digests(warehouse: Warehouse, post_ids: Sequence[str]) -> dict[str, str]:
    with warehouse.registered("wanted", pa.table({"post_id": pa.array(post_ids, pa.string())})):
        return dict(
            warehouse.read_rows(
                "SELECT post_id, text_digest FROM core.posts SEMI JOIN wanted USING (post_id)"
            )
        )


def _record_file(
    warehouse: Warehouse,
    source: SourceSpec,
    path: Path,
    digest: str,
    kind: str,
    first_seen_at: datetime,
) -> None:
    row = {
        "file_digest": digest,
        "file_name": path.name,
        "source_id": source.name,
        "kind": kind,
        "first_seen_at": first_seen_at.astimezone(UTC),
        "completed_at": None,
    }
    warehouse.append(
        "ops.files", pa.Table.from_pylist([row], schema=schemas.FILES), key=("file_digest",)
    )


def _record(warehouse: Warehouse, outcome: FileOutcome, intake: Intake) -> None:
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
    warehouse.upsert("ops.source_runs", pa.Table.from_pylist([row], schema=schemas.SOURCE_RUNS))
