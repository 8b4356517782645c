"""The application: pages, who may see them, and what is said when something is wrong."""

import ctypes
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from motbild.errors import InputError, MotbildError, WarehouseError
from motbild.web.pages import all_routes
from motbild.web.rendering import page
from motbild.web.room import Room
from motbild.web.sessions import PlainQueries, SafeHeaders, Sessions

# Handlers that run at once. More would take turns all the same, and hold memory meanwhile.
WORKERS = 4
_M_ARENA_MAX = -8  # from malloc.h
_LOG = logging.getLogger("motbild.web")


def create_app(room: Room) -> Starlette:
    """Return the application on a room."""
    static = Path(str(files("motbild.web") / "static"))
    app = Starlette(
        routes=[*all_routes(), Mount("/static", StaticFiles(directory=static), name="static")],
        middleware=[Middleware(PlainQueries), Middleware(SafeHeaders), Middleware(Sessions)],
        exception_handlers={
            HTTPException: _tell_refusal,
            InputError: _tell_mistake,
            WarehouseError: _tell_empty,
            MotbildError: _tell_trouble,
            500: _tell_breakdown,
        },
        lifespan=_prepare,
    )
    app.state.room = room
    return app


@asynccontextmanager
async def _prepare(app: Starlette) -> AsyncIterator[None]:
    """Open the snapshot before anybody waits for it, and let no more run at once than helps."""
    _share_memory()
    current_default_thread_limiter().total_tokens = WORKERS
    with suppress(MotbildError):  # whoever asks is told
        await run_in_threadpool(app.state.room.snapshot)
    yield


def _share_memory() -> None:
    """Let threads take memory from the same two heaps, where the C library would give each its own.

    What each of them needed at its most would stay held: a hundred megabytes more.
    """
    with suppress(OSError, AttributeError):  # another C library has no such setting
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _tell_refusal(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    reason = error.detail if isinstance(error, HTTPException) else ""
    return _error_page(request, status, {"reason": reason})


def _tell_mistake(request: Request, error: Exception) -> Response:
    return _error_page(request, 400, {"sentence": str(error)})


def _tell_empty(request: Request, error: Exception) -> Response:
    room: Room = request.app.state.room
    if room.settings.snapshot_link.exists():  # damaged, which is another thing than not there
        return _tell_trouble(request, error)
    return _error_page(request, 503, {"reason": "no-snapshot"})


def _tell_trouble(request: Request, error: Exception) -> Response:
    _LOG.error("%s", error)  # names files and servers, which is for whoever runs it
    return _error_page(request, 503, {})


def _tell_breakdown(request: Request, _error: Exception) -> Response:
    return _error_page(request, 500, {})


def _error_page(request: Request, status: int, told: Mapping[str, object]) -> Response:
    values = {"status": status, "reason": "", "sentence": "", **told}
    return page(request, "fel.html", values, status=status)
