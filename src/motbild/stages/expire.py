"""Take away old records of how nights went: what was set aside, told and timed.

What nights brought stays: the rows of runs and their counts.
"""

from collections.abc import Sequence
from datetime import datetime

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.disposal import digest_keys, record
from motbild.core.retention import NOTICES, REJECTS, RUN_DETAILS, Deletion, Limit, Taking

_TIMED = "started_at < $1::TIMESTAMPTZ AND (failure IS NOT NULL OR cardinality(stage_seconds) > 0)"
_FAILED = (
    "failure IS NOT NULL AND run_id IN "
    "(SELECT run_id FROM ops.runs WHERE started_at < $1::TIMESTAMPTZ)"
)
_SET_ASIDE = "run_id IN (SELECT run_id FROM ops.runs WHERE started_at < $1::TIMESTAMPTZ)"
_OVER = "NOT is_open AND last_noticed_at < $1::TIMESTAMPTZ"

# By rule and table: the key of a row, which rows go, and how.
_OLD: tuple[tuple[str, str, str, str, str], ...] = (
    (
        REJECTS,
        "ops.rejects",
        "file_digest || ' ' || line_number || ' ' || code",
        _SET_ASIDE,
        f"DELETE FROM ops.rejects WHERE {_SET_ASIDE}",  # noqa: S608
    ),
    (NOTICES, "ops.notices", "notice_id", _OVER, f"DELETE FROM ops.notices WHERE {_OVER}"),  # noqa: S608
    (
        RUN_DETAILS,
        "ops.runs",
        "run_id",
        _TIMED,
        f"UPDATE ops.runs SET failure = NULL, stage_seconds = MAP {{}} WHERE {_TIMED}",  # noqa: S608
    ),
    (
        RUN_DETAILS,
        "ops.source_runs",
        "run_id || ' ' || source_id || ' ' || file_name",
        _FAILED,
        f"UPDATE ops.source_runs SET failure = NULL WHERE {_FAILED}",  # noqa: S608
    ),
)


def expire(
    warehouse: Warehouse,
    limits: Sequence[Limit],
    taking: Taking,
) -> list[Deletion]:
    """Take away the records that are past their time, and write the protocol.

    Args:
        warehouse: Holds them.
        limits: How long each kind of record is kept.
        taking: The run that takes them.

    Returns:
        One for each rule and table that loses something.
    """
    found = [
        (deletion, statement, limit.before(taking.now))
        for limit in limits
        for deletion, statement in _describe(warehouse, limit, taking.now, taking.reference)
    ]
    deletions = [deletion for deletion, _, _ in found]
    if deletions and not taking.is_dry:
        taking.before()
        with warehouse.transaction():
            for _, statement, before in found:
                warehouse.execute(statement, [before])
            record(warehouse, deletions, run_id=taking.run_id, now=taking.now)
    return deletions


def _describe(
    warehouse: Warehouse, limit: Limit, now: datetime, reference: str
) -> list[tuple[Deletion, str]]:
    described = []
    for rule, table, key, which, statement in _OLD:
        if rule != limit.rule or not limit.days:
            continue
        count, digest, sample = digest_keys(
            warehouse,
            f"SELECT {key} AS key FROM {table} WHERE {which}",  # noqa: S608
            [limit.before(now)],
        )
        if count:
            told = (rule, limit.decided_by, table, count, None, None, digest, sample, reference)
            described.append((Deletion(*told), statement))
    return described
