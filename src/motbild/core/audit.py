"""The log of who saw, decided and exported what: a chain that shows where it was changed.

Each entry carries the digest of the one before it, so that nothing can be altered, left
out or put in between afterwards without the chain breaking there.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motbild.core.decisions import in_utc

ACTIONS = (
    "signed-in",
    "sign-in-failed",
    "signed-out",
    "account-created",
    "account-changed",
    "password-changed",
    "saw-item",
    "translated",
    "decided",
    "decided-late",
    "settled",
    "undid",
    "claimed",
    "exported",
    "fact-written",
    "fact-proposed",
    "fact-approved",
    "fact-withdrawn",
    "answer-drafted",
    "answer-edited",
    "answer-proposed",
    "answer-approved",
    "answer-returned",
    "answer-published",
    "answer-withdrawn",
    "rumour-dismissed",
    "rumour-adopted",
    "rumour-undone",
    "threat-escalated",
    "threshold-saved",
    "restored",
    "disposed",
    "erased",
    "disclosed",
)
# What the first entry names as the digest before it.
BEGINNING = "0" * 64

# What a line is found to be: it tells something else than what its digest was made of;
ALTERED = "altered"
# it was taken out;
MISSING = "missing"
# it does not follow from the one before it, so it was moved or put in, or that one was;
DISPLACED = "displaced"
# it is another than the one that was seen there;
REPLACED = "replaced"
# from it on, lines were cut off the end;
CUT = "cut"
# or it stands past the end.
ADDED = "added"

_TOLD = ("seq", "at", "actor", "action", "subject", "details")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log.

    Attributes:
        seq: Its number; the first is 1 and none is left out.
        at: When (UTC).
        actor: Login of the account, or ``terminal``.
        action: One of `ACTIONS`.
        subject: Id of what it was done to.
        details: Whatever else tells it, as JSON has it; never a post's text, and never
            a password.
        previous_digest: Digest of the entry before it.
        digest: Its own, by `chain`.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]
    previous_digest: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log: number and digest of its last line."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was seen of a line before, kept outside the log.

    Attributes:
        seq: Number of the line.
        digest: Its digest then.
        where: Where that is kept, in words.
    """

    seq: int
    digest: str
    where: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the log is not as it was written.

    Attributes:
        seq: Number of the line.
        kind: ``altered``, ``missing``, ``displaced``, ``replaced``, ``cut`` or ``added``.
        against: Anchor that tells it; empty where the log itself does.
    """

    seq: int
    kind: str
    against: str = ""


def chain(
    previous_digest: str,
    *,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, Any],
) -> str:
    """Return the digest of an entry that follows another.

    Returns:
        SHA-256 (hex) over its canonical JSON: keys in order, without spaces, in UTF-8.
    """
    told = {
        "previous_digest": previous_digest,
        "seq": seq,
        "at": in_utc(at).isoformat(timespec="microseconds"),
        "actor": actor,
        "action": action,
        "subject": subject,
        "details": dict(details),
    }
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def find_faults(
    entries: Iterable[AuditEntry], head: Head, anchors: Iterable[Anchor] = ()
) -> list[Fault]:
    """Find every place where a log is not as it was written.

    Args:
        entries: Every line, by number.
        head: The end of the log, as it is kept beside the lines.
        anchors: What was seen of the log before, and is kept elsewhere. Without any, a log
            that was written anew from some line on to its end looks whole.

    Returns:
        By number; none where the log is whole.
    """
    wanted: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.seq, []).append(anchor)
    faults: list[Fault] = []
    last = Head(0, BEGINNING)
    for entry in entries:
        faults += _faults_of(entry, last)
        faults += [
            Fault(entry.seq, REPLACED, anchor.where)
            for anchor in wanted.get(entry.seq, ())
            if anchor.digest != entry.digest
        ]
        last = Head(entry.seq, entry.digest)
    faults += _faults_at_end(last, head)
    faults += [
        Fault(last.seq + 1, CUT, anchor.where)
        for seq, told in sorted(wanted.items())
        for anchor in told
        if seq > last.seq
    ]
    return sorted(faults, key=lambda fault: fault.seq)


def _faults_of(entry: AuditEntry, last: Head) -> Iterator[Fault]:
    if entry.seq > last.seq + 1:
        yield Fault(last.seq + 1, MISSING)
    elif entry.seq <= last.seq or entry.previous_digest != last.digest:
        yield Fault(entry.seq, DISPLACED)
    told = {name: getattr(entry, name) for name in _TOLD}
    if entry.digest != chain(entry.previous_digest, **told):
        yield Fault(entry.seq, ALTERED)


def _faults_at_end(last: Head, head: Head) -> Iterator[Fault]:
    if last.seq < head.seq:
        yield Fault(last.seq + 1, CUT)
    elif last.seq > head.seq:
        yield Fault(head.seq + 1, ADDED)
    elif last.digest != head.digest:
        yield Fault(last.seq, REPLACED)


def parse_anchor(text: str, where: str) -> Anchor | None:
    """Read ``SEQ:DIGEST``, as `motbild audit verify` prints it; None where it is none."""
    found = re.fullmatch(r"([1-9]\d{0,17}):([0-9a-f]{64})", text.strip().lower())
    return Anchor(int(found[1]), found[2], where) if found else None
