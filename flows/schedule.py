"""Serve the flows on their schedules, in Swedish time: the night, and the weekly retraining."""

import warnings
from pathlib import Path

import prefect
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from flows.nightly import nightly
from flows.retrain import retrain

NIGHTLY_CRON = "0 2 * * *"
RETRAIN_CRON = "0 12 * * 0"
TIME_ZONE = "Europe/Stockholm"


def serve(home: Path) -> None:
    """Serve the flows, one at a time, until the process is told to stop.

    The schedules are not paused when it stops, so a restart loses no night; a night
    that was due while nothing ran is skipped, since the next one reads everything.
    """
    # Prefect's own shutdown leaves a coroutine unawaited and would say so at each stop.
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited", RuntimeWarning)
    parameters = {"home": str(home)}
    prefect.serve(
        RunnerDeployment.from_flow(
            nightly,
            "every-night",
            schedules=[Cron(NIGHTLY_CRON, timezone=TIME_ZONE)],
            parameters=parameters,
        ),
        RunnerDeployment.from_flow(
            retrain,
            "every-week",
            schedules=[Cron(RETRAIN_CRON, timezone=TIME_ZONE)],
            parameters=parameters,
        ),
        pause_on_shutdown=False,
        limit=1,
        print_starting_message=False,
    )
