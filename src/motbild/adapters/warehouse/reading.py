"""The newest snapshot, held open for many readers at once, with tables of their own beside it.

A snapshot never changes, so what is worked out from it once holds for as long as it is the
newest. Each is attached, read-only, to a database in memory: what readers prepare lies there,
and goes when a newer snapshot takes its place.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

import duckdb
import pyarrow as pa

from motbild.adapters.warehouse.failures import is_damage, tell_damage
from motbild.errors import WarehouseError

MEMORY_LIMIT = "256MB"
_MOST_LATELY = 64
_TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'snapshot'"
T = TypeVar("T")


class OpenSnapshot:
    """One snapshot with the tables prepared beside it, safe to use from many threads.

    Attributes:
        name: File name of the snapshot; another snapshot has another.
    """

    def __init__(self, path: Path, prepare: str) -> None:
        self.name = path.name
        self._connection = duckdb.connect(
            ":memory:", config={"threads": 1, "memory_limit": MEMORY_LIMIT}
        )
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS snapshot (READ_ONLY)")
        self._connection.execute("SET enable_external_access = false")
        self._idle: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        self._known: dict[object, object] = {}
        self._making: dict[object, threading.Lock] = {}
        self._lately: dict[object, object] = {}
        self._knowing = threading.Lock()
        if prepare:
            with self._cursor() as cursor:
                cursor.execute(prepare)

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query, each as a mapping from column to value."""
        with self._cursor() as cursor:
            cursor.execute(query, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def table(self, query: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Return the rows of a query as an Arrow table."""
        with self._cursor() as cursor:
            return cursor.sql(query, params=list(parameters)).to_arrow_table()

    def batches(
        self, query: str, parameters: Sequence[object] = (), size: int = 10_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a query in batches, so that a long list takes little memory."""
        with self._cursor() as cursor:
            yield from cursor.sql(query, params=list(parameters)).to_arrow_reader(size)

    def has_table(self, name: str) -> bool:
        """Tell whether the snapshot has a table; one of before it was made has none."""
        known = self.once("tables", lambda: self.rows(_TABLES))
        return any(row["table_name"] == name for row in known)

    def change(self, statements: str, incoming: pa.Table) -> None:
        """Change prepared tables, at once for all readers.

        One thread at a time may do so.

        Args:
            statements: SQL that reads the rows as ``incoming``.
            incoming: The rows.
        """
        with self._cursor() as cursor:
            cursor.register("incoming", incoming)
            cursor.execute("BEGIN")
            cursor.execute(statements)
            cursor.execute("COMMIT")
            cursor.unregister("incoming")
        self._lately = {}

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Return what was made under a key, made now if it is asked for the first time."""
        if key not in self._known:
            with self._knowing:
                making = self._making.setdefault(key, threading.Lock())
            with making:  # who else asks for it waits, and does not do the same work
                if key not in self._known:
                    self._known[key] = make()
        return cast(T, self._known[key])

    def lately(self, key: object, make: Callable[[], T]) -> T:
        """Return what was made under a key since the prepared tables were last changed."""
        lately = self._lately  # a change puts another in its place
        if key in lately:
            return cast(T, lately[key])
        made = make()
        if len(lately) < _MOST_LATELY:
            lately[key] = made
        return made

    def close(self) -> None:
        """Close every connection; nobody may be reading."""
        while not self._idle.empty():
            self._idle.get_nowait().close()
        self._connection.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            cursor = self._idle.get_nowait()
        except Empty:
            cursor = self._connection.cursor()
            cursor.execute("SET TimeZone = 'UTC'")
            cursor.execute("USE snapshot")
        try:
            yield cursor
        except BaseException as error:
            cursor.close()  # may hold a transaction
            if isinstance(error, duckdb.Error) and is_damage(error):
                raise WarehouseError(tell_damage(self.name)) from None
            raise
        self._idle.put(cursor)


class SnapshotReader:
    """Opens whatever snapshot is the newest."""

    def __init__(
        self,
        link: Path,
        prepare: str = "",
        complete: Callable[[OpenSnapshot], None] = lambda _: None,
    ) -> None:
        """Take note of where the newest lies.

        Args:
            link: The link that publishing flips.
            prepare: SQL that makes tables in the database ``memory`` from a snapshot.
            complete: Called with a snapshot before anybody reads it.
        """
        self._link = link
        self._prepare = prepare
        self._complete = complete
        self._open: OpenSnapshot | None = None
        self._opening = threading.Lock()

    def newest(self) -> OpenSnapshot:
        """Return the newest snapshot; whoever has an older one may go on with it.

        While one thread opens a newer one, others are given the one before.

        Raises:
            WarehouseError: Nothing has been published, or it cannot be opened.
        """
        if not self._link.exists():
            raise WarehouseError(
                f"{self._link} is not there; run `motbild nightly` once to publish a first "
                "snapshot."
            )
        path = self._link.resolve()
        found = self._open
        if found is not None and found.name == path.name:
            return found
        if not self._opening.acquire(blocking=found is None) and found is not None:
            return found
        try:
            if self._open is None or self._open.name != path.name:
                self._open = self._opened(path)
            return self._open
        finally:
            self._opening.release()

    def close(self) -> None:
        """Let go of what is open; nobody may be reading."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _opened(self, path: Path) -> OpenSnapshot:
        try:
            opened = OpenSnapshot(path, self._prepare)
            self._complete(opened)
        except duckdb.Error as error:
            raise WarehouseError(
                f"{path} cannot be opened as a snapshot ({type(error).__name__}); "
                "run `motbild nightly` to publish a new one."
            ) from error
        return opened
