"""One fault of most sorts, lived through: nothing is lost, doubled, half-published or unclear.

`tests/benchmarks/faults.py` draws hundreds of them.
"""

import random
from pathlib import Path

import pytest

from tests.faults.disks import may_mount
from tests.faults.kinds import KINDS
from tests.faults.prepared import Prepared, prepare
from tests.faults.trials import Trial

pytestmark = pytest.mark.slow
# One of each sort; all of them take minutes, and the benchmark draws from all.
TRIED = (
    *("kill-statement", "workers", "two-nights", "full-publish", "read-only", "memory"),
    *("live", "review-store", "alerts"),
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A home with one night behind it."""
    return prepare(tmp_path_factory.mktemp("prepared") / "home")


@pytest.fixture(scope="module")
def has_disks(tmp_path_factory: pytest.TempPathFactory) -> bool:
    """Whether a disk of memory may be mounted here."""
    return may_mount(tmp_path_factory.mktemp("probe"))


@pytest.mark.parametrize("name", TRIED)
def test_a_fault_is_survived(
    name: str, prepared: Prepared, has_disks: bool, tmp_path: Path
) -> None:
    """The next night makes of the home what an undisturbed one makes of it."""
    if KINDS[name].needs_mount and not has_disks:
        pytest.skip("needs to mount a disk of memory, which this user may not")
    trial = Trial(prepared, tmp_path, random.Random(f"one {name}"))
    prepared.copy(trial.home)
    KINDS[name].live_through(trial)
    assert trial.is_survived, (trial.told, trial.lost, trial.doubled, trial.half, trial.unclear)
