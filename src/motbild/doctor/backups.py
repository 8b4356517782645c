"""Backups: whether the last one is as young as it should be."""

from datetime import UTC, datetime

from motbild.adapters.backups import read_known
from motbild.core.backups import parse_name
from motbild.errors import MotbildError
from motbild.settings import Settings

_USUAL_HOURS = 48.0


def look_at_backups(settings: Settings) -> str:
    """See that a backup was made lately, where one was ever made or a setting asks for it."""
    known = read_known(settings.backups_file)
    hours = settings.backup_hours or _USUAL_HOURS
    made_at = parse_name(known[-1].name) if known else None
    if made_at is None:
        if settings.backup_hours is None:
            return "none was ever made; `motbild backup DIR` makes one"
        raise MotbildError(
            f"There is no backup, and MOTBILD_BACKUP_HOURS asks for one every {hours:.0f} hours; "
            "run `motbild backup DIR`, with a folder on another disk."
        )
    age = (datetime.now(UTC) - made_at).total_seconds() / 3600
    if age > hours:
        raise MotbildError(
            f"The last backup was made {age:.0f} hours ago, and one is due every {hours:.0f}; see "
            f"why `motbild backup {known[-1].parent}` is not run, or run it."
        )
    return f"{known[-1]}, {age:.0f} hours ago"
