"""A mark in the home that something was taken away whose bytes may still lie in some file.

It is set before anything is deleted and removed when nothing holds it any more, so that a
run that dies in between, or finds the disk full, is followed by one that ends its work.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from motbild.disk import sync


@dataclass(frozen=True, slots=True)
class Removal:
    """What has begun and is not ended: which run began it, and when; None where unknown."""

    run_id: str
    since: datetime | None


class RemovalMark:
    """The mark of one home."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Removal | None:
        """Return what has not been ended; None where nothing is due."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return Removal(told["run_id"], datetime.fromisoformat(told["since"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return Removal("", None)  # cut short by a crash: due all the same

    def set(self, run_id: str, now: datetime) -> None:
        """Mark that files are due to be cleaned; an older mark stays."""
        if self._path.exists():
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            told = {"run_id": run_id, "since": now.isoformat(timespec="seconds")}
            os.write(descriptor, json.dumps(told).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync(self._path.parent)

    def clear(self) -> None:
        """Say that no file holds anything of what was taken away."""
        self._path.unlink(missing_ok=True)
        sync(self._path.parent)
