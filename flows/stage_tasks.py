"""Stages as tasks of a flow: retried, limited in time, and shown as progress."""

from collections.abc import Mapping
from typing import Any

from prefect import Task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State

from motbild.errors import MotbildError, UnexpectedError
from motbild.wiring.nights import Step

# A stage goes on where it stopped, so trying again never does work twice.
_RETRY_SECONDS = (10, 60)
_TIMEOUT_SECONDS = 6 * 3600


class StageTasks:
    """Runs the stages of one flow run, each as a task, and moves its progress with them."""

    def __init__(self, key: str, stage_count: int) -> None:
        self._key = key
        self._stage_count = stage_count
        self._done: list[str] = []
        self._progress: Any = None

    def __call__(self, name: str, step: Step) -> Mapping[str, int]:
        """Run one stage; return the rows it added or changed."""
        # Made only now: a run that waits for its turn has no progress yet.
        self._progress = self._progress or create_progress_artifact(
            0.0, key=self._key, description=f"Running {name}."
        )
        counts = _as_task(name, step)()
        self._done.append(name)
        update_progress_artifact(
            self._progress,
            progress=min(100.0, 100 * len(self._done) / self._stage_count),
            description=f"Done: {', '.join(self._done)}.",
        )
        return counts


def _as_task(name: str, step: Step) -> "Task[[], Mapping[str, int]]":
    return Task(
        step,
        name=name,
        retries=len(_RETRY_SECONDS),
        retry_delay_seconds=list(_RETRY_SECONDS),
        retry_condition_fn=_may_go_better,
        timeout_seconds=_TIMEOUT_SECONDS,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _may_go_better(_task: object, _run: object, state: State[Any]) -> bool:
    """Tell an unforeseen failure from one that stays until somebody mends it."""
    try:
        state.result()
    except UnexpectedError:
        return True
    except MotbildError:
        return False
    return False
