"""What is past its time, taken from a home: from lock to publication."""

from dataclasses import replace
from datetime import UTC, datetime

from motbild.adapters.alert_log import AlertLog
from motbild.adapters.removal_mark import RemovalMark
from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.disposal import record
from motbild.adapters.warehouse.runs import Run, read_last_versions
from motbild.adapters.warehouse.subjects import set_due
from motbild.core.erasures import Memory
from motbild.core.retention import (
    ERASURE,
    INBOX,
    NOTICES,
    QUESTIONS,
    QUEUED,
    REJECTS,
    RUN_DETAILS,
    THREATS,
    UNFLAGGED,
    Deletion,
    Limit,
    Taking,
    list_deletion,
)
from motbild.settings import Settings
from motbild.stages.clear_inbox import clear_inbox
from motbild.stages.erase import erase, find_remembered
from motbild.stages.expire import expire
from motbild.stages.retain import retain
from motbild.wiring.backups import remove_expired_backups
from motbild.wiring.decisions import fold_home
from motbild.wiring.keys import change_key, load_keys, load_memory
from motbild.wiring.locked_home import open_locked
from motbild.wiring.removal import end_taking, finish_removal, recorded

RETENTION = "retention"


def limits_of(settings: Settings) -> tuple[Limit, ...]:
    """Return how long each kind of text is kept."""
    flagged = Limit(QUEUED, "MOTBILD_FLAGGED_TEXT_DAYS", settings.flagged_text_days)
    return (
        Limit(UNFLAGGED, "MOTBILD_UNFLAGGED_TEXT_DAYS", settings.unflagged_text_days),
        flagged,
        _or_as(flagged, QUESTIONS, "MOTBILD_QUESTION_TEXT_DAYS", settings.question_text_days),
        _or_as(flagged, THREATS, "MOTBILD_THREAT_TEXT_DAYS", settings.threat_text_days),
    )


def record_limits_of(settings: Settings) -> tuple[Limit, ...]:
    """Return how long each kind of record is kept."""
    return (
        Limit(REJECTS, "MOTBILD_REJECT_DAYS", settings.reject_days),
        Limit(NOTICES, "MOTBILD_NOTICE_DAYS", settings.notice_days),
        Limit(RUN_DETAILS, "MOTBILD_RUN_DETAIL_DAYS", settings.run_detail_days),
    )


def run_retention(
    settings: Settings, *, is_dry: bool = False, now: datetime | None = None
) -> list[Deletion]:
    """Take away what is past its time, and publish a snapshot without it.

    Backups of this home go too once their own time is over.

    Args:
        settings: Where, and how long things are kept.
        is_dry: Whether only to tell what would be taken; nothing is written then.
        now: The moment that days are counted back from; by default this one.

    Returns:
        What was taken, by rule and table.

    Raises:
        LockHeldError: Another run works in this home.
        MotbildError: Some file may still hold what was taken; the next run goes on.
    """
    now = now or datetime.now(UTC)
    if not is_dry:
        remove_expired_backups(settings, now)
    if not settings.live_file.exists():
        return []
    with open_locked(settings, now) as (warehouse, run_id):
        run = Run(run_id, RETENTION, now, read_last_versions(warehouse))
        if is_dry:
            return _take(settings, warehouse, run, is_dry=True)
        with recorded(warehouse, run) as deletions:
            # A decision of today keeps its text for longer.
            fold_home(settings, warehouse, run_id=run.run_id)
            deletions += _take(settings, warehouse, run)
            end_taking(warehouse, run, deletions)
            if RemovalMark(settings.removal_mark).read() or _is_unfinished(warehouse):
                memory = load_memory(settings, load_keys(settings, warehouse, now))
                finish_removal(settings, warehouse, memory, run)
    return deletions


def _take(
    settings: Settings, warehouse: Warehouse, run: Run, *, is_dry: bool = False
) -> list[Deletion]:
    mark = RemovalMark(settings.removal_mark)
    taking = Taking(
        run_id=run.run_id,
        now=run.started_at,
        reference=settings.retention_decision or "",
        is_dry=is_dry,
        before=lambda: mark.set(run.run_id, run.started_at),
    )
    memory = load_memory(settings, load_keys(settings, warehouse, run.started_at))
    inbox = Limit(INBOX, "MOTBILD_INBOX_DAYS", settings.inbox_days)
    return [
        *_erase_again(warehouse, memory, taking),
        *retain(warehouse, limits_of(settings), taking),
        *expire(warehouse, record_limits_of(settings), taking),
        *_forget_told(settings, warehouse, taking),
        *clear_inbox(warehouse, settings.inbox, inbox, memory, taking),
        *change_key(settings, warehouse, taking),
    ]


def _erase_again(warehouse: Warehouse, memory: Memory, taking: Taking) -> list[Deletion]:
    """Erase what was erased before and has come back with an older copy of the warehouse."""
    back = find_remembered(warehouse, memory.digests, memory.key)
    if not back:
        return []
    set_due(warehouse, back, rule=ERASURE)
    return erase(warehouse, memory.key, replace(taking, reference=""))


def _forget_told(settings: Settings, warehouse: Warehouse, taking: Taking) -> list[Deletion]:
    """Leave out of the log of alerts what is as old as the notices that go."""
    limit = Limit(NOTICES, "MOTBILD_NOTICE_DAYS", settings.notice_days)
    before = limit.before(taking.now)
    if before is None or not settings.alert_log.exists():
        return []
    log = AlertLog(settings.alert_log)
    with log.held():
        standing = [name for (name,) in warehouse.read_rows("SELECT notice_id FROM ops.notices")]
        if not (old := log.old(before, standing)):
            return []
        keys = sorted(f"{entry.at.isoformat()} {entry.notice_id}" for entry in old)
        told = list_deletion(limit, "alert-log", keys, taking)
        if not taking.is_dry:
            taking.before()
            with warehouse.transaction():
                record(warehouse, [told], run_id=taking.run_id, now=taking.now)
            log.leave_out(old)
    return [told]


def _is_unfinished(warehouse: Warehouse) -> bool:
    """Tell whether something was taken that live.duckdb has not been built anew without."""
    return bool(warehouse.read_rows("SELECT 1 FROM ops.deletions WHERE removed_at IS NULL LIMIT 1"))


def _or_as(usual: Limit, rule: str, setting: str, days: int | None) -> Limit:
    return Limit(rule, usual.setting, usual.days) if days is None else Limit(rule, setting, days)
