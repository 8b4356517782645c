"""Measure how a night grows with its workers, and that it comes to the same.

    python tests/benchmarks/scaling.py [--posts 10000] [--workers 1,2] [--repeats 3] [--write]

Nights in one process, with worker processes of this machine, and on Dask clusters, in turn. A
scheduler and its workers run on this machine, each with one thread, beside the night's own
process. Every night has a new home and a cluster of its own, begun just before it.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

import duckdb

from motbild.adapters.packs import load_pack
from motbild.settings import bundle_root
from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.benchmarks.throughput import DRAW_SEED, Night, run_night
from tests.benchmarks.throughput_posts import read_writing, write_posts
from tests.clusters import running_cluster

_SPREAD = {
    "ingest": ("ingest",),
    "group": ("group",),
    "encode and classify": ("encode", "classify"),
}
_LIBRARIES = ("motbild", "duckdb", "distributed")
# Everything that classifications say, but for which run said it.
_DECISIONS = """
SELECT md5(string_agg(told::VARCHAR, '' ORDER BY told::VARCHAR))
FROM (SELECT * EXCLUDE (run_id) FROM core.classifications) AS told
"""


class Nights:
    """Nights of one kind, and a digest of what each decided."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nights: list[Night] = []
        self.decisions: set[str] = set()

    def run(self, home: Path, posts: Path, **settings: str) -> None:
        """Run one more."""
        self.nights.append(run_night(home, posts, **settings))
        with duckdb.connect(str(home / "live.duckdb"), read_only=True) as connection:
            self.decisions.add(str(connection.execute(_DECISIONS).fetchone()))

    def seconds(self, stages: Sequence[str] = ()) -> float:
        """Return the median of the whole nights, or of some stages together."""
        return median(
            sum(night.stages[name] for name in stages) if stages else night.seconds
            for night in self.nights
        )


def measure(folder: Path, posts: Path, workers: Sequence[int], repeats: int) -> list[Nights]:
    """Run nights here and on clusters, in turn."""
    here, processes = Nights("in one process"), Nights(f"{len(os.sched_getaffinity(0))} processes")
    clusters = [Nights(f"a cluster of {count}") for count in workers]
    for number in range(repeats):
        here.run(folder / f"here-{number}", posts, runner="here")
        processes.run(folder / f"processes-{number}", posts, runner="processes")
        for kind, count in zip(clusters, workers, strict=True):
            place = folder / f"cluster-{count}-{number}"
            place.mkdir()
            with running_cluster(place, count) as cluster:
                told = {"runner": "dask", "runner_address": cluster.address}
                kind.run(place / "home", posts, **told)
    return [here, processes, *clusters]


def render(kinds: Sequence[Nights], post_count: int) -> str:
    """Return the table."""
    plain = kinds[0]
    rows = [
        (
            kind.name,
            [
                f"{kind.seconds():.1f}",
                *(f"{kind.seconds(stages):.1f}" for stages in _SPREAD.values()),
                f"{plain.seconds() / kind.seconds():.2f}",
                "yes" if kind.decisions == plain.decisions else "**no**",
            ],
        )
        for kind in kinds
    ]
    names = (
        f"{post_count:,} posts".replace(",", " "),
        *("the night, s", *(f"{name}, s" for name in _SPREAD), "times as fast", "same bits"),
    )
    return render_table(names, rows)


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--workers", default="1,2", help="of a cluster, how many, in turn")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table on the page")
    asked = parser.parse_args()
    pack = load_pack(bundle_root() / "models" / "narratives" / "socialtjansten")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        posts = folder / "posts.jsonl"
        write_posts(posts, read_writing(pack.seeds), asked.posts, DRAW_SEED)
        workers = [int(count) for count in asked.workers.split(",")]
        kinds = measure(folder, posts, workers, asked.repeats)
    command = (
        f"`python tests/benchmarks/scaling.py --posts {asked.posts} --workers {asked.workers} "
        f"--repeats {asked.repeats}`"
    )
    text = f"{command}\n\n{describe_run(_LIBRARIES)}\n\n{render(kinds, asked.posts)}"
    print(text)
    if asked.write:
        write_section(PAGE, "scaling", "On a cluster", text)


if __name__ == "__main__":
    main()
