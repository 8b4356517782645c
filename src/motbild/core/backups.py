"""What a backup is: its name, its manifest, and when its time is over."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from motbild.core.audit import Head
from motbild.errors import InputError

# Raised when an older Motbild could no longer restore what a newer one writes.
FORM = 1
MANIFEST = "manifest.json"

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"motbild-(\d{8}T\d{6}Z)")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a backup.

    Attributes:
        size: Bytes.
        digest: SHA-256, hex.
    """

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        form: Form of the backup.
        motbild_version: The Motbild that wrote it.
        made_at: When the copy of the warehouse began (UTC).
        migration_number: Form of the warehouse; 0 where there is none.
        review_form: Form of the review store; 0 where it holds none.
        review_store: ``file``: in the backup; ``elsewhere``: in a database with backups of its
            own; ``none``: there was none.
        has_secrets: Whether keys and credentials are in it.
        counts: Rows by store and table.
        audit: End of the review room's log.
        settings: Those that were set, and all that say how long something is kept, by their
            names in the environment; never a secret.
        files: What lies in it, by path within.
    """

    form: int
    motbild_version: str
    made_at: datetime
    migration_number: int
    review_form: int
    review_store: str
    has_secrets: bool
    counts: Mapping[str, int]
    audit: Head
    settings: Mapping[str, str]
    files: Mapping[str, File]


def name_backup(made_at: datetime) -> str:
    """Return the name of the folder of a backup."""
    return f"motbild-{made_at.astimezone(UTC):{_STAMP}}"


def parse_name(name: str) -> datetime | None:
    """Return when a backup of that name was made; None where it is the name of none."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def find_expired(names: Iterable[str], *, now: datetime, days: int) -> list[str]:
    """Return the backups whose time is over, the oldest first; never the newest of all.

    Args:
        names: Names of folders; other folders than backups are left alone.
        now: The moment that days are counted back from.
        days: Days that a backup is kept; 0 keeps it.
    """
    made = sorted((at, name) for name in names if (at := parse_name(name)) is not None)
    oldest_kept = now - timedelta(days=days)
    return [name for at, name in made[:-1] if days and at < oldest_kept]


def render_manifest(manifest: Manifest) -> str:
    """Write a manifest as JSON."""
    told = asdict(manifest) | {"made_at": manifest.made_at.astimezone(UTC).isoformat()}
    return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def parse_manifest(text: str, place: str) -> Manifest:
    """Read a manifest.

    Args:
        text: Its JSON.
        place: Where it lies, for messages.

    Raises:
        InputError: It is none, or of a newer form.
    """
    try:
        told = json.loads(text)
        form = int(told["form"])
    except (ValueError, KeyError, TypeError):
        raise InputError(_NO_MANIFEST.format(place)) from None
    if form > FORM:
        raise InputError(
            f"{place} is of a backup of form {form}, which a newer Motbild "
            f"({told.get('motbild_version', 'unknown')}) has written; this one knows form {FORM}: "
            "restore it with the newer one."
        )
    try:
        return _as_manifest(told)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(_NO_MANIFEST.format(place)) from None


_NO_MANIFEST = "{} is no manifest of a backup, or is damaged; name another backup."


def _as_manifest(told: Mapping[str, Any]) -> Manifest:
    return Manifest(
        form=int(told["form"]),
        motbild_version=str(told["motbild_version"]),
        made_at=datetime.fromisoformat(told["made_at"]),
        migration_number=int(told["migration_number"]),
        review_form=int(told["review_form"]),
        review_store=str(told["review_store"]),
        has_secrets=bool(told["has_secrets"]),
        counts={str(name): int(count) for name, count in told["counts"].items()},
        audit=Head(int(told["audit"]["seq"]), str(told["audit"]["digest"])),
        settings={str(name): str(value) for name, value in told["settings"].items()},
        files={
            _as_inner_path(path): File(int(file["size"]), str(file["digest"]))
            for path, file in told["files"].items()
        },
    )


def _as_inner_path(path: str) -> str:
    """Refuse a path that leads out of the backup."""
    parts = path.split("/")
    if not path or path.startswith("/") or ".." in parts or "" in parts or "\\" in path:
        raise ValueError(path)
    return path


def other_settings(manifest: Manifest, now: Mapping[str, str]) -> list[str]:
    """Return the settings that are not as they were, by name."""
    names = {*manifest.settings, *now}
    return sorted(name for name in names if manifest.settings.get(name) != now.get(name))


def is_limit(setting: str) -> bool:
    """Tell whether a setting says how long something is kept."""
    return setting.lower().endswith("_days")


def describe_differences(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Tell in words which counts are not as a manifest says."""
    names = sorted({*expected, *found})
    return [
        f"{name}: {found.get(name, 0)} rows instead of {expected.get(name, 0)}"
        for name in names
        if expected.get(name, 0) != found.get(name, 0)
    ]
