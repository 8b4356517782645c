"""Measure the review room while people work in it, on a large snapshot.

    python tests/benchmarks/review_load.py [--people 20] [--seconds 60] [--posts 1000000]

The application runs in a process of its own; people are threads of this one, each with a
browser's cookie, who think between one page and the next. Halfway through, a newer snapshot
is published. What the server took goes to the terminal and between the markers of a page.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

import httpx

from motbild.adapters.warehouse.reading import SnapshotReader
from motbild.settings import Settings
from motbild.web.room import ITEMS
from tests.benchmarks.big_snapshot import build_snapshot
from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.benchmarks.review_home import flip, furnish, next_snapshot
from tests.benchmarks.review_people import Person, let_work

SERVER = Path(__file__).with_name("review_server.py")
LIBRARIES = ("duckdb", "starlette", "uvicorn", "sqlalchemy")
MEDIAN, P95 = 150, 400  # milliseconds a page may take
AROUND = 5.0  # seconds beside the publishing
_MANY = 20  # requests from which a 95th percentile says something


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as the server saw it.

    Attributes:
        at: When it came.
        address: What it asked for.
        status: How it ended.
        seconds: Until the last byte of the answer.
        worked: Of these, how long a processor was at work for it.
    """

    at: float
    address: str
    status: int
    seconds: float
    worked: float


@dataclass(frozen=True, slots=True)
class Shift:
    """What a time of work left behind.

    Attributes:
        requests: In the order in which they were done.
        peak_bytes: Most memory that the server held.
        failures: What went wrong.
        decided: Decisions that were saved.
        flipped_at: When the newer snapshot was published.
    """

    requests: Sequence[Request]
    peak_bytes: int
    failures: Sequence[str]
    decided: int
    flipped_at: float

    def around_flip(self) -> list[Request]:
        """Return the requests that were under way when the snapshot changed, or soon after."""
        first, last = self.flipped_at - AROUND, self.flipped_at + AROUND
        return [r for r in self.requests if r.at + r.seconds >= first and r.at <= last]


def work_a_shift(settings: Settings, roles: Mapping[str, str], seconds: float) -> Shift:
    """Let people work, with a newer snapshot published in the middle."""
    later = next_snapshot(settings)
    noted = settings.home / "times.json"
    with _serving(settings, noted) as address:
        ends_at = time.monotonic() + seconds
        people = [Person(login, role, address, ends_at) for login, role in roles.items()]
        threads = let_work(people)
        time.sleep(seconds / 2)
        flip(settings, later)
        flipped_at = time.time()
        for thread in threads:
            thread.join()
    told = json.loads(noted.read_text(encoding="utf-8"))
    requests = [Request(*line) for line in told["requests"]]
    failures = [failure for person in people for failure in person.failures]
    failures += [f"{r.address}: {r.status}" for r in requests if r.status >= 500]
    decided = sum(person.decided for person in people)
    return Shift(requests, told["peak_bytes"], failures, decided, flipped_at)


@contextmanager
def _serving(settings: Settings, noted: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SERVER), str(settings.home), str(port), str(noted)]
    server = subprocess.Popen(command)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{address}/logga-in", verify=False)  # noqa: S501 - within one machine
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The server did not begin to answer.")


def measure_opening(settings: Settings) -> float:
    """Return how many seconds it takes to open a snapshot that is not in memory yet."""
    begun = time.monotonic()
    reader = SnapshotReader(settings.snapshot_link, ITEMS.read_text(encoding="utf-8"))
    reader.newest()
    taken = time.monotonic() - begun
    reader.close()
    return taken


def render(shift: Shift, opening: float, told: Mapping[str, int], load: Sequence[float]) -> str:
    """Return what was measured as Markdown, with how."""
    taken: dict[str, list[Request]] = defaultdict(list)
    for request in shift.requests:
        if not request.address.startswith("GET /static"):
            taken[request.address].append(request)
    every = [each for some in taken.values() for each in some]
    rows = [("**all**", _cells(every)), *((f"`{a}`", _cells(t)) for a, t in sorted(taken.items()))]
    around = max(shift.around_flip(), key=lambda request: request.seconds)
    return "\n".join(
        [
            f"`python tests/benchmarks/review_load.py --people {told['people']} "
            f"--seconds {told['seconds']} --posts {told['posts']} --flags {told['flags']}`",
            "",
            f"{describe_run(LIBRARIES)} The people who work ran on the same cores; the load "
            f"average was {load[0]:.1f} before and {load[1]:.1f} after. {told['acts']} earlier "
            f"decisions in the store. Milliseconds from the request's coming to the answer's "
            "last byte, and of these at the median how many a processor was at work; the rest is "
            "waiting for a turn, among all that runs on the machine.",
            "",
            f"- {len(every)} requests, {shift.decided} decisions, "
            f"{len(shift.failures)} that went wrong",
            f"- {_over(taken)}",
            f"- at most {shift.peak_bytes / 1e6:.0f} MB of memory",
            f"- a snapshot is opened in {opening:.1f} seconds; around its publishing halfway, the "
            f"slowest request was `{around.address}` with {1000 * around.seconds:.0f} ms",
            "",
            render_table(["page", "count", "median", "p95", "slowest", "at work"], rows),
        ]
    )


def _cells(requests: Sequence[Request]) -> list[str]:
    worked = [1000 * request.worked for request in requests if request.worked]
    taken = _taken(requests)
    figures = (statistics.median(taken), _p95(taken), max(taken))
    at_work = f"{statistics.median(worked):.0f}" if worked else "-"
    return [str(len(taken)), *(f"{figure:.0f}" for figure in figures), at_work]


def _taken(requests: Sequence[Request]) -> list[float]:
    return [1000 * request.seconds for request in requests]


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, round(0.95 * len(taken)))]


def _over(requests: Mapping[str, Sequence[Request]]) -> str:
    """Tell which pages are too slow; files that are taken away may take longer."""
    taken = {a: _taken(r) for a, r in requests.items() if "/exportera/" not in a}
    slow = {a for a, t in taken.items() if statistics.median(t) > MEDIAN}
    slow |= {a for a, t in taken.items() if len(t) >= _MANY and _p95(t) > P95}
    named = ", ".join(f"`{address}`" for address in sorted(slow)) or "none"
    return f"over {MEDIAN} ms at the median or {P95} ms at the 95th percentile: {named}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--flags", type=int, default=50_000)
    parser.add_argument("--acts", type=int, default=20_000, help="earlier decisions")
    parser.add_argument("--docs", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings.load(home=Path(scratch) / "home")
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
        print("building the snapshot and a year of decisions", flush=True)
        build_snapshot(settings.home, asked.posts, asked.flags, yesterday)
        roles = furnish(settings, asked.people, asked.acts)
        opening, before = measure_opening(settings), os.getloadavg()[0]
        shift = work_a_shift(settings, roles, asked.seconds)
    told = {name: value for name, value in vars(asked).items() if isinstance(value, int)}
    text = render(shift, opening, told, (before, os.getloadavg()[0]))
    print(f"\n{text}")
    for failure in shift.failures[:20]:
        print(failure)
    write_section(asked.docs, "review", "The review room under load", text)
    return 1 if shift.failures else 0


if __name__ == "__main__":
    sys.exit(main())
