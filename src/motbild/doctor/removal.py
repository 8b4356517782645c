"""What should be gone: whether retention runs, its work is ended and the key is young enough."""

from datetime import UTC, datetime, timedelta

from motbild.adapters.keys import load_moment
from motbild.adapters.removal_mark import RemovalMark
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.errors import MotbildError
from motbild.settings import Settings

# A retention shows in the next snapshot, which may be a night later.
_OVERDUE = timedelta(days=3)
_RUNS = """
SELECT max(started_at) FILTER (kind = 'retention') AS last, min(started_at) AS first
FROM analyst.nights
"""


def look_at_retention(settings: Settings) -> str:
    """See that retention has run in the last days, once there is something to take."""
    if not settings.snapshot_link.exists():
        return "none yet; it follows the first nights"
    [runs] = query_snapshot(settings.snapshot_link, _RUNS).to_pylist()
    since = runs["last"] or runs["first"]
    age = datetime.now(UTC) - since if since else timedelta(0)
    if age > _OVERDUE:
        told = "The last retention began" if runs["last"] else "No retention has run since a night"
        raise MotbildError(
            f"{told} {age.days} days ago, so that things are kept for longer than decided; see "
            "that `motbild schedule` runs, or run `motbild retention`."
        )
    return f"{since:%Y-%m-%d %H:%M} UTC" if runs["last"] else "none yet"


def look_at_removal(settings: Settings) -> str:
    """See that no removal was cut short, after which some file may hold what was taken away."""
    due = RemovalMark(settings.removal_mark).read()
    if due is None:
        return "nothing is due"
    since = f" since {due.since:%Y-%m-%d %H:%M} UTC" if due.since else ""
    raise MotbildError(
        f"What was taken away may still lie in some file{since}: a run was cut short, or the disk "
        "had no room to build the warehouse anew. Run `motbild retention`, which ends it."
    )


def look_at_key(settings: Settings) -> str:
    """See that the key of the pseudonyms is not older than it may be."""
    if not settings.key_file.exists():
        return "no key yet; the first night makes one"
    age = datetime.now(UTC) - load_moment(settings.key_file)
    days = settings.pseudonym_key_days
    if days and age > timedelta(days=days) + _OVERDUE:
        raise MotbildError(
            f"The key of the pseudonyms is {age.days} days old, and {days} are allowed "
            "(MOTBILD_PSEUDONYM_KEY_DAYS); run `motbild retention`, which replaces it."
        )
    return f"{age.days} days old"
