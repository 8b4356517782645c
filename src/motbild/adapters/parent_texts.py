"""Texts that posts answer, gathered from files before these are classified.

A reply may stand far before the post that it answers, in another file, so files are read
twice to gather: which posts are answered, then what these say. What is gathered lies in a
private temporary database, which SQLite keeps in memory while it is small and else in a
file without a name that is gone with the process.
"""

import sqlite3
from collections.abc import Iterable

from motbild.core.intake import mask_posts
from motbild.core.records import RawPost

_TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE answered (
    platform TEXT, native_id TEXT, PRIMARY KEY (platform, native_id)
) WITHOUT ROWID;
CREATE TABLE parents (
    platform TEXT, native_id TEXT, file_number INTEGER, text TEXT,
    PRIMARY KEY (platform, native_id, file_number)
) WITHOUT ROWID;
"""


class ParentTexts:
    """The masked texts of those posts that other posts answer."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(_TABLES)

    def note_answered(self, posts: Iterable[RawPost]) -> int:
        """Note which posts are answered; return how many are known to be by now."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO answered VALUES (?, ?)",
            ((post.platform, post.reply_to) for post in posts if post.reply_to),
        )
        [(count,)] = self._connection.execute("SELECT count(*) FROM answered")
        return int(count)

    def keep(self, posts: Iterable[RawPost], file_number: int) -> None:
        """Keep what the answered among the posts of a file say, as first worded there."""
        for post in posts:
            key = (post.platform, post.native_id)
            if self._has("SELECT 1 FROM answered WHERE platform = ? AND native_id = ?", key):
                (masked,) = mask_posts([post])
                self._connection.execute(
                    "INSERT OR IGNORE INTO parents VALUES (?, ?, ?, ?)",
                    (*key, file_number, masked.text),
                )

    def find(self, post: RawPost, file_number: int) -> str | None:
        """Return the masked text that a post answers, or None where it is in no file.

        Files that tell no platform may number their posts alike: the post's own file is
        asked first, then the others in their order.
        """
        if post.reply_to is None:
            return None
        found = self._connection.execute(
            "SELECT text FROM parents WHERE platform = ? AND native_id = ? "
            "ORDER BY file_number <> ?, file_number LIMIT 1",
            (post.platform, post.reply_to, file_number),
        ).fetchone()
        return str(found[0]) if found else None

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def _has(self, query: str, parameters: tuple[str, ...]) -> bool:
        return self._connection.execute(query, parameters).fetchone() is not None
