"""Looks over an installation and its home, and says what to mend.

Each thing that is looked at is a function of the settings: it returns in words what it
found, or raises an error whose sentence says what is broken and how to mend it. Nothing is
changed by looking.
"""

from collections.abc import Callable
from dataclasses import dataclass

from motbild.doctor.backups import look_at_backups
from motbild.doctor.folders import look_at_disk, look_at_home, look_at_secrets
from motbild.doctor.installation import (
    look_at_libraries,
    look_at_model,
    look_at_packs,
    look_at_python,
    look_at_sources,
)
from motbild.doctor.nights import look_at_clock, look_at_last_night, look_at_lock
from motbild.doctor.removal import look_at_key, look_at_removal, look_at_retention
from motbild.doctor.scheduling import look_at_schedule, look_at_server
from motbild.doctor.stores import look_at_audit, look_at_review_store, look_at_snapshot
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.wiring.channels import examine_alerts

_LOOKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("python", look_at_python),
    ("libraries", look_at_libraries),
    ("home", look_at_home),
    ("disk", look_at_disk),
    ("secrets", look_at_secrets),
    ("packs", look_at_packs),
    ("model", look_at_model),
    ("sources", look_at_sources),
    ("running now", look_at_lock),
    ("snapshot", look_at_snapshot),
    ("last night", look_at_last_night),
    ("clock", look_at_clock),
    ("retention", look_at_retention),
    ("removal", look_at_removal),
    ("pseudonym key", look_at_key),
    ("server", look_at_server),
    ("schedule", look_at_schedule),
    ("review store", look_at_review_store),
    ("log", look_at_audit),
    ("backup", look_at_backups),
    ("alerts", examine_alerts),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What was looked at.
        is_ok: Whether it is as it should be.
        message: What was found, and what to do where it is not.
    """

    subject: str
    is_ok: bool
    message: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything a night needs; nothing that is found is changed."""
    return [_finding(subject, look, settings) for subject, look in _LOOKS]


def _finding(subject: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(subject, True, look(settings))
    except MotbildError as error:
        return Finding(subject, False, str(error))
    except OSError as error:
        return Finding(subject, False, f"{error.filename}: {error.strerror}; mend it.")
