"""How long things are kept, and the protocol of what was taken away."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

UNFLAGGED, QUESTIONS, QUEUED, THREATS = (
    "unflagged-text",
    "question-text",
    "queued-text",
    "threat-text",
)
INBOX, REJECTS, NOTICES, RUN_DETAILS = "inbox-file", "reject", "notice", "run-detail"
KEY, ERASURE = "pseudonym-key", "erase"
SAMPLE = 5  # keys that are shown of what goes


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one kind of thing is kept.

    Attributes:
        rule: Names the kind.
        setting: Name of the setting that says it.
        days: Days that it is kept; 0 keeps it.
    """

    rule: str
    setting: str
    days: int

    @property
    def decided_by(self) -> str:
        """The setting with its value."""
        return f"{self.setting}={self.days}"

    def before(self, now: datetime) -> datetime | None:
        """Return the moment since which a thing must have been kept to go; None where it stays."""
        return now - timedelta(days=self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Deletion:
    """What one rule takes from one table or folder.

    Attributes:
        rule: The rule.
        decided_by: The setting behind it with its value, or ``request``.
        from_table: The table, or the file or folder of the home.
        row_count: Rows, lines or files.
        oldest_day: Earliest day of posting among the rule's posts; None where it is not of posts.
        newest_day: Latest day of posting among them.
        keys_digest: SHA-256 of the rows' keys, hex.
        sample: A few of the keys.
        reference: The decision that the rule rests on, or the case of a request; may be empty.
    """

    rule: str
    decided_by: str
    from_table: str
    row_count: int
    oldest_day: date | None
    newest_day: date | None
    keys_digest: str
    sample: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """One run that takes things away.

    Attributes:
        run_id: The run.
        now: The moment that days are counted back from.
        reference: The decision that the rules rest on, or the case of a request; may be empty.
        is_dry: Whether only to tell what would be taken.
        before: Called before anything is deleted.
    """

    run_id: str
    now: datetime
    reference: str = ""
    is_dry: bool = False
    before: Callable[[], None] = lambda: None


def list_deletion(limit: Limit, place: str, keys: Sequence[str], taking: Taking) -> Deletion:
    """Return what a rule takes from a place of the home, by the keys of what it takes."""
    told = (limit.rule, limit.decided_by, place, len(keys), None, None)
    digest = hashlib.sha256("\n".join(keys).encode()).hexdigest()
    return Deletion(*told, digest, tuple(keys[:SAMPLE]), taking.reference)


def render_protocol(deletions: Sequence[Deletion]) -> str:
    """Write what was taken away as Markdown for the scheduler's page."""
    if not deletions:
        return "# Retention\n\nNothing is past its time.\n"
    header = (
        "| rule | decided by | from | rows | posted from | to |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    rows = [
        f"| {d.rule} | {d.decided_by} | {d.from_table} | {d.row_count} "
        f"| {d.oldest_day or ''} | {d.newest_day or ''} |"
        for d in deletions
    ]
    return "# Retention\n\n" + "\n".join([header, *rows]) + "\n"
