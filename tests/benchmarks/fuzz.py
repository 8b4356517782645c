"""Fuzz every parser: what a stranger wrote may be refused, and may neither crash nor hang.

    python tests/benchmarks/fuzz.py [--cases 1000000] [--parser NAME]… [--minutes 20] [--write]

Each parser is tried in processes of its own by libFuzzer (atheris), which prefers inputs that
reach new branches; half of all changes know JSON, words and lines (tests/fuzz/mutation.py). One
case may take two seconds of processor time and 300 MB. With `--minutes` each parser gets its part
of them, whatever it has done by then. What goes wrong is kept, each way once,
in tests/data/fuzz/PARSER/, which a test tries again for ever. The seed decides on everything but
what a slower machine leaves undone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from tests.benchmarks.page import PAGE, ROOT, count_cores, describe_run, render_table, write_section
from tests.fuzz.parser import FOUND, Parser
from tests.fuzz.parsers import load_parsers
from tests.fuzz.room import PUBLISHED
from tests.rooms import publish_demo

SEED = 2026
_CASES = 1_000_000


@dataclass
class Tally:
    """What came of it.

    Attributes:
        cases: Inputs that were tried.
        taken: Those of them that were not refused.
        slowest_seconds: Processor time of the slowest.
        peak_bytes: Most memory beyond what was held before the first.
        found: Inputs by what went wrong.
    """

    name: str
    cases: int = 0
    taken: int = 0
    slowest_seconds: float = 0.0
    peak_bytes: int = 0
    found: dict[str, Path] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """Return how many ways of going wrong begin with a word."""
        return sum(what.startswith(kind) for what in self.found)

    def add(self, folder: Path) -> None:
        """Add what one process did."""
        path = folder / "told.json"
        if path.is_file():
            told = json.loads(path.read_text(encoding="utf-8"))
            self.cases += told["cases"]
            self.taken += told["taken"]
            self.slowest_seconds = max(self.slowest_seconds, told["slowest_seconds"])
            self.peak_bytes = max(self.peak_bytes, told["peak_bytes"])
            for what, name in told["found"].items():
                self.found.setdefault(what, folder / name)
        for kind, what in (("timeout", "hang: never ends"), ("oom", "memory"), ("crash", "died")):
            for left in sorted(folder.glob(f"{kind}-*")):
                self.found.setdefault(what, left)


def share_out(parsers: Iterable[Parser], cases: int) -> dict[str, int]:
    """Return how many cases each parser gets; fewer where each is slow."""
    listed = list(parsers)
    whole = sum(parser.share for parser in listed)
    return {parser.name: round(cases * parser.share / whole) for parser in listed}


def fuzz(module: str, cases: Mapping[str, int], seconds: float, folder: Path) -> list[Tally]:
    """Try the parsers of one module, one after another.

    Args:
        module: Where they stand.
        cases: How many each gets.
        seconds: How long each may take.
        folder: Where everything is left.
    """
    work = [f"{name}={count}" for name, count in cases.items()]
    told = ["--seed", str(SEED), "--folder", str(folder), "--seconds", str(seconds)]
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with (folder / f"{module}.output").open("wb") as output:
        subprocess.run(
            [sys.executable, "-m", "tests.fuzz.worker", module, *work, *told],
            cwd=ROOT, env=environment, stdout=output, stderr=output, check=False,
        )  # fmt: skip
    return [_gathered(name, folder / name) for name in cases]


def _gathered(name: str, folder: Path) -> Tally:
    tally = Tally(name)
    for place in sorted(folder.glob("*")):
        tally.add(place)
    return tally


def keep_found(tallies: Iterable[Tally]) -> None:
    """Keep every input that went wrong where a test tries it again."""
    for tally in tallies:
        for path in tally.found.values():
            folder = FOUND / tally.name
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path.name.rpartition("-")[2][:16])


@contextmanager
def _published(names: Iterable[str]) -> Iterator[Path]:
    """Run the night that the review room shows, once for all processes."""
    with tempfile.TemporaryDirectory(prefix="motbild-fuzz-") as folder:
        if "room" in names:
            os.environ[PUBLISHED] = str(publish_demo(Path(folder) / "published"))
        yield Path(folder)


def render(tallies: Iterable[Tally], minutes: float) -> str:
    """Return the table with how it was made."""
    rows = [
        (
            tally.name,
            [
                f"{tally.cases:,}".replace(",", " "),
                f"{tally.taken / max(tally.cases, 1):.2f}",
                *(str(sum(1 for _ in _others(tally))), str(tally.count("hang"))),
                f"{tally.slowest_seconds:.2f}",
                f"{tally.peak_bytes / 1e6:.0f}",
            ],
        )
        for tally in sorted(tallies, key=lambda tally: tally.name)
    ]
    names = ["parser", "cases", "taken", "crashes", "hangs", "slowest, s", "peak memory, MB"]
    whole = sum(tally.cases for tally in tallies)
    return (
        f"{render_table(names, rows)}\n\n{whole:,} cases in {minutes:.0f} minutes. "
        f"{describe_run(['motbild', 'atheris'])}"
    )


def _others(tally: Tally) -> Iterator[str]:
    return (what for what in tally.found if not what.startswith("hang"))


def main() -> int:
    """Fuzz, print the table, and keep what was found."""
    told = _arguments()
    known = load_parsers()
    chosen = {name: known[name] for name in told.parser or known}
    cases = share_out((parser for _, parser in chosen.values()), told.cases)
    by_module: dict[str, dict[str, int]] = {}
    for name, (module, _) in chosen.items():
        by_module.setdefault(module, {})[name] = cases[name]
    seconds = 60 * (told.minutes or 24 * 60) * told.jobs / len(chosen)
    start = time.monotonic()
    with _published(chosen) as scratch, ThreadPoolExecutor(told.jobs) as pool:
        works = sorted(by_module.items(), key=lambda work: -len(work[1]))
        done = pool.map(lambda work: fuzz(work[0], work[1], seconds, scratch), works)
        tallies = [tally for part in done for tally in part]
        keep_found(tallies)
    text = render(tallies, (time.monotonic() - start) / 60)
    print(text)
    for tally in tallies:
        for what, path in tally.found.items():
            print(f"{tally.name}: {what} ({path.name})")
    if told.write:
        command = f"`{' '.join(['python tests/benchmarks/fuzz.py', *sys.argv[1:]])}`"
        write_section(PAGE, "fuzz", "What parsers withstand", f"{command}\n\n{text}")
    return 1 if any(tally.found for tally in tallies) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=_CASES)
    parser.add_argument("--parser", action="append", choices=sorted(load_parsers()))
    parser.add_argument("--minutes", type=float, help="end then, whatever is left")
    parser.add_argument("--jobs", type=int, default=count_cores())
    parser.add_argument("--write", action="store_true", help="write the table into docs/")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
