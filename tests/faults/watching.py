"""A reader who looks at the published snapshot all the time, and notes what is half there."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

_PAUSE = 0.01
_VIEWS = "SELECT view_name FROM duckdb_views() WHERE schema_name = 'analyst' AND NOT internal"
_SEEN = "SELECT count(*) FROM analyst.flagged_posts"


class Watcher:
    """Opens whatever the link names, as often as it is flipped, and reads every view.

    Attributes:
        half: What was found half published, a sentence each.
        seen: How many snapshots were opened.
    """

    def __init__(self, home: Path, may_be: Callable[[Any], bool] = lambda _: True) -> None:
        """Take note of where to look.

        Args:
            home: The home.
            may_be: Tells whether a number of flagged posts is one of a whole night.
        """
        self.half: list[str] = []
        self.seen = 0
        self._link = home / "analyst.duckdb"
        self._may_be = may_be
        self._was_there = False
        self._known: Path | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        self.look()

    def look(self) -> None:
        """Look once."""
        target = self._target()
        if target is None or target == self._known:
            return
        try:
            self._read(target)
        except duckdb.Error as error:
            # One that newer ones have pushed out may go while it is being opened.
            if self._target() == target:
                self.half.append(f"{target.name} cannot be read ({type(error).__name__})")
        self._known = target

    def _watch(self) -> None:
        while not self._done.is_set():
            self.look()
            time.sleep(_PAUSE)

    def _target(self) -> Path | None:
        try:
            target = self._link.resolve(strict=True)
        except OSError:
            if self._was_there:
                self.half.append("the link leads nowhere")
                self._was_there = False
            return None
        self._was_there = True
        return target

    def _read(self, target: Path) -> None:
        with duckdb.connect(str(target), read_only=True) as connection:
            for (view,) in connection.execute(_VIEWS).fetchall():
                connection.execute(f"SELECT count(COLUMNS(*)) FROM analyst.{view}").fetchall()
            row = connection.execute(_SEEN).fetchone()
        self.seen += 1
        if row is None or not self._may_be(row[0]):
            self.half.append(f"{target.name} shows {row} flagged posts, which no night has")
