"""The run record: when each run began, how it ended, what it added."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        run_id: Moment of start and a random part; sorts by time.
        kind: ``nightly``, ``catch-up``, ``backfill`` or ``retention``.
        started_at: Time-zone-aware moment of start.
        versions: Versions of program, encoder, model and packs.
    """

    run_id: str
    kind: str
    started_at: datetime
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the queues stand: posts by narrative, by reason, and in the other queues."""

    flagged: Mapping[str, int]
    unflagged: Mapping[str, int]
    question_count: int
    threat_count: int
    proposal_count: int


_UNFLAGGED = """
SELECT reason, count(*) AS post_count FROM core.unflagged_posts
WHERE model_version = ? GROUP BY reason ORDER BY post_count DESC, reason
"""


def read_standing(warehouse: Warehouse, model_version: str) -> Standing:
    """Count the queues, and the posts that were counted and not flagged, with why."""
    return Standing(
        flagged=dict(
            warehouse.read_rows(
                "SELECT narrative_id, count(*) FROM core.flags GROUP BY ALL ORDER BY ALL"
            )
        ),
        unflagged=dict(warehouse.read_rows(_UNFLAGGED, [model_version])),
        question_count=_count(warehouse, "core.questions"),
        threat_count=_count(warehouse, "core.threats"),
        proposal_count=_count(warehouse, "core.proposals"),
    )


def _count(warehouse: Warehouse, table: str) -> int:
    rows = warehouse.read_rows(f"SELECT count(DISTINCT post_id) FROM {table}")  # noqa: S608
    return int(rows[0][0])


def read_last_start(warehouse: Warehouse, run_id: str) -> datetime | None:
    """Return when the last run that was completed before a run began (UTC)."""
    rows = warehouse.read_rows(
        "SELECT max(started_at) FROM ops.runs WHERE status = 'completed' AND run_id < ?", [run_id]
    )
    return rows[0][0] if rows else None


def read_last_versions(warehouse: Warehouse) -> dict[str, str]:
    """Return the versions that the last run that named its model worked with; or none."""
    rows = warehouse.read_rows(
        "SELECT versions FROM ops.runs WHERE versions['model'] IS NOT NULL AND "
        "status = 'completed' ORDER BY run_id DESC LIMIT 1"
    )
    return dict(rows[0][0]) if rows else {}


def begin_run(warehouse: Warehouse, run: Run) -> int:
    """Record that a run has begun; runs found unfinished are marked interrupted.

    Returns:
        How many were. The caller holds the night's lock, so none of them still runs.
    """
    unfinished = warehouse.read_rows("SELECT count(*) FROM ops.runs WHERE status = 'running'")
    with warehouse.transaction():
        warehouse.execute("UPDATE ops.runs SET status = 'interrupted' WHERE status = 'running'")
        warehouse.upsert("ops.runs", _row(run, "running", None, {}, {}, None))
    return int(unfinished[0][0])


def end_run(
    warehouse: Warehouse,
    run: Run,
    *,
    ended_at: datetime,
    counts: Mapping[str, int],
    stage_seconds: Mapping[str, float],
    failure: str | None = None,
) -> None:
    """Record how a run ended and what it added."""
    status = "completed" if failure is None else "failed"
    warehouse.upsert("ops.runs", _row(run, status, ended_at, counts, stage_seconds, failure))


def _row(
    run: Run,
    status: str,
    ended_at: datetime | None,
    counts: Mapping[str, int],
    stage_seconds: Mapping[str, float],
    failure: str | None,
) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "run_id": run.run_id,
                "kind": run.kind,
                "status": status,
                "started_at": run.started_at,
                "ended_at": ended_at,
                "versions": list(run.versions.items()),
                "counts": list(counts.items()),
                "stage_seconds": list(stage_seconds.items()),
                "failure": failure,
            }
        ],
        schema=schemas.RUNS,
    )
