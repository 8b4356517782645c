"""How long texts are kept, and the protocol of what was taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

UNFLAGGED, QUEUED = "unflagged-text", "queued-text"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one kind of text is kept.

    Attributes:
        rule: ``unflagged-text`` or ``queued-text``.
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
        """Return the moment since which a text must have been kept to go; None where it stays."""
        return now - timedelta(days=self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Deletion:
    """What one rule takes from one table.

    Attributes:
        rule: The rule.
        decided_by: The setting behind it, with its value.
        from_table: The table.
        row_count: Rows.
        oldest_day: Earliest day of posting among the rule's posts.
        newest_day: Latest day of posting among them.
        keys_digest: SHA-256 of the rows' keys, hex.
        sample: A few of the keys.
    """

    rule: str
    decided_by: str
    from_table: str
    row_count: int
    oldest_day: date | None
    newest_day: date | None
    keys_digest: str
    sample: tuple[str, ...] = ()


def render_protocol(deletions: Sequence[Deletion]) -> str:
    """Write what was taken away as Markdown for the scheduler's page."""
    if not deletions:
        return "# Retention\n\nNo text is past its time.\n"
    header = (
        "| rule | decided by | table | rows | from | to |\n| --- | --- | --- | --- | --- | --- |"
    )
    rows = [
        f"| {d.rule} | {d.decided_by} | {d.from_table} | {d.row_count} "
        f"| {d.oldest_day} | {d.newest_day} |"
        for d in deletions
    ]
    return "# Retention\n\n" + "\n".join([header, *rows]) + "\n"
