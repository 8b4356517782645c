"""The review room in a process of its own, which notes how long each answer takes it.

    python tests/benchmarks/review_server.py HOME PORT TIMES

When it is stopped it writes what it has noted, and its peak memory, to the file TIMES.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from motbild.adapters.review_store import open_review_store
from motbild.settings import Settings
from motbild.web import guards
from motbild.web.app import create_app
from motbild.web.room import Room
from motbild.web.serving import KEEP_ALIVE

# Parts of an address that make it another page.
_TELLING = ("flik", "form")
WORKED = "motbild-benchmark.worked"


class Timed:
    """Notes of each request when it came, what it asked for, and how long it took.

    How much of that its handler was at work, and not waiting for its turn, is noted too.
    """

    def __init__(self, app: ASGIApp, noted: Path, room: Room) -> None:
        self._app = app
        self._noted = noted
        self._room = room
        self._lines: list[tuple[float, str, int, float, float]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            self._room.close()  # here, since a signal ends the process after this
            self._write()
            return
        begun, status = time.time(), 0

        async def note_status(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        finally:
            told, worked = _address(dict(scope)), scope.get(WORKED, 0.0)
            self._lines.append((begun, told, status, time.time() - begun, worked))

    def _write(self) -> None:
        told = {"requests": self._lines, "peak_bytes": _peak_bytes()}
        self._noted.write_text(json.dumps(told))


def _peak_bytes() -> int:
    # Not by `getrusage`, which counts what the process that started this one held.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) * 1024


def _address(scope: dict[str, Any]) -> str:
    """Return what a request asked for, without what differs from item to item."""
    path = str(scope["path"])
    for name, value in scope.get("path_params", {}).items():
        if name not in _TELLING and scope["path"].count("/") > 1 and "exportera" not in path:
            path = path.replace(str(value), "…")
    told = [part for part in scope["query_string"].decode().split("&") if part.startswith(_TELLING)]
    return f"{scope['method']} {path}{'?' if told else ''}{'&'.join(told)}"


async def _run_measured(
    handler: Callable[..., Response], request: Request, *told: object
) -> Response:
    """Run a handler as the application does, and note the processor time of its thread."""

    def run() -> Response:
        begun = time.thread_time()
        try:
            return handler(request, *told)
        finally:
            request.scope[WORKED] = time.thread_time() - begun

    return await run_in_threadpool(run)


def main() -> None:
    """Serve until stopped."""
    vars(guards)["run_in_threadpool"] = _run_measured
    home, port, noted = sys.argv[1:]
    settings = Settings.load(home=Path(home))
    with closing(open_review_store(settings.review_store_to_make)) as store:
        room = Room(settings, store)
        app = Timed(create_app(room), Path(noted), room)
        config = uvicorn.Config(
            app,
            port=int(port),
            log_level="warning",
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
