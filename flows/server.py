"""A Prefect server to keep time: the one that is named, or one run on this machine.

Imports nothing of Prefect, which reads its settings when it is first imported: the
server's address must stand in the environment before that.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from motbild.errors import MotbildError

_START_SECONDS = 180
_STOP_SECONDS = 30


@contextmanager
def running_server(home: Path, port: int) -> Iterator[str]:
    """Use the server that `PREFECT_API_URL` names, or run one for as long as the block.

    Args:
        home: Folder under whose `prefect/` the server keeps its data and its log.
        port: Port to listen on; where it is taken, another one.

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
    with (home / "prefect" / "server.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            [sys.executable, "-m", *f"prefect server start --host 127.0.0.1 --port {port}".split()],
            stdout=log,
            stderr=log,
        )
    os.environ["PREFECT_API_URL"] = address
    try:
        _await_health(server, address)
        yield address
    finally:
        del os.environ["PREFECT_API_URL"]
        server.terminate()
        server.wait(timeout=_STOP_SECONDS)


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
