"""A backup of a home, taken while nights and the review room go on.

The order is what keeps the stores together: decisions go from the review store into the
warehouse and never back, so the warehouse is copied first. The warehouse of a backup may
lack a decision that its review store has (the next night copies it), and never has one that
the review store lacks.
"""

import errno
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import SecretStr

from motbild.adapters.backups import (
    building_folder,
    copy_file,
    copy_tree,
    describe_files,
    merge_lines,
    read_known,
    remember,
    remove_expired,
    save_manifest,
)
from motbild.adapters.review_store import open_review_store
from motbild.adapters.review_store.copying import (
    copy_review_store,
    find_store_file,
    inspect_review_store,
)
from motbild.adapters.warehouse.copying import copy_warehouse
from motbild.adapters.warehouse.inspecting import inspect_copy
from motbild.core.audit import BEGINNING, Head
from motbild.core.backups import FORM, Manifest, is_limit, name_backup
from motbild.errors import InputError, MotbildError
from motbild.settings import Settings

LIVE, REVIEW, SNAPSHOTS = "live.duckdb", "review.sqlite", "published"
_PATIENCE_SECONDS = 900.0
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        path: Its folder.
        manifest: What it holds.
        size: Bytes.
        removed: Older backups that were taken away, since their time was over.
    """

    path: Path
    manifest: Manifest
    size: int
    removed: Sequence[Path]


@dataclass(frozen=True, slots=True)
class _Stores:
    """What was found in the copies of the stores."""

    migration_number: int
    review_form: int
    review_store: str
    counts: dict[str, int]
    audit: Head


def back_up(
    settings: Settings, folder: Path, *, has_secrets: bool = True, now: datetime | None = None
) -> Backup:
    """Back a home up into a folder of its own, and take away what is past its time there.

    Args:
        settings: Which home, and how long backups are kept.
        folder: Where backups lie; never within the home.
        has_secrets: Whether keys and credentials are copied too.
        now: The moment; by default this one.

    Raises:
        InputError: There is no home, or the folder lies within it.
        MotbildError: A store is damaged, or the disk is full; no half backup is left.
    """
    now = now or datetime.now(UTC)
    _check_places(settings, folder)
    path = folder.resolve() / name_backup(now)
    try:
        with building_folder(folder.resolve(), path.name) as building:
            stores = _copy_home(settings, building, has_secrets=has_secrets)
            manifest = _manifest(settings, building, stores, has_secrets=has_secrets, now=now)
            save_manifest(building, manifest)
    except OSError as error:
        raise (_full(folder) if error.errno in _FULL else error) from None
    remember(settings.backups_file, [*read_known(settings.backups_file), path])
    keep_erasures(settings)
    removed = remove_expired(path.parent, now=now, days=settings.backup_days)
    size = sum(file.size for file in manifest.files.values())
    return Backup(path, manifest, size, removed)


def remove_expired_backups(settings: Settings, now: datetime) -> list[Path]:
    """Take away, wherever this home was backed up, the backups that are past their time."""
    keep_erasures(settings)
    folders = {path.parent for path in read_known(settings.backups_file)}
    return [
        path
        for folder in sorted(folders)
        for path in remove_expired(folder, now=now, days=settings.backup_days)
    ]


def keep_erasures(settings: Settings) -> None:
    """Keep what was erased on request beside the backups too, as far as they can be reached.

    An older backup that is put back brings nothing back then, even where the home is gone.
    """
    for folder in {path.parent for path in read_known(settings.backups_file)}:
        if folder.is_dir():
            merge_lines([settings.erasures_file], folder / settings.erasures_file.name)


def _check_places(settings: Settings, folder: Path) -> None:
    home = settings.home.resolve()
    if not home.is_dir() or not any(home.iterdir()):
        raise InputError(f"There is nothing to back up in {settings.home}; name a home by --home.")
    if folder.resolve().is_relative_to(home):
        raise InputError(
            f"{folder} lies within the home, and would be lost with it; name a folder on another "
            "disk, or at least outside."
        )
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder to put backups into.")


def _copy_home(settings: Settings, building: Path, *, has_secrets: bool) -> _Stores:
    # What waits to be taken in, and addresses that wait for flags, leave these folders once
    # they are in the warehouse: copied before it and after it, they are in one or the other.
    _copy_waiting(settings, building)
    counts: dict[str, int] = {}
    migration_number = 0
    if settings.live_file.exists():
        copy_warehouse(settings.live_file, building / LIVE, patience_seconds=_PATIENCE_SECONDS)
        contents = inspect_copy(building / LIVE, may_change=True)
        migration_number = contents.migration_number
        counts |= {f"{LIVE} {table}": count for table, count in contents.counts.items()}
    _copy_waiting(settings, building)
    review_store, review_form, head = _copy_review(settings, building, counts)
    _copy_rest(settings, building, has_secrets=has_secrets)
    return _Stores(migration_number, review_form, review_store, counts, head)


def _copy_waiting(settings: Settings, building: Path) -> None:
    for folder in (settings.inbox, settings.link_spool):
        copy_tree(folder, building / folder.relative_to(settings.home))
    # Copied too often it costs a rebuilding, and too seldom a removal would be left half done.
    with suppress(FileNotFoundError):
        mark = settings.removal_mark.read_bytes()
        target = building / settings.removal_mark.name
        target.touch(mode=0o600)
        target.write_bytes(mark)


def _copy_review(
    settings: Settings, building: Path, counts: dict[str, int]
) -> tuple[str, int, Head]:
    address = settings.review_store
    if address is None:
        return "none", 0, Head(0, BEGINNING)
    file = find_store_file(address)
    if file is None:
        with closing(open_review_store(address, may_be_made=False)) as store:
            return "elsewhere", 0, store.audit.head()
    copy_review_store(file, building / REVIEW)
    contents = inspect_review_store(building / REVIEW)
    counts |= {f"{REVIEW} {table}": count for table, count in contents.counts.items()}
    return "file", contents.form, contents.head


def _copy_rest(settings: Settings, building: Path, *, has_secrets: bool) -> None:
    home = settings.home
    # The history names versions: copied first, each that it names lies beside it.
    for file in (
        settings.models_folder / "history.jsonl",
        settings.sources_file,
        settings.alert_log,
        settings.erasures_file,
        settings.demo_mark,
        settings.backups_file,
    ):
        if file.is_file():
            copy_file(file, building / file.relative_to(home))
    for version_folder in sorted(settings.models_folder.glob("*/")):
        copy_tree(version_folder, building / version_folder.relative_to(home))
    copy_tree(settings.imported_seeds_folder, building / "imported-seeds")
    _copy_snapshot(settings, building)
    if has_secrets:
        secrets = settings.key_file.parent
        copy_tree(secrets, building / secrets.relative_to(home))


def _copy_snapshot(settings: Settings, building: Path) -> None:
    """Copy the newest snapshot, so that a restored review room can be used before any night."""
    while settings.snapshot_link.exists():
        newest = settings.snapshot_link.resolve()
        try:
            copy_file(newest, building / SNAPSHOTS / newest.name)
        except FileNotFoundError:  # a newer one has taken its place
            (building / SNAPSHOTS / newest.name).unlink(missing_ok=True)
        else:
            return


def tell_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that are set, and every limit in days; no secret and no address of one.

    The home is left out: a backup may be put back elsewhere.
    """
    told = settings.model_dump(mode="json", exclude={"home", "review_address"})
    return {
        f"MOTBILD_{name.upper()}": str(value)
        for name, value in told.items()
        if (is_limit(name) or name in settings.model_fields_set)
        and not isinstance(getattr(settings, name), SecretStr)
    }


def _manifest(
    settings: Settings, building: Path, stores: _Stores, *, has_secrets: bool, now: datetime
) -> Manifest:
    return Manifest(
        form=FORM,
        motbild_version=version("motbild"),
        made_at=now,
        migration_number=stores.migration_number,
        review_form=stores.review_form,
        review_store=stores.review_store,
        has_secrets=has_secrets,
        counts=stores.counts,
        audit=stores.audit,
        settings=tell_settings(settings),
        files=describe_files(building),
    )


def _full(folder: Path) -> MotbildError:
    return MotbildError(
        f"The disk that holds {folder} is full: nothing was backed up, and nothing is left of the "
        "attempt. Make room there, or name a folder on another disk."
    )
