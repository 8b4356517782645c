"""The command `motbild nightly` as it is given, with Prefect around the night."""

import time

from tests.faults.disks import fill_disk, release, set_read_only, small_disk
from tests.faults.orders import Order
from tests.faults.prepared import finish, start
from tests.faults.trials import Trial

_STARTING_SECONDS = 20.0


def command_on_a_full_disk(trial: Trial) -> None:
    """Give the command on a disk that is full."""
    with small_disk(trial.home):
        trial.prepared.copy(trial.home)
        fill_disk(trial.home, trial.draw.choice((0, 2048, 600_000)))
        trial.run(_order(trial), names=("disk", "No space", "full"))
        release(trial.home)
        trial.mend()


def command_on_a_read_only_disk(trial: Trial) -> None:
    """Give the command on a disk that takes nothing."""
    with small_disk(trial.home):
        trial.prepared.copy(trial.home)
        set_read_only(trial.home, True)
        try:
            trial.run(_order(trial), names=("ead-only",))
        finally:
            set_read_only(trial.home, False)
        trial.mend()


def command_killed(trial: Trial) -> None:
    """Kill the command, wherever it and Prefect are."""
    order = _order(trial)
    with trial.watched():
        process = start(order)
        time.sleep(trial.draw.uniform(0, _STARTING_SECONDS))
        process.kill()
        exit_code = finish(process)
    trial.judge(order, exit_code)
    trial.mend()


def _order(trial: Trial) -> Order:
    return trial.order(has_prefect=True)
