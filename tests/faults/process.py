"""A command of Motbild in a process of its own, with a fault put into it.

Prefect costs ten seconds a night, so most trials leave it out: what `flows.nightly` does
with a night is done here. The command line around it is the real one.
"""

import importlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from flows.telling import telling_failure
from motbild import cli
from motbild import settings as settings_module
from motbild.adapters.processes import open_processes
from motbild.cli import nights as commands
from motbild.core.language import identify_languages
from motbild.core.night_report import NightReport
from motbild.settings import Settings
from motbild.wiring import nights, retention, runners
from motbild.wiring.models import Model
from motbild.wiring.sources import load_sources
from tests.faults import injecting
from tests.faults.orders import BEGIN_WORKERS, Order
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

# What a night imports when it needs it; here once for all processes that are forked.
_LATE = (
    "motbild.web.serving",
    "ruptures",
    "scipy.signal",
    "rich.console",
    "rich.table",
    "sqlite3",
    "pyarrow.parquet",
)
for _name in _LATE:
    importlib.import_module(_name)
identify_languages(["ett barn", "a child"])


def carry_out(order: Order) -> None:
    """Do what is ordered, as `motbild` would, and end with its exit code."""
    _redirect(order.told)
    os.environ.update({"MOTBILD_BATCH_ROW_COUNT": "20", **order.environment})
    time.tzset()
    if order.encoders_file is not None:
        vars(settings_module)["Settings"].encoders_file = order.encoders_file
    clock = _Clock(order)
    if not order.has_real_model:
        _put_stand_ins(clock)
    if BEGIN_WORKERS in os.environ:
        vars(runners)["open_processes"] = partial(open_processes, enough=0)
    if not order.has_prefect:
        _leave_prefect_out(order)
    vars(retention)["datetime"] = SimpleNamespace(now=lambda _: clock())
    sys.argv = ["motbild", *order.arguments, "--home", str(order.home)]
    with injecting.begun(order):
        cli.main()


def _put_stand_ins(clock: "_Clock") -> None:
    """Let nights classify with a stand-in, and by a clock that is set."""
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    vars(nights)["load_model"] = lambda _: model
    vars(nights)["apply_choice"] = lambda _, chosen: chosen
    cast(dict[str, Any], nights.run_night.__kwdefaults__)["clock"] = clock


def _leave_prefect_out(order: Order) -> None:
    runner = injecting.StageFaults(order)

    def run_now(settings: Settings, sources: Sequence[Path]) -> NightReport:
        settings.inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        with telling_failure(settings):
            named = load_sources(settings, sources)
            return nights.run_night(settings, named, run_step=runner)

    stand_ins: Mapping[str, Any] = {
        "environment": SimpleNamespace(prepare=lambda _: None),
        "nightly": SimpleNamespace(run_now=run_now),
    }
    vars(commands)["_load_flows"] = stand_ins.__getitem__


def _redirect(told: Path) -> None:
    # What the command prints lies outside the disk that fills.
    descriptor = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


class _Clock:
    """Tells a time that runs on a little at each look, and jumps where it is told to."""

    def __init__(self, order: Order) -> None:
        self._now = order.now
        self._jumps = order.jumps
        self._looks = 0

    def __call__(self) -> datetime:
        self._looks += 1
        self._now += timedelta(seconds=1 + self._jumps.get(self._looks, 0))
        return self._now
