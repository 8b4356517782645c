"""Review work that is hit: the room is killed, its disk fills, its files are damaged."""

import contextlib
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess

import httpx

from motbild.adapters.review_store import open_review_store
from tests.faults.damaging import damage, publish_anew
from tests.faults.disks import fill_disk, release, set_read_only, small_disk
from tests.faults.orders import Order
from tests.faults.prepared import PEOPLE, finish, start
from tests.faults.trials import Trial
from tests.rooms import PASSWORD

_STORE = ("review store", "review.sqlite")
_FIELDS = ("item", "act_id", "seen_seq", "csrf_token")
_QUEUES = ("/granska", "/granska?ko=hot")
_PATIENCE_SECONDS = 90
# What people's decisions change, beside the decisions themselves.
_OF_DECISIONS = (
    *("core.decisions", "core.standing_decisions", "core.flags", "core.threats"),
    *("core.questions", "core.proposals"),
)


@dataclass
class Reviewer:
    """Somebody with a browser, who decides as long as the room answers.

    Attributes:
        saved: Acts that a page called saved.
        refused: Status and page of answers that were none.
    """

    port: int
    login: str
    saved: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def work(self, done: threading.Event) -> None:
        """Decide until there is nothing left, the room is gone, or the work is done."""
        with (
            contextlib.suppress(httpx.TransportError),
            httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60) as client,
        ):
            answer = client.post("/logga-in", data={"login": self.login, "password": PASSWORD})
            if self._is_refused(answer):
                return
            # The cookie is for safe connections only, which a browser says of its own machine.
            client.headers["cookie"] = answer.headers["set-cookie"].split(";")[0]
            while not done.is_set() and self._decide(client):
                pass

    def _decide(self, client: httpx.Client) -> bool:
        for queue in _QUEUES:
            page = client.get(queue)
            if self._is_refused(page):
                return False
            found = {n: re.search(rf'name="{n}" value="([^"]*)"', page.text) for n in _FIELDS}
            fields = {name: match.group(1) for name, match in found.items() if match}
            if len(fields) == len(_FIELDS):
                answer = client.post("/granska/beslut", data={**fields, "val": "reject"})
                if saved := re.search(r"sparat=([0-9a-f]+)", answer.headers.get("location", "")):
                    self.saved.append(saved.group(1))
                return not self._is_refused(answer)
        return False

    def _is_refused(self, answer: httpx.Response) -> bool:
        if answer.status_code >= 400:
            self.refused.append((answer.status_code, answer.text))
        return answer.status_code >= 400


def room_killed(trial: Trial) -> None:
    """Kill the room while three people decide: what a page called saved is there, once."""
    with _room(trial) as (process, port), _at_work(port) as reviewers:
        _wait_for_saved(reviewers)
        time.sleep(trial.draw.uniform(0, 1.5))
        process.kill()
        trial.is_hit = True
    _count_decisions(trial, reviewers)


def room_restarted_in_a_night(trial: Trial) -> None:
    """Kill the room and open it anew while a night runs and people decide."""
    night = trial.order()
    running = start(night)
    everybody = []
    for _ in range(2):
        with _room(trial) as (process, port), _at_work(port) as reviewers:
            _wait_for_saved(reviewers)
            time.sleep(trial.draw.uniform(0, 0.5))
            process.kill()
        everybody += reviewers
    trial.judge(night, finish(running))
    trial.is_hit = True
    _count_decisions(trial, everybody)


def room_on_a_full_disk(trial: Trial) -> None:
    """Fill the disk while people decide: who is refused is told so, and nothing saved is lost."""
    with small_disk(trial.home):
        trial.prepared.copy(trial.home)
        with _room(trial) as (_, port):
            with _at_work(port) as reviewers:
                _wait_for_saved(reviewers)
                fill_disk(trial.home, trial.draw.choice((0, 4096, trial.draw.randint(0, 60_000))))
                time.sleep(1)
            release(trial.home)
            _judge_pages(trial, reviewers)
            with _at_work(port, 1) as others:
                time.sleep(1)
            if any(other.refused for other in others):
                trial.lost.append("the room does not go on when there is room again")
        _count_decisions(trial, [*reviewers, *others])


def room_on_a_read_only_disk(trial: Trial) -> None:
    """Open the room on a disk that takes nothing: it says so and does not open."""
    with small_disk(trial.home):
        trial.prepared.copy(trial.home)
        set_read_only(trial.home, True)
        try:
            trial.run(_room_order(trial, _free_port()), names=_STORE)
        finally:
            set_read_only(trial.home, False)
        trial.mend()


def room_on_a_damaged_store(trial: Trial) -> None:
    """Damage the review store: the room does not open, or says on its pages that it cannot."""
    trial.told.append(damage(trial.home / "review.sqlite", trial.draw))
    _open_and_look(trial, _STORE)
    for name in ("review.sqlite-wal", "review.sqlite-shm"):
        (trial.home / name).unlink(missing_ok=True)
    trial.restore("review.sqlite")
    trial.mend()


def room_on_a_damaged_snapshot(trial: Trial) -> None:
    """Damage the newest snapshot: pages say that they cannot be shown, until a night publishes."""
    newest = (trial.home / "analyst.duckdb").resolve()
    trial.told.append(damage(newest, trial.draw))
    reviewers = _open_and_look(trial, ("snapshot",))
    publish_anew(trial)
    _count_decisions(trial, reviewers)


def _open_and_look(trial: Trial, names: tuple[str, ...]) -> list[Reviewer]:
    """Open the room, let people work in it, and judge its pages and its log."""
    order = _room_order(trial, port := _free_port())
    process = start(order)
    reviewers: list[Reviewer] = []
    if _answers(port, process.is_alive):
        with _at_work(port, 1) as reviewers:
            time.sleep(2)
        _judge_pages(trial, reviewers)
        process.terminate()
        finish(process)
        trial.judge(order, 0, names)
    else:
        trial.judge(order, finish(process), names)
    return reviewers


@contextlib.contextmanager
def _room(trial: Trial) -> Iterator[tuple[ForkServerProcess, int]]:
    """Open the room in a process of its own until the block ends; judge what it logs."""
    order = _room_order(trial, port := _free_port())
    process = start(order)
    if not _answers(port, process.is_alive):
        raise AssertionError(f"no room: {order.told.read_text(encoding='utf-8')[-800:]}")
    try:
        yield process, port
    finally:
        if process.is_alive():
            process.terminate()
        trial.judge(order, min(finish(process), 0))


def _room_order(trial: Trial, port: int) -> Order:
    told = trial.folder / f"room-{port}.txt"
    return replace(Order(trial.home, told), arguments=("review", "--port", str(port)))


@contextlib.contextmanager
def _at_work(port: int, count: int = len(PEOPLE)) -> Iterator[list[Reviewer]]:
    """Let people decide until the block ends."""
    done = threading.Event()
    reviewers = [Reviewer(port, login) for login in PEOPLE[:count]]
    threads = [threading.Thread(target=one.work, args=(done,), daemon=True) for one in reviewers]
    for thread in threads:
        thread.start()
    try:
        yield reviewers
    finally:
        done.set()
        for thread in threads:
            thread.join(_PATIENCE_SECONDS)


def _wait_for_saved(reviewers: list[Reviewer]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not any(one.saved or one.refused for one in reviewers) and time.monotonic() < deadline:
        time.sleep(0.02)


def _judge_pages(trial: Trial, reviewers: list[Reviewer]) -> None:
    """A page that refuses says that nothing saved is gone and what to do."""
    for status, page in (told for one in reviewers for told in one.refused):
        trial.is_hit = True
        if status != 503 or "<h1>" not in page or "Motbild" not in page:
            trial.unclear.append(f"a page answers {status}: {page[-300:]}")


def _count_decisions(trial: Trial, reviewers: list[Reviewer]) -> None:
    """Find each act called saved once: in the store, and after a night in the warehouse."""
    saved = Counter(act for one in reviewers for act in one.saved)
    store = open_review_store(f"sqlite:///{trial.home / 'review.sqlite'}")
    rows = store.decisions.overlay_after(0)
    if store.audit.verify():
        trial.lost.append("the log of the review store does not hold together")
    decided = sorted(store.decisions.after(0)["decision_id"].to_pylist())
    store.close()
    if missing := set(saved) - {row.act_id for row in rows}:
        trial.lost.append(f"{len(missing)} of {len(saved)} acts that were called saved")
    if len(set(decided)) != len(decided):
        trial.doubled.append("decisions stand in the store twice")
    trial.told.append(f"{len(saved)} acts saved")
    trial.mend(but=_OF_DECISIONS)
    folded = trial.rows("SELECT decision_id FROM core.decisions ORDER BY ALL")
    if set(decided) - set(folded):
        trial.lost.append("decisions did not reach the warehouse")
    if len(folded) != len(set(folded)):
        trial.doubled.append("decisions reached the warehouse twice")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int, is_alive: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and is_alive():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.05)
    return False
