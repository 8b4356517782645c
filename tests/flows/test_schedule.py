"""The schedule against a real Prefect server on this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.conftest import ROOT

_SECONDS = 240


@pytest.fixture
def port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def scheduler(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """`motbild schedule`, run from a folder that is not the checkout."""
    home = tmp_path / "home"
    (home / "inbox").mkdir(parents=True)
    (home / "inbox" / "posts.jsonl").write_text('{"id": "1", "text": "God morgon"}\n')
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "motbild", "schedule", f"--home={home}", f"--port={port}"],
            cwd=tmp_path,
            env=environment,
            stdout=log,
            stderr=log,
        )
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def _ask(port: int, path: str, **body: Any) -> Any:
    return httpx.post(f"http://127.0.0.1:{port}/api/{path}", json=body, timeout=20).json()


def _await(seen: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            if found := seen():
                return found
        except httpx.HTTPError:
            pass
        time.sleep(1)
    raise AssertionError("it did not come about in time")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nights_are_scheduled_run_and_outlive_a_stop(
    scheduler: "subprocess.Popen[bytes]", port: int, tmp_path: Path
) -> None:
    """At two in Sweden a run stands scheduled; a run due now is run; a stop pauses nothing."""
    _await(lambda: len(_ask(port, "deployments/filter")) == 2)
    deployments = {d["name"]: d for d in _ask(port, "deployments/filter")}
    deployment = deployments["every-night"]
    assert _first_due(port, deployment).strftime("%H:%M") == "02:00"
    assert _first_due(port, deployments["every-week"]).strftime("%A %H:%M") == "Sunday 12:00"

    now = datetime.now(UTC).isoformat()
    made = _ask(
        port,
        f"deployments/{deployment['id']}/create_flow_run",
        state={"type": "SCHEDULED", "state_details": {"scheduled_time": now}},
    )
    home = tmp_path / "home"
    _await(lambda: _state(port, made["id"]) in {"COMPLETED", "FAILED", "CRASHED"})
    assert _state(port, made["id"]) == "COMPLETED", (tmp_path / "log").read_text()
    assert (home / "analyst.duckdb").exists()
    [artifact] = _ask(port, "artifacts/filter", limit=1)
    assert artifact["key"] == "night-report"
    assert "God morgon" not in artifact["data"]

    old = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    stale = _ask(
        port,
        f"deployments/{deployment['id']}/create_flow_run",
        state={"type": "SCHEDULED", "state_details": {"scheduled_time": old}},
    )
    _await(lambda: _state(port, stale["id"]) in {"COMPLETED", "CANCELLED", "FAILED", "CRASHED"})
    assert _state(port, stale["id"]) == "CANCELLED"
    assert scheduler.poll() is None


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_deployment_file_deploys_to_a_work_pool(
    scheduler: "subprocess.Popen[bytes]", port: int, tmp_path: Path
) -> None:
    """`flows/prefect.yaml` makes a deployment with its schedule and a limit of one."""
    _await(lambda: _ask(port, "deployments/filter"))
    environment = {
        **os.environ,
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "DO_NOT_TRACK": "1",
    }
    for command in (
        "work-pool create --type process motbild",
        "--no-prompt deploy --prefect-file flows/prefect.yaml --all",
    ):
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *command.split()],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    pooled = [d for d in _ask(port, "deployments/filter") if d["work_pool_name"] == "motbild"]
    crons = {}
    for deployment in pooled:
        [schedule] = deployment["schedules"]
        crons[deployment["entrypoint"]] = schedule["schedule"]["cron"]
        assert schedule["schedule"]["timezone"] == "Europe/Stockholm"
        assert deployment["global_concurrency_limit"]["limit"] == 1
    assert crons == {
        "flows/nightly.py:nightly": "0 2 * * *",
        "flows/retrain.py:retrain": "0 12 * * 0",
    }
    assert scheduler.poll() is None


def _first_due(port: int, deployment: dict[str, Any]) -> datetime:
    """Return when the next run of a deployment is due, in Swedish time."""
    wanted = {"id": {"any_": [deployment["id"]]}}
    runs = _await(
        lambda: _ask(
            port,
            "flow_runs/filter",
            deployments=wanted,
            sort="EXPECTED_START_TIME_ASC",
            limit=3,
        )
    )
    assert {run["state_type"] for run in runs} == {"SCHEDULED"}
    due = datetime.fromisoformat(runs[0]["expected_start_time"])
    return due.astimezone(ZoneInfo("Europe/Stockholm"))


def _state(port: int, run_id: str) -> str:
    run = httpx.get(f"http://127.0.0.1:{port}/api/flow_runs/{run_id}", timeout=20).json()
    return str(run["state_type"])
