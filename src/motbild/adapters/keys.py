"""The secret key of the pseudonyms: a file of its own, never in a database."""

import os
import secrets
import tempfile
from pathlib import Path

from motbild.errors import MotbildError

_KEY_BYTES = 32


def load_key(path: Path, *, may_be_made: bool) -> bytes:
    """Return the key in a file, readable by its owner alone.

    Args:
        path: The file.
        may_be_made: Whether a missing key is made. Where there are pseudonyms already, a
            new one would give every author a second, and must not be.

    Raises:
        MotbildError: The file is missing or not a key, or others may read it.
    """
    if not path.exists():
        if not may_be_made:
            raise MotbildError(
                f"{path} is missing, and posts are stored under it; restore it from a backup."
            )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_key(path)
    if path.stat().st_mode & 0o077:
        raise MotbildError(
            f"{path} can be read by others than its owner; "
            f"run `chmod 600 {path}` and see who has read it."
        )
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise MotbildError(
            f"{path} does not hold a key of {_KEY_BYTES} bytes; restore it from a backup, or "
            "remove it to begin with a new one (authors then get new pseudonyms)."
        )
    return key


def _make_key(path: Path) -> None:
    """Write a new key so that the file holds a whole key or is not there."""
    # mkstemp gives mode 600; the same folder, because a link cannot cross file systems.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    pending = Path(name)
    try:
        os.write(descriptor, secrets.token_hex(_KEY_BYTES).encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # A link is refused where a key stands already: two first runs agree on one.
    try:
        path.hardlink_to(pending)
    except FileExistsError:
        pass
    finally:
        pending.unlink()
