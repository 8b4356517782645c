"""Publish what analysts and reviewers read."""

from pathlib import Path

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.snapshots import publish_snapshot


def publish(
    warehouse: Warehouse,
    home: Path,
    views: Path,
    *,
    run_id: str,
    model_version: str,
    kept_snapshot_count: int,
) -> Path:
    """Fold the log into the live file, then build, check and publish a snapshot.

    Returns:
        The published file.
    """
    warehouse.checkpoint()
    return publish_snapshot(
        warehouse,
        home,
        views,
        run_id=run_id,
        model_version=model_version,
        kept=kept_snapshot_count,
    )
