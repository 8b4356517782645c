"""How the last night went: what was read, what was silent, and what is broken."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from motbild.adapters.warehouse.reading import OpenSnapshot

STALE_AFTER = timedelta(hours=36)
_TROUBLED_WITHIN = timedelta(days=7)
_FORGOTTEN_AFTER = timedelta(days=30)  # a source that no night has tried since


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source, as the last night left it.

    Attributes:
        source_id: Its name.
        status: ``new`` posts were read, it was ``silent``, ``broken``, or ``untried`` by
            the last night.
        post_count: Posts that were new in the last run that tried it.
        last_good_day: Last day it could be read, or None for never.
        last_new_day: Last day that it brought something, or None.
        failures: Why it is broken, a sentence each.
    """

    source_id: str
    status: str
    post_count: int
    last_good_day: date | None
    last_new_day: date | None
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Night:
    """The last night and what it left behind.

    Attributes:
        started_at: When it began (UTC).
        ended_at: When what it made was published (UTC).
        post_count: Posts that were new.
        sources: By name, the broken ones first.
        rejects: Rows that it set aside: code, its sentence, source, how many.
        troubled: Nights of the week before it that did not come to their end.
    """

    started_at: datetime
    ended_at: datetime
    post_count: int
    sources: tuple[SourceState, ...]
    rejects: tuple[dict[str, Any], ...]
    troubled: tuple[dict[str, Any], ...]

    @property
    def broken(self) -> list[SourceState]:
        """Sources that are missing."""
        return [source for source in self.sources if source.status == "broken"]

    @property
    def well(self) -> list[SourceState]:
        """Sources that it could read."""
        return [source for source in self.sources if source.status in ("new", "silent")]

    def is_stale(self, now: datetime) -> bool:
        """Tell whether a night is missing."""
        return now - self.ended_at > STALE_AFTER


def read_night(snapshot: OpenSnapshot) -> Night | None:
    """Return the night that a snapshot is of; None where it tells of none."""
    return snapshot.once("night", lambda: _make(snapshot))


def _make(snapshot: OpenSnapshot) -> Night | None:
    rows = snapshot.rows(
        """
        SELECT run_id, started_at, coalesce(ended_at, started_at) AS ended_at, counts
        FROM ops.runs
        WHERE kind = 'nightly' AND status NOT IN ('failed', 'interrupted')
        ORDER BY run_id DESC LIMIT 1
        """
    )
    if not rows:
        return None
    run = rows[0]
    return Night(
        started_at=run["started_at"],
        ended_at=run["ended_at"],
        post_count=dict(run["counts"] or {}).get("posts_added", 0),
        sources=_sources(snapshot, run["run_id"], run["started_at"]),
        rejects=_rejects(snapshot, run["run_id"]),
        troubled=_troubled(snapshot, run["run_id"], run["started_at"]),
    )


def _sources(snapshot: OpenSnapshot, run_id: str, now: datetime) -> tuple[SourceState, ...]:
    rows = snapshot.rows(
        """
        WITH by_run AS (
            SELECT
                source_id, run_id,
                min(run_day) AS run_day,
                bool_or(status = 'failed') AS has_failed,
                bool_or(status = 'read') AND NOT has_failed AS is_good,
                sum(post_count)::BIGINT AS post_count,
                list_sort(list_distinct(list(failure) FILTER (failure IS NOT NULL))) AS failures
            FROM ops.source_runs
            GROUP BY source_id, run_id
        )
        SELECT
            source_id,
            max(run_id) AS run_id,
            max(run_day) AS last_tried_day,
            arg_max(post_count, run_id) AS post_count,
            arg_max(failures, run_id) FILTER (has_failed) AS failures,
            max(run_day) FILTER (is_good) AS last_good_day,
            max(run_day) FILTER (post_count > 0) AS last_new_day,
            coalesce(max(run_id) FILTER (has_failed) > max(run_id) FILTER (is_good),
                bool_or(has_failed)) AS is_broken
        FROM by_run
        GROUP BY source_id
        HAVING is_broken OR last_tried_day >= ?
        ORDER BY is_broken DESC, source_id
        """,
        [(now - _FORGOTTEN_AFTER).date()],
    )
    return tuple(_state(row, run_id) for row in rows)


def _state(row: dict[str, Any], run_id: str) -> SourceState:
    status = "new" if row["post_count"] else "silent"
    if row["run_id"] != run_id:
        status = "untried"
    if row["is_broken"]:
        status = "broken"
    return SourceState(
        source_id=row["source_id"],
        status=status,
        post_count=row["post_count"],
        last_good_day=row["last_good_day"],
        last_new_day=row["last_new_day"],
        failures=tuple(row["failures"] or ()) if row["is_broken"] else (),
    )


def _rejects(snapshot: OpenSnapshot, run_id: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        snapshot.rows(
            """
            SELECT code, any_value(reason) AS reason, source_id, count(*) AS row_count
            FROM ops.rejects WHERE run_id = ?
            GROUP BY code, source_id
            ORDER BY row_count DESC, code, source_id
            """,
            [run_id],
        )
    )


def _troubled(snapshot: OpenSnapshot, run_id: str, now: datetime) -> tuple[dict[str, Any], ...]:
    return tuple(
        snapshot.rows(
            """
            SELECT started_at, status FROM ops.runs
            WHERE kind = 'nightly' AND status IN ('failed', 'interrupted')
                AND run_id < ? AND started_at >= ?
            ORDER BY run_id DESC
            """,
            [run_id, now - _TROUBLED_WITHIN],
        )
    )
