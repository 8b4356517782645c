"""The life of a worker process: it does what comes through its pipe until the night is gone.

The other end is in `motbild.adapters.processes`, which begins it.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

from motbild.core.runners import attempt, unforeseen
from motbild.errors import MotbildError

_WHERE = "worker process"
_REMEDY = "run again, and report it if it stays"
# Where memory ends the kernel ends a worker, which is replaced, and not the night.
_FIRST_TO_GO = "500"


def serve(handle: int) -> None:
    """Do the work that comes through a pipe until it is closed; the life of a worker."""
    Thread(target=_end_with_night, daemon=True).start()
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")
    channel = Connection(handle)
    doer = _Doer()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            is_work = channel.recv()
            if is_work:
                doer.take_work(channel)
            else:
                _answer(channel, doer.take_batch(channel))


def _answer(channel: Connection, answer: tuple[Any, MotbildError | None]) -> None:
    """Send what was made, or why it cannot be sent."""
    try:
        channel.send(answer)
    except OSError:
        raise
    except Exception as error:
        channel.send((None, unforeseen(error, _WHERE, _REMEDY)))


class _Doer:
    """What a worker has been told to do."""

    def __init__(self) -> None:
        self._work: Callable[[Any], Any] | None = None
        self._failure: MotbildError | None = None

    def take_work(self, channel: Connection) -> None:
        """Learn what is to be done from now on."""
        try:
            self._work, self._failure = channel.recv(), None
        except EOFError:
            raise
        except Exception as error:
            self._work, self._failure = None, unforeseen(error, _WHERE, _REMEDY)

    def take_batch(self, channel: Connection) -> tuple[Any, MotbildError | None]:
        """Do it on a batch."""
        try:
            given = channel.recv()
        except EOFError:
            raise
        except Exception as error:
            return None, unforeseen(error, _WHERE, _REMEDY)
        if self._work is None:
            return None, self._failure
        return attempt(self._work, given, _WHERE, _REMEDY)


def _end_with_night() -> NoReturn:
    """End this process when the night's end of its input closes."""
    sys.stdin.buffer.read()
    os._exit(1)
