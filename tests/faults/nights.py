"""Nights that are killed, meet each other, or go slowly."""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.context import ForkServerProcess

from tests.faults.orders import BEGIN_WORKERS, Order
from tests.faults.prepared import finish, start
from tests.faults.trials import Trial
from tests.processes import worker_ids

_BUSY = ("Another night is running here", "held")


def killed_at_a_moment(trial: Trial) -> None:
    """Kill the night after some time, whatever it does then."""
    _kill_after(trial, trial.draw.uniform(0, trial.prepared.seconds))
    trial.mend()


def killed_at_a_file(trial: Trial) -> None:
    """Kill the night as it touches a file: makes, renames, links or removes one."""
    _kill_at(trial, "touch")
    trial.mend()


def killed_at_a_statement(trial: Trial) -> None:
    """Kill the night as it gives the warehouse a statement, within a transaction or not."""
    _kill_at(trial, "statement")
    trial.mend()


def killed_again(trial: Trial) -> None:
    """Kill the night, and the one that goes on where it stopped."""
    _kill_at(trial, "touch")
    _kill_at(trial, "statement")
    trial.mend()


def two_nights(trial: Trial) -> None:
    """Begin two nights at about one time: the second is told who runs."""
    _begin_at_once(trial, ("nightly",), ("nightly",))


def night_retention_backfill(trial: Trial) -> None:
    """Begin a night, retention and a backfill at about one time: one works, the others wait."""
    commands = [("nightly",), ("retention",), ("backfill",)]
    trial.draw.shuffle(commands)
    _begin_at_once(trial, *commands)


def workers_killed(trial: Trial) -> None:
    """Kill workers of a night, which has others do what they had: it goes on to its end."""
    order = trial.order(environment={BEGIN_WORKERS: "yes"})
    with trial.watched():
        process = start(order)
        trial.is_hit = _kill_workers(process, trial.draw)
        exit_code = finish(process)
    trial.judge(order, exit_code)
    if exit_code:
        trial.lost.append("workers that were killed made the night fail")
    trial.mend()


def slow_disk(trial: Trial) -> None:
    """Let each touch of a file wait, and the whole process stall at times."""
    order = trial.order(pause=trial.draw.uniform(0.005, 0.05))
    with trial.watched():
        process = start(order)
        stalling = threading.Thread(target=_stall, args=(process.pid, trial.draw))
        stalling.start()
        exit_code = finish(process)
        stalling.join()
    trial.judge(order, exit_code)
    if exit_code:
        trial.lost.append("a slow disk made the night fail")
    trial.is_hit = True
    trial.mend()


def _kill_after(trial: Trial, seconds: float) -> None:
    order = trial.order()
    with trial.watched():
        process = start(order)
        time.sleep(seconds)
        process.kill()
        exit_code = finish(process)
    trial.judge(order, exit_code)


def _kill_workers(night: ForkServerProcess, draw: random.Random) -> bool:
    """Kill one worker or two, each at a moment; a batch that loses three makes a night fail."""
    is_hit = False
    for _ in range(draw.randint(1, 2)):
        while night.is_alive() and not worker_ids(night.pid):
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 2))  # they begin for a second, and then work
        for victim in worker_ids(night.pid)[:1]:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                is_hit = True
    return is_hit


def _kill_at(trial: Trial, kind: str) -> None:
    order = trial.order(kill_at=trial.draw.randint(1, trial.prepared.counts[kind]), kills_by=kind)
    with trial.watched():
        trial.run(order)


def _begin_at_once(trial: Trial, *commands: tuple[str, ...]) -> None:
    orders = [
        Order(trial.home, trial.folder / f"told-{number}.txt", arguments)
        for number, arguments in enumerate(commands)
    ]
    with trial.watched():
        running = []
        for order in orders:
            running.append(start(order))
            time.sleep(trial.draw.choice((0, 0.05, 0.3)))
        for order, process in zip(orders, running, strict=True):
            trial.judge(order, finish(process), _BUSY)
    trial.mend()


def _stall(process_id: int | None, draw: random.Random) -> None:
    """Stop a process and let it go on, as one is stopped whose disk does not answer."""
    if process_id is None:
        return
    for _ in range(draw.randint(2, 6)):
        time.sleep(draw.uniform(0.1, 0.6))
        try:
            os.kill(process_id, signal.SIGSTOP)
            time.sleep(draw.uniform(0.05, 0.4))
            os.kill(process_id, signal.SIGCONT)
        except ProcessLookupError:
            return
