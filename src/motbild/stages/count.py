"""Count posts by day and by hour, over everything that was read, flagged or not."""

from datetime import datetime
from pathlib import Path

from motbild.adapters.warehouse import Warehouse

_KIND = ("source_id", "platform", "lang", "narrative_id", "stance")
# Scratch tables that only lead to the counts; they hold no text.
_STEPS = ("counted", "counted_days", "source_reach")


def count(
    warehouse: Warehouse, views: Path, *, model_version: str, now: datetime
) -> dict[str, int]:
    """Make the counts what the stored posts and the sources' outcomes say, touching what differs.

    Args:
        warehouse: Holds classifications by the model, and the flags as they stand.
        views: Folder with `counts.sql`, which says what is counted and what is missing.
        model_version: The model in use; a post it has not read counts by an earlier one's word.
        now: When the run began; hours up to then are counted.

    Returns:
        How many rows of a day were added or changed.
    """
    with warehouse.transaction():
        warehouse.execute("SET VARIABLE model_version = ?", [model_version])
        warehouse.execute("SET VARIABLE now = ?", [now])
        warehouse.execute((views / "counts.sql").read_text(encoding="utf-8"))
        changed = warehouse.rewrite("core.daily_counts", "daily", key=("counted_day", *_KIND))
        warehouse.rewrite("core.hourly_counts", "hourly", key=("counted_hour_at", *_KIND))
        for step in _STEPS:
            warehouse.execute(f"DROP TABLE temp.{step}")
    return {"daily_counts_changed": changed}
