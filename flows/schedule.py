"""Serve the nightly flow at two in the morning, Swedish time."""

import warnings
from pathlib import Path

from prefect.schedules import Cron

from flows.nightly import nightly

CRON = "0 2 * * *"
TIME_ZONE = "Europe/Stockholm"
DEPLOYMENT = "every-night"


def serve(home: Path) -> None:
    """Serve the night on its schedule until the process is told to stop.

    The schedule is not paused when it stops, so a restart loses no night; a night
    that was due while nothing ran is skipped, since the next one reads everything.
    """
    # Prefect's own shutdown leaves a coroutine unawaited and would say so at each stop.
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited", RuntimeWarning)
    nightly.serve(
        name=DEPLOYMENT,
        schedules=[Cron(CRON, timezone=TIME_ZONE)],
        parameters={"home": str(home)},
        pause_on_shutdown=False,
        limit=1,
        print_starting_message=False,
    )
