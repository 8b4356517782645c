"""What people have decided in a home, as seeds to learn from."""

from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime

from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse import Warehouse
from motbild.core.narratives import Seed
from motbild.settings import Settings
from motbild.stages.fold_answers import fold_answers
from motbild.stages.fold_decisions import fold_decisions, read_standing_seeds
from motbild.wiring.locked_home import open_locked


def fold_home(settings: Settings, warehouse: Warehouse, *, run_id: str) -> dict[str, int]:
    """Copy what is new in the home's review store; nothing where there is none."""
    if settings.review_store is None:
        return {}
    with closing(open_review_store(settings.review_store)) as store:
        added = fold_decisions(warehouse, store, run_id=run_id)
        return added | fold_answers(warehouse, store, run_id=run_id)


def load_decisions(settings: Settings, narratives: Collection[str]) -> list[Seed]:
    """Return the standing decisions of a home, the newest included.

    Args:
        settings: Which home; one where no night has run has none.
        narratives: Ids that are learned now.

    Raises:
        LockHeldError: A night is running, and nothing else may open its warehouse.
    """
    if not settings.live_file.exists():
        return []
    with open_locked(settings, datetime.now(UTC)) as (warehouse, run_id):
        fold_home(settings, warehouse, run_id=run_id)
        seeds = read_standing_seeds(warehouse, narratives)
        warehouse.checkpoint()
    return seeds
