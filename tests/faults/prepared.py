"""A home whose first night is over and whose second is to come, and what must come of it."""

import json
import multiprocessing
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from motbild.adapters.review_store import open_review_store
from motbild.core.acts import Act
from motbild.core.decisions import Decision
from tests import night_process
from tests.faults.content import Content, compare, read_content
from tests.faults.orders import FIRST_NIGHT, MENDING, SECOND_NIGHT, Order
from tests.rooms import HASH

PEOPLE = ("gun", "gert", "gry")
_PATIENCE_SECONDS = 600
_POST_COUNT = 120
_DECIDED_COUNT = 6


@cache
def processes() -> ForkServerContext:
    """Return what starts processes that have the heavy imports behind them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.process"])
    return context


def start(order: Order) -> ForkServerProcess:
    """Begin what is ordered."""
    from tests.faults.process import carry_out

    order.told.unlink(missing_ok=True)
    process = processes().Process(target=carry_out, args=(order,))
    process.start()
    return process


def finish(process: ForkServerProcess) -> int:
    """Wait for a process; return its exit code, negative where a signal ended it."""
    process.join(_PATIENCE_SECONDS)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("a command did not come to its end")
    return process.exitcode


@dataclass(frozen=True)
class Prepared:
    """A folder with a home to copy.

    Attributes:
        folder: Holds ``home`` and what it grew from.
        expected: What the home holds after an undisturbed second night.
        before: Flagged posts that the snapshot shows before that night.
        after: And after it.
        seconds: How long that night took.
        counts: How often it touched a file and gave the warehouse a statement.
    """

    folder: Path
    expected: Content = field(repr=False)
    before: int
    after: int
    seconds: float
    counts: Mapping[str, int]

    @property
    def home(self) -> Path:
        """The home, after its first night."""
        return self.folder / "home"

    @property
    def undisturbed(self) -> Path:
        """The home after an undisturbed second night."""
        return self.folder / "undisturbed"

    def copy(self, to: Path) -> Path:
        """Copy the home for one trial."""
        shutil.copytree(self.home, to, symlinks=True, dirs_exist_ok=True)
        return to

    def is_whole(self, flagged_count: object) -> bool:
        """Tell whether a snapshot with so many flagged posts is one of a whole night."""
        return flagged_count in (self.before, self.after)


def prepare(folder: Path) -> Prepared:
    """Make a home, run its first night, and see what an undisturbed second one makes of it."""
    home = folder / "home"
    lines = _write_posts(folder)
    _furnish(home)
    (home / "inbox" / "first.jsonl").write_text(lines[0], encoding="utf-8")
    _night(folder, home, FIRST_NIGHT)
    _decide(home)
    (home / "inbox" / "second.jsonl").write_text(lines[1], encoding="utf-8")
    undisturbed = folder / "undisturbed"
    shutil.copytree(home, undisturbed, symlinks=True)
    begun = datetime.now(UTC)
    _night(folder, undisturbed, SECOND_NIGHT)
    seconds = (datetime.now(UTC) - begun).total_seconds()
    counts = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    expected = read_content(undisturbed)
    # What is compared must not change by a night more: a fault may cost one.
    _night(folder, undisturbed, MENDING)
    again = compare(expected, read_content(undisturbed))
    if again.lost or again.doubled:
        raise AssertionError(f"a night more changes what is compared: {again}")
    before = len(read_content(home)["analyst.duckdb core.flags"])
    after = len(expected["analyst.duckdb core.flags"])
    return Prepared(folder, expected, before, after, seconds, counts)


def _write_posts(folder: Path) -> tuple[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "posts.jsonl"
    night_process.write_posts(path, _POST_COUNT)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    half = len(lines) // 2
    return "".join(lines[:half]), "".join(lines[half:])


def _furnish(home: Path) -> None:
    """Give a home its folders, its key, and people who review."""
    (home / "inbox").mkdir(parents=True)
    key = home / "secrets" / "pseudonym.key"
    key.parent.mkdir(mode=0o700)
    # The same key everywhere: what is compared should differ by the fault alone.
    key.write_text("ab" * 32)
    key.chmod(0o600)
    store = open_review_store(f"sqlite:///{home / 'review.sqlite'}")
    for login in PEOPLE:
        store.accounts.create(
            login,
            login.title(),
            "reviewer",
            HASH,
            must_change_password=False,
            actor="terminal",
            now=FIRST_NIGHT,
        )
    store.close()


def _night(folder: Path, home: Path, now: datetime) -> None:
    order = Order(home, folder / "told.txt", now=now)
    if finish(start(order)):
        raise AssertionError(order.told.read_text(encoding="utf-8"))


def _decide(home: Path) -> None:
    """Let people decide on posts of the first night."""
    posts = sorted(read_content(home)["live.duckdb core.texts"], key=repr)[:_DECIDED_COUNT]
    store = open_review_store(f"sqlite:///{home / 'review.sqlite'}")
    for number, row in enumerate(posts):
        digest = next(str(cell) for cell in row if len(str(cell)) == 64)
        decision = Decision(
            f"d{number}", f"p{number}", digest, "reject", "gun", FIRST_NIGHT, narratives=()
        )
        act = Act(f"a{number}", digest, (decision,))
        store.decisions.decide(act, seen_seq=0, actor="gun", now=FIRST_NIGHT)
    store.close()


def stage_names() -> Sequence[str]:
    """Return the stages of a night, in their order."""
    from motbild.stages import NIGHTLY_ORDER

    return NIGHTLY_ORDER
