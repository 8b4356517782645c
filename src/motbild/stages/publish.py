"""Publish what analysts and reviewers read."""

from collections.abc import Sequence
from pathlib import Path

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.snapshots import publish_snapshot
from motbild.core.publishing import Publishing


def publish(
    warehouse: Warehouse,
    home: Path,
    views: Path,
    *,
    run_id: str,
    model_version: str,
    how: Publishing,
    due: Sequence[str] | None = None,
) -> Path:
    """Fold the log into the live file, then build, check and publish a snapshot.

    Args:
        warehouse: The live warehouse.
        home: Folder to publish in.
        views: Folder of the warehouse's views.
        run_id: Names the snapshot.
        model_version: The model whose classifications it shows.
        how: How it is published.
        due: Sources that this run should have read, if it has read and counted; else None.

    Returns:
        The published file.
    """
    warehouse.checkpoint()
    return publish_snapshot(
        warehouse, home, views, run_id=run_id, model_version=model_version, how=how, due=due
    )
