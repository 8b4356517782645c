"""Serve the nightly flow at two in the morning, with a Prefect server to keep time."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from prefect.schedules import Cron

from flows.nightly import nightly
from motbild.errors import MotbildError

CRON = "0 2 * * *"
TIME_ZONE = "Europe/Stockholm"
DEPLOYMENT = "every-night"
_START_SECONDS = 180


def serve(home: Path) -> None:
    """Serve the night on its schedule until the process is told to stop.

    The schedule is not paused when it stops, so a restart loses no night; a night
    that was due while nothing ran is skipped, since the next one reads everything.
    """
    nightly.serve(
        name=DEPLOYMENT,
        schedules=[Cron(CRON, timezone=TIME_ZONE)],
        parameters={"home": str(home)},
        pause_on_shutdown=False,
        limit=1,
        print_starting_message=False,
    )


@contextmanager
def running_server(home: Path, port: int = 4200) -> Iterator[str]:
    """Use the server that `PREFECT_API_URL` names, or run one on this machine.

    Yields:
        Address of the server's API.

    Raises:
        MotbildError: No server could be started.
    """
    if address := os.environ.get("PREFECT_API_URL"):
        yield address
        return
    port = port if _is_free(port) else _free_port()
    address = f"http://127.0.0.1:{port}/api"
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    with (home / "prefect" / "server.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
            + ["--port", str(port)],
            stdout=log,
            stderr=log,
        )
    try:
        _await_health(server, address)
        os.environ["PREFECT_API_URL"] = address
        yield address
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.terminate()
        server.wait(timeout=30)


def _await_health(server: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/health", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise MotbildError(
        "The Prefect server did not start; see prefect/server.log in the home folder, or "
        "set PREFECT_API_URL to a server that runs."
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
