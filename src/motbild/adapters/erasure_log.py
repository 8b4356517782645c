"""What was erased on request, as lines of keyed digests in the home that are only ever added to.

It stands outside the warehouse, so that what is put back from a backup does not bring back
what was erased since.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from motbild.core.erasures import Erasure
from motbild.disk import append_lines


class ErasureLog:
    """The log of one home."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> list[Erasure]:
        """Return every whole line, oldest first."""
        lines = self._path.read_bytes().split(b"\n") if self._path.exists() else []
        return [erasure for line in lines if (erasure := _parse(line)) is not None]

    def append(self, erasures: Iterable[Erasure]) -> None:
        """Add those that are not there yet, durable when this returns."""
        known = {erasure.digest for erasure in self.load()}
        fresh = {e.digest: e for e in erasures if e.digest not in known}
        if not fresh:
            return
        append_lines(self._path, b"".join(map(_line, fresh.values())))


def _line(erasure: Erasure) -> bytes:
    told = {
        "kind": erasure.kind,
        "digest": erasure.digest,
        "at": erasure.at.isoformat(timespec="seconds"),
        "case": erasure.case,
    }
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _parse(line: bytes) -> Erasure | None:
    try:
        told = json.loads(line)
        return Erasure(
            told["kind"], told["digest"], datetime.fromisoformat(told["at"]), told["case"]
        )
    except (ValueError, KeyError, TypeError):
        return None
