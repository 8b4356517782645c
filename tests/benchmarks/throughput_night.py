"""One night over a file of posts, in a process of its own: seconds and memory of each stage.

    python tests/benchmarks/throughput_night.py HOME POSTS.jsonl RESULT.json

Run by `throughput.py`, so that no size is measured in the memory that another has left.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.settings import Settings
from motbild.wiring.models import load_model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.benchmarks.month_faults import Clock

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
_EVERY, _ALL_EVERY = 0.02, 1.0  # seconds between two looks at the memory, of one and of all
_MEGABYTE = 1e6
_STATUS = Path("/proc/self/status")


@contextmanager
def watch_memory(measure: Callable[[], float], every: float) -> Iterator[list[float]]:
    """Keep the most memory held meanwhile, in megabytes, by a look every so many seconds."""
    most, is_over = [measure()], threading.Event()

    def look() -> None:
        while not is_over.wait(every):
            most[0] = max(most[0], measure())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        most[0] = max(most[0], measure())
        is_over.set()
        watcher.join()


def resident() -> float:
    """Return the memory that this process holds, in megabytes."""
    for line in _STATUS.read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / _MEGABYTE
    return 0.0


def held_by_all() -> float:
    """Return what this process and its workers hold, what they share counted once."""
    workers = " ".join(path.read_text() for path in Path("/proc/self/task").glob("*/children"))
    return sum(map(_proportional, ["self", *workers.split()]))


def _proportional(process: str) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0.0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")) / _MEGABYTE


def live_through(home: Path, posts: Path) -> dict[str, object]:
    """Run one night; return what it took and what it came to."""
    settings = Settings.load(home=home)
    begun = time.perf_counter()
    model = load_model(settings)
    loaded = time.perf_counter() - begun
    memory: dict[str, float] = {}

    def watched(name: str, step: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        with watch_memory(resident, _EVERY) as most:
            counts = step()
        memory[name] = most[0]
        return counts

    begun = time.perf_counter()
    sources = load_sources(settings, [posts])
    with watch_memory(held_by_all, _ALL_EVERY) as most_of_all:
        report = run_night(settings, sources, run_step=watched, model=model, clock=Clock(NOW))
    return {
        "seconds": time.perf_counter() - begun,
        "loading_seconds": loaded,
        "stage_seconds": dict(report.stage_seconds),
        "stage_megabytes": memory,
        "all_megabytes": most_of_all[0],
        "counts": dict(report.counts),
    }


if __name__ == "__main__":
    home, posts, result = map(Path, sys.argv[1:])
    result.write_text(json.dumps(live_through(home, posts)), encoding="utf-8")
