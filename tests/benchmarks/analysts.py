"""Measure whether analysts who query all day are ever in a night's way, or it in theirs.

    python tests/benchmarks/analysts.py [--analysts 20] [--nights 10] [--decisions 2000]

Nights run in this process, over posts that nobody wrote and with a model that reads words.
Analysts are threads of a few processes: each opens the newest snapshot, asks a worked query,
by DuckDB, by ADBC or of the Parquet files, and closes it, over and over. Reviewers decide in
a process of their own. Any query or write that fails makes the measurement fail.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.core.acts import Act
from motbild.core.decisions import Decision
from motbild.settings import Settings
from tests.benchmarks.analyst_queries import WAYS, load_queries
from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.homes import Home, write_posts

LIBRARIES = ("duckdb", "pyarrow", "adbc-driver-manager", "sqlalchemy")
PROCESSES = 4
REVIEWERS = 4
_THINKING = 0.5  # seconds between two queries of one analyst
_TEXTS = """
    SELECT min(post_id) AS post_id, text_digest, count(*) AS copy_count
    FROM core.flags JOIN core.posts USING (post_id)
    GROUP BY text_digest ORDER BY text_digest LIMIT ?
"""
_SIGNS = "bcdfghjklmnpqrstvwxz"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody waited for one thing.

    Attributes:
        kind: For what.
        seconds: How long.
        failure: What went wrong, or None.
    """

    kind: str
    seconds: float
    failure: str | None = None


def timed(kind: str, act: Callable[[], object]) -> Wait:
    """Do something, and say how long it took and whether it failed."""
    begun = time.perf_counter()
    try:
        act()
    except Exception as error:  # whatever it is, somebody's query has failed
        first = (str(error).splitlines() or [""])[0]
        return Wait(kind, time.perf_counter() - begun, f"{kind}: {type(error).__name__}: {first}")
    return Wait(kind, time.perf_counter() - begun)


def query_all_day(home: Path, first: int, count: int, is_over: Event, told: Any) -> None:
    """Be some of the analysts until the day is over, and tell what they waited."""
    waits: list[Wait] = []
    queries = load_queries()

    def work(number: int) -> None:
        turn = number
        while not is_over.is_set():
            kind, ask = WAYS[turn % len(WAYS)]
            name = sorted(queries)[turn % len(queries)]
            waits.append(timed(kind, lambda: ask(home, queries[name])))  # noqa: B023
            turn += 1
            time.sleep(_THINKING)

    threads = [threading.Thread(target=work, args=(first + n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(waits)


def decide_all_day(home: Path, count: int, seconds_between: float, told: Any) -> None:
    """Be the reviewers: decide on so many texts, each once, and tell what they waited."""
    settings = Settings.load(home=home)
    query = _TEXTS.replace("?", str(count))
    rows = query_snapshot(settings.snapshot_link, query).to_pylist()
    waits: list[Wait] = []

    def work(store: ReviewStore, mine: Sequence[Mapping[str, Any]], name: str) -> None:
        for row in mine:
            waits.append(timed("decision", lambda: _decide(store, row, name)))  # noqa: B023
            time.sleep(seconds_between * REVIEWERS)

    with closing(open_review_store(settings.review_store_to_make)) as store:
        threads = [
            threading.Thread(target=work, args=(store, rows[n::REVIEWERS], f"person{n}"))
            for n in range(REVIEWERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    told.put(waits)


def _decide(store: ReviewStore, row: Mapping[str, Any], name: str) -> None:
    digest, now = row["text_digest"], datetime.now(UTC)
    decision = Decision(
        f"d-{digest}", row["post_id"], digest, "confirm", name, now, narratives=("kidnappning",)
    )
    store.decisions.decide(Act(f"a-{digest}", digest, (decision,)), seen_seq=0, actor=name, now=now)


def run_days(home: Home, asked: argparse.Namespace) -> tuple[list[Wait], int]:
    """Let nights, analysts and reviewers work at once.

    Returns:
        What everybody waited, and how many decisions the warehouse holds in the end.
    """
    folder = home.folder.parent
    waits = [_night(home, folder, 0, asked.decisions, "first night")]
    spawn = multiprocessing.get_context("spawn")
    is_over, told = spawn.Event(), spawn.Queue()
    each = -(-asked.analysts // PROCESSES)
    shares = [min(each, asked.analysts - n * each) for n in range(PROCESSES)]
    others = [
        spawn.Process(target=query_all_day, args=(home.folder, n * each, share, is_over, told))
        for n, share in enumerate(shares)
        if share > 0
    ]
    pace = waits[0].seconds * asked.nights / 2 / asked.decisions
    others.append(
        spawn.Process(target=decide_all_day, args=(home.folder, asked.decisions, pace, told))
    )
    for other in others:
        other.start()
    for number in range(1, asked.nights + 1):
        waits.append(_night(home, folder, number, asked.posts, "night"))
        print(f"night {number}: {waits[-1].seconds:.0f} s", flush=True)
    others[-1].join(timeout=0)
    is_over.set()
    for _ in others:
        waits += told.get()
    for other in others:
        other.join()
    waits.append(_night(home, folder, asked.nights + 1, 1, "last night, which folds the rest"))
    [(kept,)] = home.rows("SELECT count(*) FROM core.decisions")
    return waits, int(kept)


def _night(home: Home, folder: Path, number: int, count: int, kind: str) -> Wait:
    path = write_posts(folder / f"night-{number}.jsonl", *_posts(number, count))
    return timed(kind, lambda: home.night(path))


def _posts(number: int, count: int) -> list[dict[str, Any]]:
    """Return posts, half of which are flagged from the second night on; of the first, all."""
    moment = datetime.now(UTC) - timedelta(days=12 - number, hours=3)
    return [
        {
            "id": f"{number}-{n}",
            "platform": ("x", "tiktok", "facebook")[n % 3],
            "author": f"a{n % 50}",
            "lang": ("sv", "ar", "en", "so")[n % 4],
            "created_at": (moment - timedelta(seconds=37 * n % 80_000)).isoformat(),
            "text": f"{_topic(number, n)} {_word(number * 10**6 + n)}",
            "view_count": n * 31 % 5_000,
        }
        for n in range(count)
    ]


def _topic(number: int, n: int) -> str:
    return "kidnappning" if number == 0 or n % 2 else "kaffe"


def _word(number: int) -> str:
    """Return words that no other number has, so that no two texts are one."""
    signs = ""
    while number:
        number, rest = divmod(number, len(_SIGNS))
        signs = _SIGNS[rest] + "aeiouy"[rest % 6] + signs
    return f"{signs} igår på {signs[::-1]} torget"


def render(waits: Sequence[Wait], kept: int, asked: argparse.Namespace, load: float) -> str:
    """Return what was measured as Markdown, with how."""
    taken: dict[str, list[Wait]] = defaultdict(list)
    for wait in waits:
        taken[wait.kind].append(wait)
    rows = [(kind, _cells(some)) for kind, some in taken.items()]
    failed = [wait for wait in waits if wait.failure]
    return "\n".join(
        [
            f"`python tests/benchmarks/analysts.py --analysts {asked.analysts} "
            f"--nights {asked.nights} --decisions {asked.decisions} --posts {asked.posts}`",
            "",
            f"{describe_run(LIBRARIES)} Other work ran on the same cores: the load average was "
            f"{load:.0f} before and {os.getloadavg()[0]:.0f} after. It tells whether anybody "
            "waits for anybody, and less how fast a machine of one's own would be.",
            "",
            f"- {len(waits)} things done at once, {len(failed)} of which failed",
            f"- {kept} of {asked.decisions} decisions are in the warehouse after the last night",
            "",
            render_table(["seconds waited for", "count", "p50", "p95", "longest", "failed"], rows),
        ]
    )


def _cells(waits: Sequence[Wait]) -> list[str]:
    taken = sorted(wait.seconds for wait in waits)
    at = [taken[min(len(taken) - 1, round(share * len(taken)))] for share in (0.5, 0.95, 1)]
    failed = sum(wait.failure is not None for wait in waits)
    return [str(len(taken)), *(f"{seconds:.3f}" for seconds in at), str(failed)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--analysts", type=int, default=20)
    parser.add_argument("--nights", type=int, default=10)
    parser.add_argument("--decisions", type=int, default=2_000)
    parser.add_argument("--posts", type=int, default=1_000, help="new posts each night")
    parser.add_argument("--docs", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(scratch) / "home")
        home.settings = Settings(home=home.folder, batch_row_count=1_000, parquet_copy=True)
        waits, kept = run_days(home, asked)
    text = render(waits, kept, asked, load)
    print(f"\n{text}")
    failures = [wait.failure for wait in waits if wait.failure]
    for failure in failures[:20]:
        print(failure)
    write_section(asked.docs, "analysts", "Analysts beside nights and decisions", text)
    return 1 if failures or kept != asked.decisions else 0


if __name__ == "__main__":
    sys.exit(main())
