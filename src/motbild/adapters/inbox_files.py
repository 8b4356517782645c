"""The files of the inbox, which stay there after they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file in the inbox.

    Attributes:
        path: Where it lies.
        changed_at: When it was last changed.
    """

    path: Path
    changed_at: datetime


def list_inbox(folder: Path) -> Iterator[InboxFile]:
    """Yield every file in the inbox and its folders, in order."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_symlink() or path.is_file():
            changed_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
            yield InboxFile(path, changed_at)
