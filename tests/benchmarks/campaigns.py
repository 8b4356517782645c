"""Measure what is found of pushed messages, what is reported by mistake, and at what speed.

Nights are invented (`tests.benchmarks.campaign_messages`) and traced as in a night. Thresholds
were placed on the nights of seeds 0 to 9; those of the page are others. Siblings are measured
on translations that the encoder has not learned from, and on seeds that are none.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.core.text import text_digest
from tests.benchmarks.campaign_messages import KINDS, draw_everyday, draw_night
from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.benchmarks.siblings import measure_siblings
from tests.messages import Collected, NumberedEncoder, Said

FIRST_SEED = 1_000
EVERYDAY = 2_000


def trace_nights(seeds: Sequence[int]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Trace a night for each seed.

    Returns:
        By kind of message: how many there were, how many were reported, and their signs.
    """
    drawn: Counter[str] = Counter()
    reported: Counter[str] = Counter()
    signs: Counter[str] = Counter()
    for seed in seeds:
        messages = list(draw_night(seed))
        collected = Collected(NumberedEncoder()).add(draw_everyday(seed, EVERYDAY))
        collected.add(post for _, posts in messages for post in posts)
        reasons = {
            family_id: found["reasons"]
            for found in collected.trace()
            for family_id in found["family_ids"]
        }
        for kind, posts in messages:
            drawn[kind.name] += 1
            families = {text_digest(post.family) for post in posts if post.narrative}
            if told := [name for family in families for name in reasons.get(family, ())]:
                reported[kind.name] += 1
                signs.update(set(told))
        collected.warehouse.close()
    return drawn, reported, signs


def measure_speed(post_count: int) -> tuple[float, float, int]:
    """Trace many posts that all assert a narrative.

    Returns:
        Seconds, how long processors were at work, and campaigns.
    """
    collected = Collected(NumberedEncoder())
    seed, posts = 0, list[Said]()
    while len(posts) < post_count:
        posts += [post for _, said in draw_night(10_000 + seed) for post in said]
        seed += 1
    collected.add(posts[:post_count])
    started, worked = time.perf_counter(), time.process_time()
    found = collected.trace()
    return time.perf_counter() - started, time.process_time() - worked, len(found)


def _render(asked: argparse.Namespace) -> str:
    seeds = range(asked.first_seed, asked.first_seed + asked.nights)
    drawn, reported, _ = trace_nights(seeds)
    command = (
        f"`python -m tests.benchmarks.campaigns --nights {asked.nights} --posts {asked.posts}`"
    )
    parts = [command, "", describe_run(("numpy", "duckdb")), ""]
    for is_pushed, title in ((True, "pushed"), (False, "spread by themselves")):
        kinds = [kind for kind in KINDS if kind.is_pushed is is_pushed]
        rows = [
            (kind.name, [str(drawn[kind.name]), _share(reported[kind.name], drawn[kind.name])])
            for kind in kinds
        ]
        total = [sum(counts[kind.name] for kind in kinds) for counts in (drawn, reported)]
        rows.append(("**all**", [str(total[0]), _share(total[1], total[0])]))
        parts += [render_table([title, "messages", "reported"], rows), ""]
    parts.append(measure_siblings())
    if asked.posts:
        seconds, worked, count = measure_speed(asked.posts)
        parts += [
            "",
            f"{asked.posts} posts that all bear on a narrative: {seconds:.0f} seconds "
            f"({worked:.0f} of a processor's work, the rest is waiting for a turn among all that "
            f"ran on the machine; load average {os.getloadavg()[0]:.1f}); {count} campaigns.",
        ]
    return "\n".join(parts)


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nights", type=int, default=20, help="how many nights are invented")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--posts", type=int, default=300_000, help="for the speed; 0 for none")
    parser.add_argument("--docs", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    text = _render(asked)
    print(text)
    write_section(asked.docs, "campaigns", "Campaigns", text)


if __name__ == "__main__":
    main()
