"""Texts whose time is over, taken from a home: from lock to publication."""

from collections.abc import Sequence
from datetime import UTC, datetime

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.runs import Run, begin_run, end_run, read_last_versions
from motbild.core.retention import QUEUED, UNFLAGGED, Deletion, Limit
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.stages.publish import publish
from motbild.stages.retain import retain
from motbild.wiring.backups import remove_expired_backups
from motbild.wiring.decisions import fold_home
from motbild.wiring.locked_home import open_locked

RETENTION = "retention"


def limits_of(settings: Settings) -> tuple[Limit, ...]:
    """Return how long each kind of text is kept."""
    return (
        Limit(UNFLAGGED, "MOTBILD_UNFLAGGED_TEXT_DAYS", settings.unflagged_text_days),
        Limit(QUEUED, "MOTBILD_FLAGGED_TEXT_DAYS", settings.flagged_text_days),
    )


def run_retention(
    settings: Settings, *, is_dry: bool = False, now: datetime | None = None
) -> list[Deletion]:
    """Take away the texts whose time is over, and publish a snapshot without them.

    Backups of this home go too once their own time is over.

    Args:
        settings: Where, and how long texts are kept.
        is_dry: Whether only to tell what would be taken; nothing is written then.
        now: The moment that days are counted back from; by default this one.

    Returns:
        What was taken, by rule and table.

    Raises:
        LockHeldError: Another run works in this home.
    """
    now = now or datetime.now(UTC)
    if not is_dry:
        remove_expired_backups(settings, now)
    if not settings.live_file.exists():
        return []
    with open_locked(settings, now) as (warehouse, run_id):
        if is_dry:
            return retain(warehouse, limits_of(settings), run_id=run_id, now=now, is_dry=True)
        run = Run(run_id, RETENTION, now, read_last_versions(warehouse))
        begin_run(warehouse, run)
        try:
            return _run(settings, warehouse, run)
        except MotbildError as error:
            _end(warehouse, run, (), failure=str(error))
            raise


def _run(settings: Settings, warehouse: Warehouse, run: Run) -> list[Deletion]:
    # A decision of today keeps its text for longer.
    fold_home(settings, warehouse, run_id=run.run_id)
    deletions = retain(warehouse, limits_of(settings), run_id=run.run_id, now=run.started_at)
    _end(warehouse, run, deletions)
    warehouse.checkpoint()
    if deletions and settings.snapshot_link.exists():
        publish(
            warehouse,
            settings.home,
            settings.views,
            run_id=run.run_id,
            model_version=run.versions.get("model", ""),
            how=settings.publishing,
        )
    return deletions


def _end(
    warehouse: Warehouse, run: Run, deletions: Sequence[Deletion], failure: str | None = None
) -> None:
    counts: dict[str, int] = {}
    for deletion in deletions:
        name = f"{deletion.from_table.split('.')[1]}_taken"
        counts[name] = counts.get(name, 0) + deletion.row_count
    ended_at = datetime.now(UTC)
    end_run(warehouse, run, ended_at=ended_at, counts=counts, stage_seconds={}, failure=failure)
