"""The log of who saw, decided and exported what: a chain that shows where it was changed.

Each entry carries the digest of the one before it, so that nothing can be altered, left
out or put in between afterwards without the chain breaking there.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
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
)
# What the first entry names as the digest before it.
BEGINNING = "0" * 64


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


def first_break(
    entries: Iterable[AuditEntry], *, after_seq: int = 0, after_digest: str = BEGINNING
) -> int | None:
    """Return the number of the first entry that does not follow from the one before it.

    Args:
        entries: In their order.
        after_seq: Number of the entry before the first of them.
        after_digest: Its digest.
    """
    for entry in entries:
        if entry.seq != after_seq + 1 or entry.digest != _expected(entry, after_digest):
            return entry.seq
        after_seq, after_digest = entry.seq, entry.digest
    return None


def _expected(entry: AuditEntry, previous_digest: str) -> str | None:
    if entry.previous_digest != previous_digest:
        return None
    return chain(
        previous_digest,
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        details=entry.details,
    )
