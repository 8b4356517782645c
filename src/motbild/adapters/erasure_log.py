"""What was erased on request, as lines of keyed digests in the home that are only ever added to.

It stands outside the warehouse, so that what is put back from a backup does not bring back
what was erased since.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from motbild.core.erasures import Erasure


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
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            # A line that a crash cut short must not take the next one with it.
            is_cut = size and os.pread(descriptor, 1, size - 1) != b"\n"
            told = (b"\n" if is_cut else b"") + b"".join(map(_line, fresh.values()))
            os.write(descriptor, told)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
