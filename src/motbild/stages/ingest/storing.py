"""Storing what a source brings, batch by batch, and recording how reading it went."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice

import pyarrow as pa

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.erasures import Memory
from motbild.core.intake import Provenance, local_day
from motbild.core.preparing import Prepared, Preparing
from motbild.core.records import RawPost, Reject
from motbild.core.row_placing import place_batch
from motbild.core.runners import Here, Runner

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
    """What became of one file of one source, or of asking a live one.

    Attributes:
        source_id: The source.
        file_name: Name of the file, or the kind of a live source; empty where the source
            brought none.
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


@dataclass(frozen=True)
class Intake:
    """What ingestion needs besides the sources.

    Attributes:
        run_id: The run it belongs to.
        now: Moment that new files are said to have been first seen.
        key: Secret key of the pseudonyms.
        memory: What was erased on request, with the key that ids of posts are made under.
        batch_row_count: Rows that are stored in one transaction.
        most_file_rows: Rows of a file that are read at most.
        since: Earliest moment asked of live sources where a span is collected again;
            None to go on where the last run ended.
        until: Latest moment asked of them; None for now.
        runner: Where posts of files are masked; the keys go there.
    """

    run_id: str
    now: datetime
    key: bytes = field(repr=False)
    memory: Memory
    batch_row_count: int = 2_000
    most_file_rows: int = 20_000_000
    since: datetime | None = None
    until: datetime | None = None
    runner: Runner = field(default_factory=Here)

    @cached_property
    def preparing(self) -> Preparing:
        """What is done to posts before they are stored; one for all of them."""
        return Preparing(self.key, self.memory)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file that is being read, or one asking of a live source.

    Attributes:
        file_digest: Digest of its bytes; of a live source, of its name and the run.
        file_name: As shown.
        source_id: The source.
        kind: Form it is read as.
        reading_digest: Digest of how it is read.
    """

    file_digest: str
    file_name: str
    source_id: str
    kind: str
    reading_digest: str


def open_reading(
    warehouse: Warehouse, reading: Reading, first_seen_at: datetime, run_id: str
) -> Provenance:
    """Record that a file is being read, and forget what an earlier way of reading set aside."""
    row = {
        "file_digest": reading.file_digest,
        "file_name": reading.file_name,
        "source_id": reading.source_id,
        "kind": reading.kind,
        "reading_digest": reading.reading_digest,
        "first_seen_at": first_seen_at.astimezone(UTC),
        "completed_at": None,
    }
    with warehouse.transaction():
        warehouse.execute(
            "DELETE FROM ops.rejects WHERE file_digest IN ("
            "SELECT file_digest FROM ops.files WHERE file_digest = ? AND reading_digest <> ?)",
            [reading.file_digest, reading.reading_digest],
        )
        warehouse.upsert("ops.files", pa.Table.from_pylist([row], schema=schemas.FILES))
    return Provenance(
        reading.source_id, reading.file_digest, reading.file_name, first_seen_at, run_id
    )


def batched(
    rows: Iterable[RawPost | Reject], row_count: int
) -> Iterator[tuple[RawPost | Reject, ...]]:
    """Yield rows in batches of at most so many."""
    remaining = iter(rows)
    while batch := tuple(islice(remaining, row_count)):
        yield batch


def store_batch(
    warehouse: Warehouse,
    prepared: Prepared,
    number: int,
    provenance: Provenance,
    spool: LinkSpool,
    intake: Intake,
    cursor: str | None = None,
) -> None:
    """Store one batch in one transaction.

    Args:
        warehouse: Where to.
        prepared: The batch.
        number: Tells it from the other batches of its file in this run.
        provenance: Where it comes from.
        spool: Keeps its addresses until the flags are known.
        intake: What ingestion needs besides.
        cursor: Where a live source goes on behind it, or None.
    """
    batch = place_batch(prepared, _stored_digests(warehouse, prepared.candidate_ids))
    # Before the posts: a post that stands without its waiting addresses would lose them.
    spool.save(f"{intake.run_id}-{provenance.file_digest}-{number:08d}", batch.links)
    with warehouse.transaction():
        warehouse.add("core.posts", batch.posts)
        warehouse.add("core.post_signals", batch.signals)
        warehouse.append("core.texts", batch.texts, key=("text_digest",))
        # Of two observations of one moment the later row is the newer.
        warehouse.upsert("core.engagement", batch.engagement)
        key = ("file_digest", "line_number", "code")
        warehouse.append("ops.rejects", prepared.rejects, key=key)
        if cursor is not None:
            store_cursor(warehouse, provenance.source_id, cursor, intake)


def store_cursor(warehouse: Warehouse, source_id: str, cursor: str, intake: Intake) -> None:
    """Keep where a source goes on."""
    row = {
        "source_id": source_id,
        "cursor": cursor,
        "updated_at": intake.now,
        "run_id": intake.run_id,
    }
    warehouse.upsert("ops.cursors", pa.Table.from_pylist([row], schema=schemas.CURSORS))


def _stored_digests(warehouse: Warehouse, post_ids: Sequence[str]) -> dict[str, str]:
    with warehouse.registered("wanted", pa.table({"post_id": pa.array(post_ids, pa.string())})):
        return dict(
            warehouse.read_rows(
                "SELECT post_id, text_digest FROM core.posts SEMI JOIN wanted USING (post_id)"
            )
        )


def record_outcome(
    warehouse: Warehouse, outcome: FileOutcome, digest: str | None, intake: Intake
) -> None:
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
