"""Serve the flows as `prefect.yaml` says, in Swedish time."""

import importlib
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prefect
import yaml
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from flows.automations import ensure_automations


def serve(home: Path) -> None:
    """Serve the flows, one at a time, until the process is told to stop.

    The schedules are not paused when it stops, so a restart loses no night; a night
    that was due while nothing ran is skipped, since the next one reads everything.
    """
    # Prefect's own shutdown leaves a coroutine unawaited and would say so at each stop.
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited", RuntimeWarning)
    # Each run is a process of its own, which must find this folder wherever it is installed.
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    ensure_automations()
    prefect.serve(
        *(_deployment(entry, home) for entry in load_deployments()),
        pause_on_shutdown=False,
        limit=1,
        print_starting_message=False,
    )


def load_deployments() -> Iterator[dict[str, Any]]:
    """Yield what `prefect.yaml` says of each deployment: name, flow, schedules, tags, limit."""
    text = Path(__file__).with_name("prefect.yaml").read_text(encoding="utf-8")
    yield from yaml.safe_load(text)["deployments"]


def _deployment(entry: dict[str, Any], home: Path) -> RunnerDeployment:
    file, flow = entry["entrypoint"].removesuffix(".py").split(".py:")
    module = importlib.import_module(file.replace("/", "."))
    return RunnerDeployment.from_flow(
        getattr(module, flow),
        entry["name"],
        schedules=[
            Cron(schedule["cron"], timezone=schedule["timezone"]) for schedule in entry["schedules"]
        ],
        parameters={"home": str(home)},
        description=entry["description"],
        tags=entry["tags"],
        concurrency_limit=ConcurrencyLimitConfig(**entry["concurrency_limit"]),
    )
