"""How soon the spikes of many simulated months are told, by their counts alone.

    python tests/benchmarks/month_spikes.py [--draws 80]

Whole nights of one month take minutes. Here the model reads each seed once; what is posted up
to the spike is counted by day as nights would count it, with the days missing on which the feed
is dead, and rises are looked for as nights look for them.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.core.narratives import Seed
from motbild.core.privacy import mask, mask_links
from motbild.core.records import Classification
from motbild.core.rises import Counts, find_rises
from motbild.settings import Settings
from motbild.wiring.models import Model, load_model
from tests.benchmarks.month_posts import (
    SPIKE_COUNTS,
    SPIKE_NARRATIVE,
    STOCKHOLM,
    Plan,
    make_month,
    read_rumour,
)
from tests.benchmarks.page import render_table
from tests.benchmarks.simulate_month import FIRST_DAY, RUMOURS

MONTH_DAYS = 30  # posts of a shorter month would be others
FIRST_DRAW = 1_000
_DEAD = "flode"  # the feed whose failing makes days missing
_FAILED_NIGHTS = 3  # before the spike


def classify_seeds(model: Model) -> dict[str, Classification]:
    """Return what the model says of each seed, by its text."""
    seeds = [seed for pack in model.packs for seed in pack.seeds]
    texts = [mask(mask_links(seed.text)) for seed in seeds]
    found = model.classifier.classify(texts, [seed.lang for seed in seeds], model.encoder.encode)
    return {seed.text: one for seed, one in zip(seeds, found, strict=True)}


def told_after(
    seeds: Sequence[Seed], judged: Mapping[str, Classification], draw_seed: int, flags_alone: bool
) -> int | None:
    """Return on which night a month's spike is told, 0 being the first; None for none."""
    plan = Plan()
    rumour = read_rumour(RUMOURS, "forskola-somndroppar")
    counts: Counter[int] = Counter()
    totals: Counter[int] = Counter()
    for post in make_month(seeds, rumour, FIRST_DAY, MONTH_DAYS, draw_seed):
        day = (post.posted_at.astimezone(STOCKHOLM).date() - FIRST_DAY).days
        if post.source == _DEAD and day >= plan.dead_source:
            continue
        totals[day] += 1
        found = judged.get(post.text)
        if found is not None and SPIKE_NARRATIVE in found.matches:
            counts[day] += found.is_flagged if flags_alone else found.stance == "asserts"
    missing = range(plan.spike - _FAILED_NIGHTS, plan.spike)
    for night, _ in enumerate(SPIKE_COUNTS):
        if _is_told(counts, totals, missing, plan.spike + night + 1):
            return night
    return None


def _is_told(
    counts: Mapping[int, int], totals: Mapping[int, int], missing: range, night: int
) -> bool:
    today = FIRST_DAY + timedelta(days=night)
    days = {n: FIRST_DAY + timedelta(days=n) for n in range(night)}
    known = Counts(
        cells=[(day, "sv", "x", counts[n]) for n, day in days.items()],
        days=[*days.values(), today],
        missing={days[n] for n in missing} | {today},
        totals={day: totals[n] for n, day in days.items()},
    )
    spike_day = FIRST_DAY + timedelta(days=Plan().spike)
    return any(rise.last_day >= spike_day for rise in find_rises(known, today))


def main() -> None:
    """Print how many spikes are told on which night."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=80)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        model = load_model(Settings.load(home=Path(home)))
    judged = classify_seeds(model)
    seeds = [seed for pack in model.packs for seed in pack.seeds]
    draws = range(FIRST_DRAW, FIRST_DRAW + asked.draws)
    rows = []
    for name, flags_alone in (("seems to assert, flagged or not", False), ("flags", True)):
        nights = [told_after(seeds, judged, draw, flags_alone) for draw in draws]
        first, second = nights.count(0), nights.count(1)
        rows.append((name, [f"{first / len(draws):.0%}", f"{(first + second) / len(draws):.0%}"]))
    print(render_table(["counted", "told on the first night", "by the second"], rows))


if __name__ == "__main__":
    main()
