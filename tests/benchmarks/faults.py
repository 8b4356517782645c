"""Random faults in nights and review work: what survived, what was lost, and how it was told.

    python tests/benchmarks/faults.py [--count 300] [--kinds kill,live] [--workers] [--write]

Real processes on real stores, of which some are killed, starved or damaged. After each fault
the next run must make the home what an undisturbed one makes it. The same draw seed draws the
same faults; when a process is killed by the clock, what it was doing differs.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.faults.disks import may_mount
from tests.faults.kinds import KINDS
from tests.faults.orders import BEGIN_WORKERS
from tests.faults.prepared import Prepared, prepare
from tests.faults.trials import Trial

_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Lived:
    """A trial that is over."""

    name: str
    trial: Trial
    seconds: float


def main() -> None:
    """Run the faults and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draw-seed", type=int, default=20261129)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--kinds", help="names parted by commas; by default all")
    parser.add_argument("--at-once", type=int, default=_AT_ONCE, help="trials at one time")
    parser.add_argument(
        "--workers", action="store_true", help="let nights begin workers, however small they are"
    )
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    options = parser.parse_args()
    if options.workers:
        os.environ[BEGIN_WORKERS] = "yes"
    names = options.kinds.split(",") if options.kinds else list(KINDS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names, skipped = _possible(names, folder)
        prepared = prepare(folder / "prepared")
        drawn = draw_kinds(names, options.count, options.draw_seed)
        with ThreadPoolExecutor(options.at_once) as threads:
            lived = list(
                threads.map(
                    lambda n: live_through(prepared, folder, drawn[n], n, options.draw_seed),
                    range(len(drawn)),
                )
            )
    page = render(lived, skipped, " ".join(["python tests/benchmarks/faults.py", *sys.argv[1:]]))
    print(page)
    if options.write:
        write_section(PAGE, "faults", "Faults", page)
    if any(not one.trial.is_survived for one in lived):
        raise SystemExit("A fault was not survived; see above.")


def draw_kinds(names: Sequence[str], count: int, draw_seed: int) -> list[str]:
    """Draw so many kinds, each at least once where there is room for it."""
    draw = random.Random(draw_seed)
    weights = [KINDS[name].weight for name in names]
    drawn = [*names, *draw.choices(names, weights, k=max(count - len(names), 0))][:count]
    draw.shuffle(drawn)
    return drawn


def live_through(prepared: Prepared, folder: Path, name: str, number: int, draw_seed: int) -> Lived:
    """Live through one fault in a home of its own."""
    place = folder / f"trial-{number}"
    place.mkdir()
    trial = Trial(prepared, place, random.Random(f"{draw_seed}-{number}-{name}"))
    prepared.copy(trial.home)
    begun = time.monotonic()
    try:
        KINDS[name].live_through(trial)
    except Exception as error:
        trial.lost.append(f"the trial broke: {error!r}")
    seconds = time.monotonic() - begun
    shutil.rmtree(place, ignore_errors=True)
    _show(number, name, trial, seconds)
    return Lived(name, trial, seconds)


def render(lived: Sequence[Lived], skipped: Sequence[str], command: str) -> str:
    """Return the section: a row for each kind, and what was run."""
    rows = [
        (KINDS[name].told, _cells([one.trial for one in lived if one.name == name]))
        for name in KINDS
        if any(one.name == name for one in lived)
    ]
    heads = ("fault", "trials", "hit", "survived", "lost", "doubled", "half-published", "unclear")
    total = _cells([one.trial for one in lived])
    told = [
        f"`{command}`",
        render_table(heads, [*rows, ("**all**", total)]),
        describe_run(("motbild", "duckdb", "sqlalchemy")),
    ]
    if skipped:
        told.append(f"Skipped, since no disk may be mounted here: {', '.join(skipped)}.")
    return "\n\n".join(told)


def _cells(trials: Sequence[Trial]) -> list[str]:
    counts = Counter[str]()
    for trial in trials:
        counts["hit"] += trial.is_hit
        counts["survived"] += trial.is_survived
        for name in ("lost", "doubled", "half", "unclear"):
            counts[name] += bool(getattr(trial, name))
    names = ("hit", "survived", "lost", "doubled", "half", "unclear")
    return [str(len(trials)), *(str(counts[name]) for name in names)]


def _possible(names: Sequence[str], folder: Path) -> tuple[list[str], list[str]]:
    """Return the kinds that can be put in here, and those that cannot."""
    if unknown := [name for name in names if name not in KINDS]:
        raise SystemExit(f"There is no kind {unknown[0]}; choose of {', '.join(KINDS)}.")
    if may_mount(folder / "probe"):
        return list(names), []
    skipped = [name for name in names if KINDS[name].needs_mount]
    return [name for name in names if name not in skipped], skipped


def _show(number: int, name: str, trial: Trial, seconds: float) -> None:
    word = "survived" if trial.is_survived else "NOT SURVIVED"
    print(f"{number} {name}: {word} in {seconds:.1f} s; {'; '.join(trial.told)}", flush=True)
    for wrong in ("lost", "doubled", "half", "unclear"):
        for why in getattr(trial, wrong):
            print(f"  {wrong}: {why}", flush=True)


if __name__ == "__main__":
    main()
