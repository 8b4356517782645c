"""A retention that dies at a step of it, to be run in a process of its own."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from motbild.settings import Settings
from motbild.wiring.retention import run_retention

_ANEW = "motbild.adapters.warehouse.compaction"
# What is called, and whether it is still done before the process dies.
STEPS = {
    "before anything is taken": ("motbild.stages.retain.take", False),
    "before the copy": (f"{_ANEW}._copy", False),
    "after the copy": (f"{_ANEW}._copy", True),
    "after it was compared": (f"{_ANEW}._compare", True),
    "before the old one is let go": (f"{_ANEW}._put_in_place", False),
    "after the swap": (f"{_ANEW}._put_in_place", True),
    "before the snapshot": ("motbild.wiring.removal.publish", False),
    "after the snapshot": ("motbild.wiring.removal.publish", True),
}


def run(home: str, step: str) -> None:
    """Run a retention of a year later that dies at a step."""
    name, is_done = STEPS[step]
    module, _, function = name.rpartition(".")
    original = getattr(import_module(module), function)
    with patch(name, _dying(original, is_done)):
        now = datetime.now(UTC) + timedelta(days=366)
        run_retention(Settings(home=Path(home)), now=now)


def _dying(step: Callable[..., object], is_done: bool) -> Callable[..., None]:
    def stepped(*given: object, **named: object) -> None:
        if is_done:
            step(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return stepped
