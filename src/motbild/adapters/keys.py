"""The secret keys: files of their own, never in a database.

The first line of a file is the key, the second says since when it is in use.
"""

import os
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from motbild.disk import sync
from motbild.errors import MotbildError

_KEY_BYTES = 32


def load_key(path: Path, *, may_be_made: bool, now: datetime | None = None) -> bytes:
    """Return the key in a file, readable by its owner alone.

    Args:
        path: The file.
        may_be_made: Whether a missing key is made. Where there are pseudonyms already, a
            new one would give every author a second, and must not be.
        now: When a key that is made is said to be in use from.

    Raises:
        MotbildError: The file is missing or not a key, or others may read it.
    """
    if not path.exists():
        if not may_be_made:
            raise MotbildError(
                f"{path} is missing, and posts are stored under it; restore it from a backup."
            )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_key(path, secrets.token_bytes(_KEY_BYTES), now)
    if path.stat().st_mode & 0o077:
        raise MotbildError(
            f"{path} can be read by others than its owner; "
            f"run `chmod 600 {path}` and see who has read it."
        )
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").split()[0])
    except (ValueError, IndexError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise MotbildError(
            f"{path} does not hold a key of {_KEY_BYTES} bytes; restore it from a backup, or "
            "remove it to begin with a new one (authors then get new pseudonyms)."
        )
    return key


def load_moment(path: Path) -> datetime:
    """Return since when the key in a file is in use: as it says, or when it was written."""
    lines = path.read_text(encoding="ascii", errors="replace").split()
    try:
        return datetime.fromisoformat(lines[1])
    except (ValueError, IndexError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def copy_key(path: Path, to: Path) -> None:
    """Let a key be used from another file too; what stands there already stays."""
    _make_key(to, load_key(path, may_be_made=False), load_moment(path))


def replace_key(path: Path, now: datetime) -> None:
    """Put a new key in the place of one, and destroy that.

    A crash leaves the old key or the new one under the name; what it leaves beside is
    destroyed by `destroy_leftovers`.
    """
    retired = path.with_name(f".{path.name}.retired")
    destroy_leftovers(path)
    retired.hardlink_to(path)
    pending = _write_key(path, secrets.token_bytes(_KEY_BYTES), now)
    pending.replace(path)
    sync(path.parent)
    destroy_leftovers(path)


def destroy_leftovers(path: Path) -> None:
    """Write over and remove what a crash has left beside a key."""
    for left in path.parent.glob(f".{path.name}.*"):
        # The name of a key that was never replaced leads to the key itself.
        if not (path.exists() and left.samefile(path)):
            with left.open("r+b") as file:
                file.write(b"0" * left.stat().st_size)
                file.flush()
                os.fsync(file.fileno())
        left.unlink()


def _make_key(path: Path, key: bytes, now: datetime | None) -> None:
    """Write a new key so that the file holds a whole key or is not there."""
    pending = _write_key(path, key, now)
    # A link is refused where a key stands already: two first runs agree on one.
    try:
        path.hardlink_to(pending)
    except FileExistsError:
        pass
    finally:
        pending.unlink()


def _write_key(path: Path, key: bytes, now: datetime | None) -> Path:
    # mkstemp gives mode 600; the same folder, because a link cannot cross file systems.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    told = key.hex() if now is None else f"{key.hex()}\n{now.isoformat(timespec='seconds')}\n"
    try:
        os.write(descriptor, told.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return Path(name)
