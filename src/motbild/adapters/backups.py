"""Folders of backups: built beside and renamed, verified by digest, taken away in time.

What is copied into one is not decided here; see `motbild.wiring.backups`.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from motbild.core.backups import (
    MANIFEST,
    File,
    Manifest,
    find_expired,
    parse_manifest,
    parse_name,
    render_manifest,
)
from motbild.disk import sync
from motbild.errors import InputError, LockHeldError, MotbildError

_CHUNK_BYTES = 1 << 20
_BUILDING, _REMOVING = ".building-", ".removing-"


@contextmanager
def building_folder(folder: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder to fill; it gets its name when the block ends well, and goes if not.

    Args:
        folder: Where backups lie; made if need be.
        name: What it is called once it is whole.

    Raises:
        LockHeldError: Another backup is being written there.
        InputError: There is a backup of that name.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone_in(folder):
        _sweep(folder)
        if (folder / name).exists():
            raise InputError(f"{folder / name} is there already; wait a second and run again.")
        building = folder / f"{_BUILDING}{name}"
        building.mkdir(mode=0o700)
        try:
            yield building
            sync_tree(building)
            building.rename(folder / name)
            sync(folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise


def copy_file(source: Path, target: Path) -> None:
    """Copy the bytes of a file, readable by its owner alone."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    with source.open("rb") as reading, target.open("r+b") as writing:
        writing.truncate()
        shutil.copyfileobj(reading, writing, _CHUNK_BYTES)


def copy_tree(source: Path, target: Path) -> None:
    """Add every file of a folder to another, also while files come and go there."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                copy_file(path, target / path.relative_to(source))
            except FileNotFoundError:  # gone meanwhile
                (target / path.relative_to(source)).unlink(missing_ok=True)


def describe_files(folder: Path) -> dict[str, File]:
    """Return size and digest of every file of a folder, by path within."""
    return {
        path.relative_to(folder).as_posix(): _describe(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a backup that is being built."""
    path = folder / MANIFEST
    path.touch(mode=0o600)
    path.write_text(render_manifest(manifest), encoding="utf-8")


def load_manifest(backup: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises:
        InputError: There is none, it is damaged, or of a newer form.
    """
    path = backup / MANIFEST
    try:
        return parse_manifest(path.read_text(encoding="utf-8"), str(path))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"{backup} is no backup: it has no {MANIFEST}. Name a folder that `motbild backup` "
            "has made, such as motbild-20261129T020000Z."
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            f"{path} is no manifest of a backup, or is damaged; name another backup."
        ) from None


def verify_files(folder: Path, manifest: Manifest) -> None:
    """See that every file is as the manifest says.

    Raises:
        MotbildError: One is missing, too short, too long or another; it is named.
    """
    for path, expected in manifest.files.items():
        try:
            found = _describe(folder / path)
        except FileNotFoundError:
            raise MotbildError(_unlike(folder / path, "is missing")) from None
        if found.size != expected.size:
            raise MotbildError(
                _unlike(folder / path, f"has {found.size} bytes instead of {expected.size}")
            )
        if found.digest != expected.digest:
            raise MotbildError(_unlike(folder / path, "is not what was backed up"))


def remove_expired(folder: Path, *, now: datetime, days: int) -> list[Path]:
    """Take away the backups in a folder whose time is over; the newest always stays.

    Args:
        folder: Where backups lie; other things in it are left alone.
        now: The moment that days are counted back from.
        days: Days that a backup is kept; 0 keeps it.
    """
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if (path / MANIFEST).is_file()]
    removed = []
    for name in find_expired(names, now=now, days=days):
        going = folder / f"{_REMOVING}{name}"
        # Half of a backup must never be taken for one.
        (folder / name).rename(going)
        shutil.rmtree(going)
        removed.append(folder / name)
    return removed


def read_known(registry: Path) -> list[Path]:
    """Return the backups that a home remembers, the oldest first; also those that are gone.

    Raises:
        MotbildError: The file cannot be read.
    """
    try:
        paths = [Path(str(path)) for path in json.loads(registry.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError):
        raise MotbildError(
            f"{registry} cannot be read; move it away, and the next `motbild backup` begins a new "
            "one."
        ) from None
    return sorted((p for p in paths if parse_name(p.name)), key=lambda path: path.name)


def remember(registry: Path, backups: list[Path]) -> None:
    """Keep which backups a home has."""
    pending = registry.with_name(f".{registry.name}.pending")
    pending.touch(mode=0o600)
    pending.write_text(json.dumps([str(path) for path in backups], indent=2) + "\n")
    pending.replace(registry)


def merge_lines(sources: Iterable[Path], target: Path) -> None:
    """Add to a file the whole lines of others that it lacks; those that are not there have none."""
    known = _lines(target)
    wanted = dict.fromkeys(line for source in sources for line in _lines(source))
    fresh = [line for line in wanted if line not in known]
    if fresh:
        pending = target.with_name(f".{target.name}.pending")
        pending.touch(mode=0o600)
        pending.write_bytes(b"".join(line + b"\n" for line in [*known, *fresh]))
        sync(pending)
        pending.replace(target)


def sync_tree(folder: Path) -> None:
    """Make sure that everything in a folder is on the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / ".motbild-backup.lock", mode=0o600, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockHeldError(
            f"Another backup is being written into {folder}; wait for it to end and run again."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _sweep(folder: Path) -> None:
    """Remove what a run that died has left."""
    for path in [*folder.glob(f"{_BUILDING}*"), *folder.glob(f"{_REMOVING}*")]:
        shutil.rmtree(path)


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().split(b"\n") if line]
    except FileNotFoundError:
        return []


def _describe(path: Path) -> File:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return File(size, digest.hexdigest())


def _unlike(path: Path, how: str) -> str:
    return (
        f"{path} {how}, so this backup is damaged or was tampered with, and nothing was restored; "
        "restore another one."
    )
