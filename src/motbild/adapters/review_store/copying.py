"""A copy of a review store that lies in a file, while reviewers go on; and what it holds."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from motbild.adapters.review_store.tables import metadata
from motbild.core.audit import BEGINNING, Head
from motbild.errors import ReviewStoreError

_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class ReviewContents:
    """What a review store holds.

    Attributes:
        form: Its form.
        counts: Rows by table.
        head: End of its log.
        last_decision_seq: Number of its last decision; 0 for none.
    """

    form: int
    counts: dict[str, int]
    head: Head
    last_decision_seq: int


def find_store_file(address: str) -> Path | None:
    """Return the file of a review store; None where it lies in another database."""
    url = sa.make_url(address)
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if is_file else None


def copy_review_store(source: Path, target: Path) -> None:
    """Copy a store as it is at one moment, with all that is stored by then.

    SQLite's own copying reads one state of it; nobody waits meanwhile.

    Raises:
        ReviewStoreError: It cannot be read.
    """
    target.touch(mode=0o600)
    try:
        with closing(_open(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
            # A copy has no readers to spare; one file is easier to keep whole than three.
            writing.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise _unreadable(source, error) from None


def inspect_review_store(path: Path) -> ReviewContents:
    """Check every page of a store in a file that nobody writes, and count.

    Raises:
        ReviewStoreError: It cannot be read, or is damaged.
    """
    try:
        with closing(_open(path)) as connection:
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise ReviewStoreError(f"{path} is damaged.")
            return _read(connection)
    except sqlite3.Error as error:
        raise _unreadable(path, error) from None


def is_in_use(path: Path) -> bool:
    """Tell whether anybody else has a store in a file open, such as a review room."""
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.Error:
        return False  # damaged: nobody can be working with it
    return False


def _open(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=_PATIENCE_SECONDS)


def _read(connection: sqlite3.Connection) -> ReviewContents:
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    counts = {
        table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
        for table in sorted(metadata.tables)
        if table in known
    }
    form = connection.execute("SELECT max(version) FROM review_form").fetchone()
    end = connection.execute("SELECT seq, digest FROM audit_head").fetchone()
    last = connection.execute("SELECT max(seq) FROM decisions").fetchone()
    return ReviewContents(
        form=int(form[0] or 0),
        counts=counts,
        head=Head(int(end[0]), end[1]) if end else Head(0, BEGINNING),
        last_decision_seq=int(last[0] or 0),
    )


def _unreadable(path: Path, error: sqlite3.Error) -> Exception:
    if "disk is full" in str(error):
        return OSError(28, "No space left on device", str(path))
    return ReviewStoreError(
        f"{path} cannot be read as a review store ({type(error).__name__}); `motbild doctor` "
        "says more."
    )
