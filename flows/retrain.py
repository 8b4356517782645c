"""The weekly flow: learn again from what people have decided, and promote what does no worse."""

from datetime import timedelta
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State

from flows.due import name_run, skip_if_late
from motbild.core.promotions import Outcome, describe_outcome
from motbild.errors import LockHeldError, MotbildError
from motbild.settings import Settings
from motbild.wiring.registry import retrain as retrain_model

_STALE = timedelta(days=1)
_RETRIES, _RETRY_SECONDS = 3, 3600


def _night_is_running(_task: object, _run: object, state: State[Any]) -> bool:
    """Tell a night that runs late, which keeps the decisions to itself, from a failure."""
    try:
        state.result()
    except LockHeldError:
        return True
    except MotbildError:
        return False
    return False


@task(
    retries=_RETRIES,
    retry_delay_seconds=_RETRY_SECONDS,
    retry_condition_fn=_night_is_running,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def challenge(home: str | None) -> Outcome:
    """Train a challenger and let it meet the model in use."""
    return retrain_model(Settings.load(home=home), command="the weekly retraining")


@flow(name="retrain", flow_run_name=name_run, persist_result=False)
def retrain(home: str | None = None) -> Outcome | State:
    """Learn from seeds and decisions; promote what does no worse on the gold set.

    Args:
        home: Folder of everything that is written; by default as the settings say.

    Returns:
        How it ended; or a cancelled state where the run was scheduled for a day long
        gone, since the next one learns the same and more.
    """
    if skipped := skip_if_late(_STALE, "The next retraining learns the same."):
        return skipped
    outcome = challenge(home)
    create_markdown_artifact(
        describe_outcome(outcome),
        key="retraining-report",
        description=f"Retraining: {outcome.event}",
    )
    return outcome
