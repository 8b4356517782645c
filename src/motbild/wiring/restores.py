"""A home put back from a backup: verified, built beside, checked, and renamed into place."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from motbild.adapters.backups import (
    copy_file,
    load_manifest,
    merge_lines,
    read_known,
    remember,
    sync_tree,
    verify_files,
)
from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.review_store import open_review_store
from motbild.adapters.review_store.copying import inspect_review_store, is_in_use
from motbild.adapters.review_store.tables import FORM_VERSION
from motbild.adapters.warehouse.inspecting import inspect_copy
from motbild.adapters.warehouse.migrations import load_migrations
from motbild.adapters.warehouse.snapshots import LINK_NAMES
from motbild.core.audit import Anchor, Fault
from motbild.core.backups import Manifest, describe_differences, is_limit, other_settings
from motbild.core.retention import Deletion
from motbild.errors import InputError, MotbildError, ReviewStoreError, WarehouseError
from motbild.settings import Settings
from motbild.wiring.backups import LIVE, REVIEW, SNAPSHOTS, tell_settings
from motbild.wiring.locked_home import name_run
from motbild.wiring.retention import run_retention


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that was put back.

    Attributes:
        home: The home.
        manifest: What it was put back from.
        set_aside: Where the home lies that stood there before; None where there was none.
        lost: What lies in the home that was set aside and not in this one, by kind; None
            where that home was gone or cannot be read.
        other_settings: Names of the settings that are not as they were.
        deletions: Texts taken away at once, since their time was over.
        failure: Why that could not be done; empty where it was.
    """

    home: Path
    manifest: Manifest
    set_aside: Path | None
    lost: Mapping[str, int] | None
    other_settings: Sequence[str]
    deletions: Sequence[Deletion]
    failure: str


def restore(
    settings: Settings,
    backup: Path,
    *,
    may_replace: bool = False,
    now: datetime | None = None,
) -> Restored:
    """Put a home back from a backup.

    Args:
        settings: Where the home shall lie, and how long texts are kept.
        backup: Folder of the backup.
        may_replace: Whether a home that stands there may be moved aside.
        now: The moment; by default this one.

    Raises:
        InputError: It is no backup, of a newer Motbild, or a home stands there.
        MotbildError: A file is not as it was backed up, or the home does not pass its checks;
            nothing has been changed then.
    """
    now = now or datetime.now(UTC)
    backup, home = backup.resolve(), settings.home.resolve()
    manifest = load_manifest(backup)
    _refuse_newer(settings, manifest, backup)
    has_home = _has_home(home, may_replace=may_replace)
    with ExitStack() as stack:
        if has_home:
            _take_over(stack, settings, now)
        building = home.with_name(f".{home.name}.restoring")
        rmtree(building, ignore_errors=True)
        try:
            _build(backup, building, manifest)
            _remember_erasures(settings, backup, building)
            _check(building, manifest, backup)
        except BaseException:
            rmtree(building, ignore_errors=True)
            raise
        set_aside = _put_in_place(building, home, now, has_home=has_home)
    remember(settings.backups_file, [*read_known(settings.backups_file), backup])
    _note(settings, manifest, backup, now)
    lost = _count_lost(set_aside, settings) if set_aside else None
    others = other_settings(manifest, tell_settings(settings))
    deletions, failure = _retain(settings, others, now)
    return Restored(home, manifest, set_aside, lost, others, deletions, failure)


def _refuse_newer(settings: Settings, manifest: Manifest, backup: Path) -> None:
    known = sum(1 for _ in load_migrations(settings.migrations))
    if manifest.migration_number > known:
        raise InputError(
            f"The warehouse in {backup} is of form {manifest.migration_number}, and this Motbild "
            f"knows {known}: restore it with Motbild {manifest.motbild_version} or later."
        )
    if manifest.review_form > FORM_VERSION:
        raise InputError(
            f"The review store in {backup} is of form {manifest.review_form}, and this Motbild "
            f"knows {FORM_VERSION}: restore it with Motbild {manifest.motbild_version} or later."
        )


def _has_home(home: Path, *, may_replace: bool) -> bool:
    if home.exists() and not home.is_dir():
        raise InputError(f"{home} is a file; name a folder by --home.")
    if home.is_mount():
        raise InputError(
            f"{home} is where a disk is mounted, and cannot be moved aside as a whole; name a "
            "folder within it by --home, and set MOTBILD_HOME to that."
        )
    has_home = home.is_dir() and any(home.iterdir())
    if has_home and not may_replace:
        raise InputError(
            f"{home} is not empty; name another folder by --home, or add --replace to move what "
            "is there aside (nothing of it is deleted)."
        )
    return has_home


def _take_over(stack: ExitStack, settings: Settings, now: datetime) -> None:
    """See that nobody works in the home that is to be moved aside."""
    stack.enter_context(hold_night_lock(settings.home, run_id=name_run(now), now=now))
    store = settings.home / REVIEW
    if store.exists() and is_in_use(store):
        raise ReviewStoreError(
            f"{store} is in use: what people decide now would be lost. Stop the review room "
            "(`systemctl stop motbild-review`) and run again."
        )


def _build(backup: Path, building: Path, manifest: Manifest) -> None:
    building.mkdir(mode=0o700, parents=True)
    verify_files(backup, manifest)
    for path in manifest.files:
        copy_file(backup / path, building / path)
    # What was read a second time may be another than what was verified.
    verify_files(building, manifest)
    for snapshot in (building / SNAPSHOTS).glob("*.duckdb"):
        snapshot.chmod(0o444)
        snapshot.parent.chmod(0o755)
        for name in LINK_NAMES:
            (building / name).symlink_to(f"{SNAPSHOTS}/{snapshot.name}")
    sync_tree(building)


def _remember_erasures(settings: Settings, backup: Path, building: Path) -> None:
    """Add what was erased after the backup, by the home, by other backups and beside them.

    The retention that follows erases it again.
    """
    name = settings.erasures_file.name
    beside = [backup.parent / name, *sorted(backup.parent.glob(f"*/{name}"))]
    merge_lines([*beside, settings.erasures_file], building / name)


def _check(building: Path, manifest: Manifest, backup: Path) -> None:
    """Open both stores, and compare them with the manifest."""
    counts: dict[str, int] = {}
    if (building / LIVE).exists():
        contents = inspect_copy(building / LIVE)
        counts |= {f"{LIVE} {table}": count for table, count in contents.counts.items()}
    faults: list[Fault] = []
    if (building / REVIEW).exists():
        review = inspect_review_store(building / REVIEW)
        counts |= {f"{REVIEW} {table}": count for table, count in review.counts.items()}
        with closing(open_review_store(_address(building), may_be_made=False)) as store:
            end = Anchor(manifest.audit.seq, manifest.audit.digest, "the manifest")
            faults = store.audit.verify([end] if end.seq else [])
    differences = describe_differences(manifest.counts, counts)
    if differences or faults:
        what = differences[0] if differences else f"line {faults[0].seq} of the log"
        raise MotbildError(
            f"What {backup} holds is not what its manifest says ({what}), and nothing was "
            "restored; restore another one."
        )


def _address(home: Path) -> str:
    return f"sqlite:///{(home / REVIEW).resolve()}"


def _put_in_place(building: Path, home: Path, now: datetime, *, has_home: bool) -> Path | None:
    """Rename what was built; return where what stood there before lies now."""
    if not has_home:
        building.rename(home)
        return None
    aside = home.with_name(f"{home.name}-before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    home.rename(aside)
    try:
        building.rename(home)
    except OSError:
        aside.rename(home)
        raise
    return aside


def _note(settings: Settings, manifest: Manifest, backup: Path, now: datetime) -> None:
    """Tell the log that it goes on from a backup."""
    if (settings.home / REVIEW).exists():
        with closing(open_review_store(_address(settings.home))) as store:
            details = {"made_at": manifest.made_at.isoformat()}
            store.audit.note("restored", backup.name, details, actor="terminal", now=now)


def _retain(
    settings: Settings, others: Sequence[str], now: datetime
) -> tuple[Sequence[Deletion], str]:
    """Take away what came back past its time; the home is there whatever becomes of that.

    Nothing is taken by other limits than those that held: a shorter one may be a mistake.
    """
    limits = [name for name in others if is_limit(name)]
    if limits:
        return (), (
            f"{', '.join(limits)} is not as it was when the backup was made; set it as it should "
            "be and run `motbild retention`."
        )
    try:
        return run_retention(settings, now=now), ""
    except MotbildError as error:
        return (), str(error)


def _count_lost(aside: Path, settings: Settings) -> Mapping[str, int] | None:
    """Count what the home that was moved aside holds and the restored one does not."""
    lost: dict[str, int] = {}
    try:
        if (aside / REVIEW).exists():
            before = inspect_review_store(aside / REVIEW).counts
            after = inspect_review_store(settings.home / REVIEW).counts
            # The line that tells of the restoring is new.
            restored = {"decisions": after["decisions"], "audit": after["audit"] - 1}
            lost |= {
                "decisions": max(before["decisions"] - restored["decisions"], 0),
                "lines of the log": max(before["audit"] - restored["audit"], 0),
            }
        if (aside / LIVE).exists():
            old, new = inspect_copy(aside / LIVE).counts, inspect_copy(settings.live_file).counts
            for table, told in (("ops.runs", "runs"), ("core.posts", "posts")):
                lost[told] = max(old.get(table, 0) - new.get(table, 0), 0)
    except (WarehouseError, ReviewStoreError, KeyError, OSError):
        return None
    return lost
