"""The weekly flow around the retraining, without a scheduler and without the training itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

_SCRIPT = """
import sys
from pathlib import Path

from flows.environment import prepare

prepare(Path(sys.argv[1]))

from prefect.client.orchestration import get_client

import flows.retrain
from motbild.core.promotions import REFUSED, Outcome
from motbild.errors import LockHeldError

asked = []

def retrain_model(settings, command):
    asked.append(settings.home)
    if len(asked) == 1:
        raise LockHeldError("A night is running.")
    return Outcome(REFUSED, "abc", None, ("It is worse.",))

flows.retrain.retrain_model = retrain_model
flows.retrain.challenge = flows.retrain.challenge.with_options(retry_delay_seconds=0)
outcome = flows.retrain.retrain(sys.argv[1])
[artifact] = get_client(sync_client=True).read_artifacts()
print(len(asked), asked[0], outcome.event, artifact.key, artifact.data)
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_flow_waits_for_a_night_and_tells_the_outcome(tmp_path: Path) -> None:
    """A night that runs is waited for; a refusal is an outcome and no failure."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path)],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"2 {tmp_path} refused retraining-report The model abc was not" in done.stdout
    assert "- It is worse." in done.stdout
