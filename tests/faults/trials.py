"""One fault, what came of it, and how that is judged."""

import random
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from motbild.adapters.night_lock import read_holder
from motbild.doctor.nights import look_at_lock
from motbild.errors import MotbildError
from motbild.settings import Settings
from tests.faults.content import Difference, compare, read_content
from tests.faults.messages import is_death, why_unclear
from tests.faults.orders import MENDING, Order
from tests.faults.prepared import Prepared, finish, start
from tests.faults.watching import Watcher


@dataclass
class Trial:
    """One fault while it is lived through, and what is found wrong.

    Attributes:
        prepared: The home to begin with.
        folder: A folder of its own.
        draw: Draws whatever is drawn.
        home: Its own copy of the home.
        is_hit: Whether the fault made a command fail or die.
        lost: What is missing afterwards, in words.
        doubled: What is there too often.
        half: What was seen half published.
        unclear: Why words about a failure do not help.
        told: What was said, in the order of saying.
    """

    prepared: Prepared
    folder: Path
    draw: random.Random
    is_hit: bool = False
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """Where this trial's home lies."""
        return self.folder / "home"

    @property
    def is_survived(self) -> bool:
        """Whether nothing was lost, doubled, half-published or told unclearly."""
        return not (self.lost or self.doubled or self.half or self.unclear)

    def order(self, **fault: object) -> Order:
        """Return an order to run a night in this home, with a fault."""
        return replace(Order(self.home, self.folder / "told.txt"), **fault)  # type: ignore[arg-type]

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Let somebody read the published snapshot all the time."""
        with Watcher(self.home, self.prepared.is_whole) as watcher:
            yield
        self.half += watcher.half

    def run(self, order: Order, *, names: tuple[str, ...] = ()) -> int:
        """Run a command to its end, and judge its words; names as for `why_unclear`."""
        return self.judge(order, finish(start(order)), names)

    def judge(self, order: Order, exit_code: int, names: tuple[str, ...] = ()) -> int:
        """Judge the words of a command that has ended, and return its exit code."""
        told = order.told.read_text(encoding="utf-8") if order.told.exists() else ""
        said = [line for line in told.splitlines() if line.startswith("motbild:")]
        self.told.append(f"exit {exit_code}: {' '.join(said)}")
        self.is_hit = self.is_hit or exit_code != 0
        if why := why_unclear(exit_code, told, names):
            self.unclear.append(f"{why}: {told[-1500:]}")
        if is_death(exit_code):
            self._ask_doctor()
        return exit_code

    def _ask_doctor(self) -> None:
        """See that a run that died is told of by `motbild doctor`, where it held the home."""
        holder = read_holder(self.home)
        if holder is None or holder.is_alive:
            return
        try:
            self.unclear.append(
                f"the doctor finds nothing: {look_at_lock(Settings(home=self.home))}"
            )
        except MotbildError as error:
            if why := why_unclear(1, f"motbild: {error}\n", ("died",)):
                self.unclear.append(f"{why}: {error}")

    def mend(self, but: Collection[str] = ()) -> None:
        """Run the next night, which must come to its end and make everything whole.

        Args:
            but: Tables and columns that are not compared.
        """
        order = replace(Order(self.home, self.folder / "mended.txt"), now=MENDING)
        with self.watched():
            exit_code = finish(start(order))
        told = order.told.read_text(encoding="utf-8")
        if exit_code != 0:
            self.lost.append(f"the next night fails ({exit_code}): {told[-1500:]}")
            return
        expected = self.prepared.expected
        if but:
            expected = read_content(self.prepared.undisturbed, but)
        self._take(compare(expected, read_content(self.home, but)))
        self._look_for_leftovers()

    def rows(self, query: str) -> list[Any]:
        """Return the first column of a query on the live warehouse, after a night."""
        path = str(self.home / "live.duckdb")
        with duckdb.connect(path, read_only=True) as connection:
            return [row[0] for row in connection.execute(query).fetchall()]

    def _take(self, difference: Difference) -> None:
        if difference.lost:
            self.lost.append(f"rows missing: {dict(difference.lost)}")
        if difference.doubled:
            self.doubled.append(f"rows too many: {dict(difference.doubled)}")

    def _look_for_leftovers(self) -> None:
        left = [*self.home.glob("published/.building*"), *self.home.glob("pending-links/*")]
        if left:
            self.half.append(f"left behind: {', '.join(path.name for path in left)}")

    def restore(self, *names: str) -> None:
        """Put files of the home back as they were, as somebody with a backup would."""
        for name in names:
            there, kept = self.home / name, self.prepared.home / name
            there.unlink(missing_ok=True)
            if kept.exists():
                shutil.copy2(kept, there)
