"""Flows called in a process of their own, against a server; prints what each came to, as JSON.

What they wrap is tested without Prefect, so here it is replaced by what ends as wanted.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flows.environment import prepare

prepare(Path(sys.argv[1]))

from prefect.client.orchestration import get_client  # noqa: E402
from prefect.client.schemas import State  # noqa: E402

import flows.catch_up  # noqa: E402
import flows.due  # noqa: E402
import flows.nightly  # noqa: E402
import flows.retrain  # noqa: E402
from motbild.core.promotions import REFUSED, Outcome  # noqa: E402
from motbild.errors import LockHeldError  # noqa: E402

_HELD = LockHeldError("A night is running.")


def _retraining(home: str) -> dict[str, Any]:
    """A retraining that finds a night running once, and is then refused."""
    asked: list[Path] = []

    def retrain_model(settings: Any, command: str) -> Outcome:  # noqa: ARG001
        asked.append(settings.home)
        if len(asked) == 1:
            raise _HELD
        return Outcome(REFUSED, "abc", None, ("It is worse.",))

    patch("flows.retrain.retrain_model", retrain_model).start()
    flows.retrain.challenge = flows.retrain.challenge.with_options(retry_delay_seconds=0)
    state = flows.retrain.retrain(home, return_state=True)
    return {**_told(state), "asked": len(asked), "shown": _shown(state)}


def _busy_hour(home: str) -> dict[str, Any]:
    """A catch-up while another run holds the home."""

    def run_night(*_: object, **__: object) -> None:
        raise _HELD

    patch("flows.catch_up.run_night", run_night).start()
    patch("flows.catch_up.load_hourly_sources", lambda _: ["one"]).start()
    return _told(flows.catch_up.catch_up(home, return_state=True))


def _late_night(home: str) -> dict[str, Any]:
    """A night that was due last winter."""
    patch("flows.due._due_at", lambda: datetime(2026, 1, 1, 1, tzinfo=UTC)).start()
    return _told(flows.nightly.nightly(home, return_state=True))


def _told(state: State[Any]) -> dict[str, Any]:
    return {"state": state.name, "message": state.message, "name": _run(state).name}


def _run(state: State[Any]) -> Any:
    run_id = state.state_details.flow_run_id
    assert run_id
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run_id)


def _shown(state: State[Any]) -> dict[str, Any]:
    wanted = state.state_details.flow_run_id
    with get_client(sync_client=True) as client:
        found = client.read_artifacts()
    return {str(a.key): a.data for a in found if a.flow_run_id == wanted}


if __name__ == "__main__":
    folder = sys.argv[1]
    told = {
        "idle hour": _told(flows.catch_up.catch_up(folder, return_state=True)),
        "busy hour": _busy_hour(folder),
        "retraining": _retraining(folder),
        "late night": _late_night(folder),
    }
    print(json.dumps(told, default=str))
