"""The home as a place to write: who may write and read what, and how much room there is."""

import os
import pwd
import shutil
from pathlib import Path

from motbild.adapters.keys import load_key
from motbild.errors import MotbildError
from motbild.settings import Settings

_LEAST_FREE_BYTES = 2 * 1024**3
_LEAST_FREE_FILES = 10_000


def look_at_home(settings: Settings) -> str:
    """See that everything a night writes may be written."""
    written = (
        settings.home,
        settings.home / "published",
        settings.inbox,
        settings.models_folder,
        settings.link_spool,
        settings.home / "prefect",
        settings.live_file,
        settings.home / "review.sqlite",
        settings.backups_file,
    )
    for path in (_existing(settings.home), *written):
        if path.exists() and not os.access(path, os.W_OK | (os.X_OK if path.is_dir() else 0)):
            raise MotbildError(
                f"{path} may not be written by the user that runs this ({_user_name()}); "
                f"run `chown -R {_user_name()} {settings.home}` as root, and run Motbild as that "
                "user alone."
            )
    if settings.live_file.exists() and settings.live_file.stat().st_mode & 0o077:
        raise MotbildError(
            f"{settings.live_file} can be read by others; run `chmod 600 {settings.live_file}`."
        )
    return f"{settings.home}, written by {_user_name()}"


def look_at_disk(settings: Settings) -> str:
    """See that there is room: bytes, and file entries."""
    place = _existing(settings.home)
    free = shutil.disk_usage(place).free
    if free < _LEAST_FREE_BYTES:
        raise MotbildError(
            f"Only {free / 1024**3:.1f} GB are free where {settings.home} lies; make room for at "
            "least 2 GB."
        )
    entries = os.statvfs(place)
    # File systems that make entries as they need them tell of none.
    if entries.f_files and entries.f_favail < _LEAST_FREE_FILES:
        raise MotbildError(
            f"Only {entries.f_favail} more files can be made where {settings.home} lies, whatever "
            "room there is; remove what fills the disk with small files (`df -i` shows which)."
        )
    return f"{free / 1024**3:.0f} GB free"


def look_at_secrets(settings: Settings) -> str:
    """See that keys and credentials are readable by their owner alone."""
    folder = settings.key_file.parent
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path != settings.key_file and path.is_file() and path.stat().st_mode & 0o077:
            raise MotbildError(
                f"{path} can be read by others than its owner; run `chmod 600 {path}`, and "
                "change what it holds where somebody may have read it."
            )
    if not settings.key_file.exists():
        return "no key yet; the first night makes one"
    load_key(settings.key_file, may_be_made=False)
    return f"{folder}, readable by its owner alone"


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.absolute().parents) if place.exists())


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a user of a container may have no name
        return str(os.geteuid())
