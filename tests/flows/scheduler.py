"""`motbild schedule` as a process of its own, and talking to the server that it runs."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT

_SECONDS = 240
_STAND_IN = Path(__file__).parent / "standin"


@dataclass(frozen=True)
class Scheduler:
    """A scheduler that runs: its process, its home, its log, and its server."""

    process: "subprocess.Popen[bytes]"
    home: Path
    log: Path
    address: str

    def ask(self, path: str, **body: Any) -> Any:
        """Post to the server's API."""
        answer = httpx.post(f"{self.address}/{path}", json=body, timeout=20)
        return answer.raise_for_status().json()

    def deployments(self) -> dict[str, dict[str, Any]]:
        """Return the deployments of flows that are served, by name."""
        found = self.ask("deployments/filter")
        return {d["name"]: d for d in found if d["work_pool_name"] is None}

    def pooled(self) -> dict[str, dict[str, Any]]:
        """Return the deployments for the work pool, by name."""
        found = self.ask("deployments/filter")
        return {d["name"]: d for d in found if d["work_pool_name"] is not None}

    def start_run(self, deployment: Mapping[str, Any], due_at: datetime) -> str:
        """Schedule a run; return its id."""
        scheduled = {"scheduled_time": due_at.isoformat()}
        # A busy server may say that its database is locked: the same key makes no second run.
        made = wait_for(
            lambda: self.ask(
                f"deployments/{deployment['id']}/create_flow_run",
                state={"type": "SCHEDULED", "state_details": scheduled},
                idempotency_key=due_at.isoformat(),
            )
        )
        return str(made["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        """Return a flow run."""
        found: dict[str, Any] = httpx.get(f"{self.address}/flow_runs/{run_id}", timeout=20).json()
        return found

    def ended(self, run_id: str) -> str:
        """Wait for a run to end; return how it did."""
        ends = {"COMPLETED", "CANCELLED", "FAILED", "CRASHED"}
        wait_for(lambda: self.run(run_id)["state_type"] in ends)
        return str(self.run(run_id)["state_type"])

    def artifacts(self, run_id: str) -> dict[str, Any]:
        """Return what a run shows on the scheduler's page, by key."""
        return {found["key"]: found["data"] for found in self._artifacts(run_id)}

    def progress(self, run_id: str) -> str:
        """Return which stages a run has behind it, in words."""
        shown = [a["description"] for a in self._artifacts(run_id) if a["type"] == "progress"]
        return shown[0] if shown else ""

    def _artifacts(self, run_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask(
            "artifacts/filter", artifacts={"flow_run_id": {"any_": [run_id]}}
        )
        return found


@contextmanager
def running_scheduler(folder: Path) -> Iterator[Scheduler]:
    """Run `motbild schedule` for as long as the block, from a folder that is not the checkout."""
    home = folder / "home"
    (home / "inbox").mkdir(parents=True)
    (home / "inbox" / "posts.jsonl").write_text('{"id": "1", "text": "God morgon"}\n')
    log = folder / "log"
    port = free_port()
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "motbild", "schedule", f"--home={home}", f"--port={port}"],
            cwd=folder,
            env=environment(PREFECT_RUNNER_POLL_FREQUENCY="2"),
            stdout=written,
            stderr=written,
        )
    try:
        yield Scheduler(process, home, log, f"http://127.0.0.1:{port}/api")
    finally:
        process.terminate()
        process.wait(180)  # a worker ends what it does, on a busy machine slowly


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment with the stand-in model, without Prefect's settings.

    The folder that holds `flows/` is not on the path, as it is not where Motbild is installed.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MOTBILD_"))}
    path = os.pathsep.join(map(str, (_STAND_IN, ROOT / "src")))
    return {**kept, "PYTHONPATH": path, "DO_NOT_TRACK": "1", **more}


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(seen: Callable[[], Any], seconds: int = _SECONDS) -> Any:
    """Return what is seen, once it is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := seen():
                return found
        except (httpx.HTTPError, json.JSONDecodeError, OSError):
            pass
        time.sleep(0.5)
    raise AssertionError("it did not come about in time")
