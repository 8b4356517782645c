"""Measure how long a night takes as it grows, stage by stage, and beside what.

    python tests/benchmarks/throughput.py [--sizes 1000,10000,100000] [--repeats 3,3,1] [--write]

Each night runs in a process of its own, in a new home, over posts that are made for it; then a
second one over the same file. A million posts are a size like any other, and may be repeated
less often.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

import numpy as np

from motbild.adapters.encoder import DiskEncoder
from motbild.adapters.packs import load_pack
from motbild.settings import bundle_root
from motbild.stages import NIGHTLY_ORDER
from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.benchmarks.throughput_drawing import draw_throughput
from tests.benchmarks.throughput_posts import COPY_SHARE, draw_texts, read_writing, write_posts
from tests.benchmarks.throughput_rivals import Textbook, measure_bounds, run_textbook

SIZES = "1000,10000,100000"
DRAW_SEED = 1
TEXTBOOK_POSTS = 300
BOUND_TEXTS = 2_000
PLOT = PAGE.parent / "plots" / "throughput.svg"
_NIGHT = Path(__file__).with_name("throughput_night.py")
_LIBRARIES = ("motbild", "duckdb", "scikit-learn", "tokenizers", "torch", "sentence-transformers")


@dataclass(frozen=True, slots=True)
class Night:
    """What a night took.

    Attributes:
        seconds: From its beginning to its report; the model is loaded before.
        stages: Seconds by stage.
        megabytes: The most memory that was held, by stage.
        flagged: Rows of flags that it changed.
        all_megabytes: The most memory that it and its workers held.
    """

    seconds: float
    stages: Mapping[str, float]
    megabytes: Mapping[str, float]
    flagged: int
    all_megabytes: float


@dataclass(frozen=True, slots=True)
class Size:
    """The nights over so many posts: first ones in new homes, second ones in the same."""

    post_count: int
    first: Sequence[Night]
    second: Sequence[Night]

    def seconds(self, stage: str | None = None) -> float:
        """Return the median of the first nights, of a stage or of all."""
        return median(n.stages[stage] if stage else n.seconds for n in self.first)

    def second_seconds(self) -> float:
        """Return the median of the second nights."""
        return median(night.seconds for night in self.second)

    def megabytes(self, stage: str | None = None) -> float:
        """Return the median of the most memory held, in a stage or in all."""
        return median(
            n.megabytes[stage] if stage else max(n.megabytes.values()) for n in self.first
        )

    def all_megabytes(self) -> float:
        """Return the median of the most memory that a night and its workers held."""
        return median(night.all_megabytes for night in self.first)


def run_night(home: Path, posts: Path, **settings: str) -> Night:
    """Run one night in a process of its own, with some settings (`MOTBILD_…`)."""
    result = home.with_suffix(".json")
    command = [sys.executable, str(_NIGHT), str(home), str(posts), str(result)]
    told_settings = {f"MOTBILD_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, **told_settings}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    told = json.loads(result.read_text(encoding="utf-8"))
    flagged = told["counts"]["flags_changed"]
    return Night(
        told["seconds"],
        told["stage_seconds"],
        told["stage_megabytes"],
        flagged,
        told["all_megabytes"],
    )


def measure_size(folder: Path, posts: Path, post_count: int, repeats: int) -> Size:
    """Run first and second nights over a file of posts."""
    first, second = [], []
    for number in range(repeats):
        home = folder / f"home-{post_count}-{number}"
        first.append(run_night(home, posts))
        second.append(run_night(home, posts))
    return Size(post_count, first, second)


def exponent(sizes: Sequence[Size], amounts: Sequence[float]) -> float:
    """Return how an amount grows with the posts: 1 is in proportion, 0 not at all."""
    counts = np.log([size.post_count for size in sizes])
    # Rounded, so that nothing is no less than nothing.
    return round(float(np.polyfit(counts, np.log(amounts), 1)[0]), 4) + 0.0


def render(sizes: Sequence[Size], textbook: Textbook, bounds: Mapping[str, float]) -> str:
    """Return the tables."""
    grown = [size for size in sizes if size.post_count >= 10_000]
    largest = sizes[-1]
    names = [f"{size.post_count:,} posts" for size in sizes]
    rows = [(stage, _stage_cells(stage, sizes, grown)) for stage in NIGHTLY_ORDER]
    parts = [
        "**Seconds of each stage (and the most memory held in it, MB):**",
        render_table(["stage", *names, "share", "grows as"], rows),
        "**Whole nights:**",
        render_table(
            ["posts", "seconds", "posts/s", "MB", "with workers", "second night", "flags"],
            [(f"{size.post_count:,}", _night_cells(size)) for size in sizes],
        ),
    ]
    if len(grown) > 1:
        time_grows = exponent(grown, [size.seconds() for size in grown])
        memory_grows = exponent(grown, [size.megabytes() for size in grown])
        parts.append(
            f"From {grown[0].post_count:,} posts on time grows with the power {time_grows:.2f} of "
            f"the posts, memory with {memory_grows:.2f}."
        )
    (night, speed), *rivals = list_rates(largest, textbook, bounds).items()
    parts += [
        "**Posts a second, beside the night's:**",
        render_table([night, f"{speed:,.0f}"], [(name, [f"{rate:,.0f}"]) for name, rate in rivals]),
        f"The night is {speed * textbook.seconds:.1f} times as fast as the textbook's pipeline, "
        f"which was given {textbook.post_count} of its posts.",
    ]
    return "\n\n".join(parts)


def list_rates(size: Size, textbook: Textbook, bounds: Mapping[str, float]) -> dict[str, float]:
    """Return posts a second: of the night, of the textbook, and what single things could do."""
    return {
        f"a night of {size.post_count:,}": size.post_count / size.seconds(),
        "the textbook's pipeline, all in all": 1 / textbook.seconds,
        "its encoder alone, as in SetFit's predict": 1 / textbook.encode,
        **bounds,
    }


def _stage_cells(stage: str, sizes: Sequence[Size], grown: Sequence[Size]) -> list[str]:
    cells = [f"{size.seconds(stage):.2f} ({size.megabytes(stage):.0f})" for size in sizes]
    largest = sizes[-1]
    share = largest.seconds(stage) / sum(largest.seconds(name) for name in NIGHTLY_ORDER)
    power = "-"
    if len(grown) > 1:
        power = f"{exponent(grown, [max(size.seconds(stage), 1e-6) for size in grown]):.2f}"
    return [*cells, f"{share:.0%}", power]


def _night_cells(size: Size) -> list[str]:
    seconds, second = size.seconds(), size.second_seconds()
    return [
        f"{seconds:.1f}",
        f"{size.post_count / seconds:,.0f}",
        f"{size.megabytes():.0f}",
        f"{size.all_megabytes():.0f}",
        f"{second:.1f} s ({second / seconds:.1%})",
        str(size.first[0].flagged),
    ]


def main() -> None:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=SIZES, help="posts, parted by commas")
    parser.add_argument("--repeats", default="3", help="of each size, or of all; parted by commas")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    asked = parser.parse_args()
    counts = [int(count) for count in asked.sizes.split(",")]
    repeats = [int(count) for count in asked.repeats.split(",")]
    repeats = repeats * len(counts) if len(repeats) == 1 else repeats
    seeds = load_pack(bundle_root() / "models" / "narratives" / "socialtjansten").seeds
    writing = read_writing(seeds)
    sizes = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count, repeat_count in zip(counts, repeats, strict=True):
            posts = folder / f"posts-{count}.jsonl"
            write_posts(posts, writing, count, DRAW_SEED)
            sizes.append(measure_size(folder, posts, count, repeat_count))
            print(f"{count}: {sizes[-1].seconds():.1f} s", file=sys.stderr, flush=True)
        encoder = bundle_root() / "models" / "encoder"
        with posts.open(encoding="utf-8") as lines:
            textbook = run_textbook(list(islice(lines, TEXTBOOK_POSTS)), seeds, encoder)
    texts = list(dict(draw_texts(writing, BOUND_TEXTS, DRAW_SEED)))
    bounds = measure_bounds(texts, DiskEncoder("motbild", encoder))
    told = "\n\n".join(
        [
            f"`python tests/benchmarks/throughput.py --sizes {asked.sizes} "
            f"--repeats {asked.repeats}`",
            describe_run(_LIBRARIES),
            f"Medians of {asked.repeats} nights; {COPY_SHARE:.0%} of the posts are copies. "
            + ("Sentences are real" if writing.is_real else "Sentences are the seeds' own")
            + ", with other words in most places where they come again.",
            render(sizes, textbook, bounds),
        ]
    )
    print(told)
    if asked.write:
        write_section(PAGE, "throughput", "How long a night takes", told)
        stages = {
            size.post_count: {name: size.seconds(name) for name in NIGHTLY_ORDER} for size in sizes
        }
        draw_throughput(stages, list_rates(sizes[-1], textbook, bounds), PLOT)


if __name__ == "__main__":
    main()
