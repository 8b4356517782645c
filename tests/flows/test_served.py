"""The flows against a real Prefect server: as `motbild schedule` serves them, and by a worker.

All in one file, so that one server does for them all.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import yaml

from tests import night_process
from tests.conftest import ROOT
from tests.flows.scheduler import Scheduler, environment, running_scheduler, wait_for
from tests.stages.test_killed_night import compared_content

_WRITTEN = yaml.safe_load((ROOT / "flows" / "prefect.yaml").read_text(encoding="utf-8"))
_KEY = "ab" * 32
_POSTS = 400
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """`motbild schedule`, with a stand-in for the model."""
    with running_scheduler(tmp_path_factory.mktemp("scheduler")) as running:
        wait_for(lambda: len(running.deployments()) == len(_WRITTEN["deployments"]))
        yield running


def test_what_is_written_is_served(scheduler: Scheduler) -> None:
    """Each deployment of the file has its schedule, its tags, and one run at a time."""
    served = scheduler.deployments()
    for entry in _WRITTEN["deployments"]:
        found = served[entry["name"]]
        assert [s["schedule"]["cron"] for s in found["schedules"]] == [
            s["cron"] for s in entry["schedules"]
        ]
        assert {s["schedule"]["timezone"] for s in found["schedules"]} <= {"Europe/Stockholm"}
        assert found["tags"] == entry["tags"]
        assert found["global_concurrency_limit"]["limit"] == 1
        assert found["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert _first_due(scheduler, served["every-night"]).strftime("%H:%M") == "02:00"
    assert _first_due(scheduler, served["every-week"]).strftime("%A %H:%M") == "Sunday 12:00"


def test_a_run_that_is_due_is_run_and_reported(scheduler: Scheduler) -> None:
    """A night due now publishes; its page shows report, sources and progress, and no quote."""
    run_id = scheduler.start_run(scheduler.deployments()["every-night"], datetime.now(UTC))
    assert scheduler.ended(run_id) == "COMPLETED", scheduler.log.read_text()
    assert (scheduler.home / "analyst.duckdb").exists()
    today = datetime.now(ZoneInfo("Europe/Stockholm"))
    assert scheduler.run(run_id)["name"].startswith(f"nightly {today:%Y-%m-}")
    shown = scheduler.artifacts(run_id)
    assert set(shown) == {"night-report", "night-sources", "night-progress"}
    assert shown["night-progress"] == 100.0
    assert "posts.jsonl" in shown["night-sources"]
    assert "God morgon" not in str(shown)
    assert scheduler.process.poll() is None


def _first_due(scheduler: Scheduler, deployment: dict[str, Any]) -> datetime:
    """Return when the next run of a deployment is due, in Swedish time."""
    runs = wait_for(
        lambda: scheduler.ask(
            "flow_runs/filter",
            deployments={"id": {"any_": [deployment["id"]]}},
            flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}},
            sort="EXPECTED_START_TIME_ASC",
            limit=3,
        )
    )
    due = datetime.fromisoformat(runs[0]["expected_start_time"])
    return due.astimezone(ZoneInfo("Europe/Stockholm"))


@pytest.fixture(scope="module")
def told(scheduler: Scheduler, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each flow came to, called once each in one process."""
    home = tmp_path_factory.mktemp("flows")
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.flows_process", str(home)],
        cwd=ROOT,
        env=environment(PREFECT_API_URL=scheduler.address),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_retraining_waits_for_a_night_and_tells_the_outcome(told: dict[str, Any]) -> None:
    """A night that runs is waited for; a refusal is an outcome and no failure."""
    assert told["retraining"]["state"] == "Completed"
    assert told["retraining"]["asked"] == 2
    report = told["retraining"]["shown"]["retraining-report"]
    assert report.startswith("The model abc was not")
    assert "- It is worse." in report


def test_an_hour_with_nothing_to_do_ends_well(told: dict[str, Any]) -> None:
    """Without hourly sources, or beside another run, the catch-up says why it did nothing."""
    assert told["idle hour"]["state"] == "Nothing"
    assert "hourly = true" in told["idle hour"]["message"]
    assert told["idle hour"]["name"].startswith("catch-up 20")
    assert told["busy hour"]["state"] == "Skipped"
    assert told["busy hour"]["message"] == "A night is running."


def test_a_night_that_is_long_overdue_is_skipped(told: dict[str, Any]) -> None:
    """It is cancelled and named by the Swedish hour that it was due at."""
    assert told["late night"]["state"] == "Cancelled"
    assert told["late night"]["message"].endswith("The next night reads everything.")
    assert told["late night"]["name"] == "nightly 2026-01-01 02:00"


def test_a_file_that_is_none_gets_one_sentence(scheduler: Scheduler, tmp_path: Path) -> None:
    """A night whose only source cannot be read ends with 2, and says which and why."""
    (tmp_path / "posts.parquet").write_bytes(b"no parquet at all")
    done = subprocess.run(
        [sys.executable, "-m", "motbild", "nightly", "--home=home", "--source=posts.parquet"],
        cwd=tmp_path,
        env=environment(PREFECT_API_URL=scheduler.address),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "posts.parquet" in done.stderr


@pytest.fixture
def deployed(scheduler: Scheduler, tmp_path: Path) -> dict[str, str]:
    """The environment of a worker, for whose pool everything is deployed; quick to notice."""
    home = tmp_path / "home"
    _prepare_home(home)
    told = environment(
        PREFECT_API_URL=scheduler.address,
        PREFECT_HOME=str(tmp_path / "prefect"),
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY="30",
        PREFECT_WORKER_QUERY_SECONDS="1",
        MOTBILD_HOME=str(home),
        MOTBILD_BATCH_ROW_COUNT="40",
    )
    _quicken_automations(scheduler)
    # Under other names than those that the shared scheduler serves at the same server.
    pooled = (ROOT / "flows" / "prefect.yaml").read_text(encoding="utf-8")
    pooled = pooled.replace("name: every-", "name: pooled-").replace("name: on-", "name: pooled-")
    (tmp_path / "prefect.yaml").write_text(pooled, encoding="utf-8")
    scheduler.ask("work_pools/", name="motbild", type="process")
    _prefect(told, f"--no-prompt deploy --prefect-file {tmp_path / 'prefect.yaml'} --all")
    return told


@pytest.fixture
def start_worker(
    deployed: dict[str, str], tmp_path: Path
) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Start workers; those that still run are stopped at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        with (tmp_path / "worker.log").open("ab") as log:
            words = [sys.executable, "-m", *["prefect", "worker", "start", "--pool", "motbild"]]
            worker = subprocess.Popen(words, cwd=tmp_path, env=deployed, stdout=log, stderr=log)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.terminate()
        worker.wait(180)  # it ends what it does, on a busy machine slowly


def test_a_killed_night_is_run_again_and_ends_as_an_undisturbed_one(
    scheduler: Scheduler,
    deployed: dict[str, str],
    start_worker: Callable[[], "subprocess.Popen[bytes]"],
    tmp_path: Path,
) -> None:
    """Worker and run are killed in mid-night; the server notices, and another run completes it."""
    home = Path(deployed["MOTBILD_HOME"])
    night = wait_for(lambda: scheduler.pooled().get("pooled-night"))
    worker = start_worker()
    first = scheduler.start_run(night, datetime.now(UTC))
    wait_for(lambda: "encode" in scheduler.progress(first))
    worker.kill()
    os.kill(json.loads((home / "night.holder.json").read_text())["process_id"], signal.SIGKILL)
    assert scheduler.run(first)["state_type"] == "RUNNING"

    start_worker()
    assert scheduler.ended(first) == "CRASHED"
    again = wait_for(lambda: _newest_run(scheduler, night, besides=first))
    assert scheduler.ended(again) == "COMPLETED", (tmp_path / "worker.log").read_text()

    undisturbed = tmp_path / "undisturbed"
    _prepare_home(undisturbed)
    night_process.run(str(undisturbed), str(undisturbed / "inbox"))
    assert compared_content(home) == compared_content(undisturbed)


def _prepare_home(home: Path) -> None:
    """Make a home with the same key and posts as the other."""
    (home / "inbox").mkdir(parents=True)
    night_process.write_posts(home / "inbox" / "posts.jsonl", _POSTS)
    key = home / "secrets" / "pseudonym.key"
    key.parent.mkdir()
    key.write_text(_KEY)
    key.chmod(0o600)


def _quicken_automations(scheduler: Scheduler) -> None:
    """Let the automations that are there wait for seconds and not for minutes."""
    for made in scheduler.ask("automations/filter"):
        text = json.dumps(made).replace('"within": 180.0', '"within": 35.0')
        text = text.replace('"schedule_after": 300.0', '"schedule_after": 0.0')
        assert text != json.dumps(made)
        address = f"{scheduler.address}/automations/{made['id']}"
        told = {k: v for k, v in json.loads(text).items() if k not in {"id", "created", "updated"}}
        httpx.put(address, json=told, timeout=20).raise_for_status()


def _prefect(told: dict[str, str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *words.split()],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _newest_run(scheduler: Scheduler, deployment: dict[str, str], *, besides: str) -> str | None:
    runs = scheduler.ask(
        "flow_runs/filter",
        deployments={"id": {"any_": [deployment["id"]]}},
        flow_runs={"state": {"name": {"not_any_": ["Scheduled"]}}},
        limit=5,
    )
    found = [str(run["id"]) for run in runs if run["id"] != besides]
    return found[0] if found else None
