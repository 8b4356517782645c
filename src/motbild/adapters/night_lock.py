"""The night's lock: one run at a time in a home, and a word on who holds it.

The lock is the operating system's own and goes with its process, however that
ends; the holder's name stands in a file beside it, for people.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from motbild.errors import LockHeldError, MotbildError

_PATIENCE_SECONDS = 0.3


@contextmanager
def hold_night_lock(home: Path, *, run_id: str, now: datetime) -> Iterator[None]:
    """Hold the lock of a home for as long as the block runs.

    Raises:
        LockHeldError: Another run holds it; the message says which.
    """
    home.mkdir(parents=True, exist_ok=True)
    holder = home / "night.holder.json"
    lock = FileLock(home / "night.lock", mode=0o600)
    try:
        # A moment's patience, since a look at who holds it takes it for a moment.
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout as error:
        raise LockHeldError(_held_by(holder)) from error
    try:
        _name_holder(holder, run_id, now)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _name_holder(holder: Path, run_id: str, now: datetime) -> None:
    told = {
        "run_id": run_id,
        "process_id": os.getpid(),
        "host": socket.gethostname(),
        "started_at": now.isoformat(timespec="seconds"),
    }
    try:
        holder.write_text(json.dumps(told), encoding="utf-8")
    except OSError as error:
        raise MotbildError(
            f"{holder} cannot be written ({error.strerror}), so that no run may begin; make room "
            "on the disk of the home, or see who may write there."
        ) from error


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock of a home, or held it when it died.

    Attributes:
        told: The holder in words.
        since: Since when; None where it has just begun.
        is_alive: Whether it holds the lock now.
    """

    told: str
    since: datetime | None
    is_alive: bool


def read_holder(home: Path) -> Holder | None:
    """Return who holds the lock of a home, or died with it; None where neither is so."""
    named = home / "night.holder.json"
    is_alive = _is_held(home / "night.lock")
    if not is_alive and not named.exists():
        return None
    return Holder(_named_in(named), _since(named), is_alive)


def describe_holder(home: Path) -> str | None:
    """Return who holds the lock of a home, in words, or None where nobody does."""
    holder = read_holder(home)
    return holder.told if holder and holder.is_alive else None


def _is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    try:
        with FileLock(lock, mode=0o600, timeout=0):
            return False
    except Timeout:
        return True


def _since(holder: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(holder.read_text(encoding="utf-8"))["started_at"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _held_by(holder: Path) -> str:
    return f"Another night is running here ({_named_in(holder)}); wait for it to end and run again."


def _named_in(holder: Path) -> str:
    try:
        told = json.loads(holder.read_text(encoding="utf-8"))
        return (
            f"run {told['run_id']}, process {told['process_id']} on {told['host']}, "
            f"since {told['started_at']}"
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "a run that has just begun"
