"""What has been told to whom: lines of JSON in the home that are only ever added to.

It stands outside the warehouse, so that a night that cannot open its warehouse can be
told all the same. A line that was cut short by a crash is passed over.
"""

import errno
import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from motbild.core.alerting import Entry, logged_notices
from motbild.disk import append_lines
from motbild.errors import LockHeldError

_PATIENCE_SECONDS = 120
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class AlertLog:
    """The log of one home."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unwritten: list[Entry] = []

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other process from sending while the block runs.

        Raises:
            LockHeldError: Another one has been sending for longer than anybody waits.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._path.with_suffix(".lock"), mode=0o600)
        try:
            lock.acquire(timeout=_PATIENCE_SECONDS)
        except Timeout as error:
            raise LockHeldError(
                f"Another process has been sending alerts of {self._path.parent} for two minutes; "
                "what is due is sent next time."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def load(self) -> list[Entry]:
        """Return every whole line, oldest first, and what could not be written."""
        lines = self._path.read_bytes().split(b"\n") if self._path.exists() else []
        written = [entry for line in lines if (entry := _parse(line)) is not None]
        return [*written, *self._unwritten]

    def append(self, entries: Iterable[Entry]) -> None:
        """Add lines, durable when this returns.

        A disk that takes no more must not keep anybody from being told of it: what cannot
        be written is remembered for as long as this object lives.
        """
        added = list(entries)
        if not added:
            return
        try:
            self._write(b"".join(_line(entry) for entry in added))
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            self._unwritten.extend(added)

    def old(self, before: datetime, standing: Collection[str]) -> list[Entry]:
        """Return the lines from before a moment of what is over.

        Args:
            before: Lines of an earlier moment are old.
            standing: Ids of notices that still stand, so that none is told twice.
        """
        entries = self.load()
        told = {notice.notice_id for notice in logged_notices(entries)}.union(standing)
        return [entry for entry in entries if entry.at < before and entry.notice_id not in told]

    def leave_out(self, old: Collection[Entry]) -> None:
        """Write the log without some of its lines; a crash leaves the old one or the new one."""
        # One that a crash left half-written is written over.
        pending = self._path.with_name(f".{self._path.name}.pending")
        pending.unlink(missing_ok=True)
        kept = [entry for entry in self.load() if entry not in old]
        append_lines(pending, b"".join(_line(entry) for entry in kept))
        pending.replace(self._path)

    def _write(self, told: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        append_lines(self._path, told)


def _line(entry: Entry) -> bytes:
    told = {
        "at": entry.at.isoformat(),
        "event": entry.event,
        "notice_id": entry.notice_id,
        "kind": entry.kind,
        "channel_id": entry.channel_id,
        "figures": dict(entry.figures) if entry.figures is not None else None,
    }
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _parse(line: bytes) -> Entry | None:
    try:
        told = json.loads(line)
        return Entry(
            datetime.fromisoformat(told["at"]),
            told["event"],
            told["notice_id"],
            told["kind"],
            told["channel_id"],
            told["figures"],
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
