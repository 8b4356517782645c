"""The moment a run was due: what it is called by, and when it is too late for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import get_run_logger
from prefect.client.schemas import State
from prefect.runtime import flow_run
from prefect.states import Cancelled

from motbild.core.intake import LOCAL_ZONE


def name_run() -> str:
    """Return what the run at hand is called: its flow, and when it was due in Sweden."""
    return f"{flow_run.flow_name} {_due_at().astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


def skip_if_late(patience: timedelta, because: str) -> State[Any] | None:
    """Return a cancelled state where the run at hand was due long ago; None otherwise.

    Args:
        patience: How late it may begin.
        because: Why nothing is lost, in a whole sentence.
    """
    late = datetime.now(UTC) - _due_at()
    if late <= patience:
        return None
    get_run_logger().warning("Skipped: scheduled %s ago.", late)
    return Cancelled(message=f"Scheduled too long ago. {because}")


def _due_at() -> datetime:
    return flow_run.scheduled_start_time or datetime.now(UTC)
