"""The picture of how long a night takes: where its time goes, and beside what."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill

from matplotlib.figure import Figure

from tests.benchmarks.drawings import COLOURS, end_chart

# Stages as a reader thinks of them; what is none of these is the rest.
_PARTS = {"read and mask": ("ingest",), "find copies": ("group",), "classify": ("classify",)}
_REST = "everything else"
_LABEL_WIDTH = 32  # characters
_HATCHES = ("", "//", "..", "xx")


def draw_throughput(
    stages: Mapping[int, Mapping[str, float]], rates: Mapping[str, float], file: Path
) -> None:
    """Draw the time that a post takes in nights of some sizes, and posts a second beside others.

    Args:
        stages: By posts of a night: seconds of each of its stages.
        rates: Posts a second, of the night first, then of what stands beside it.
        file: The picture to write.
    """
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    names = [f"{count:,}".replace(",", " ") for count in stages]
    bottoms = [0.0] * len(names)
    for n, part in enumerate([*_PARTS, _REST]):
        each = [1000 * _seconds(seconds, part) / count for count, seconds in stages.items()]
        left.bar(
            names, each, bottom=bottoms, label=part, color=COLOURS[n], hatch=_HATCHES[n], width=0.6
        )
        bottoms = [below + height for below, height in zip(bottoms, each, strict=True)]
    left.set(xlabel="Posts in the night", ylabel="Milliseconds for each post")
    left.set_title("Where the time goes")
    colours = [COLOURS[0], *["#999999"] * (len(rates) - 1)]
    wrapped = [fill(name, _LABEL_WIDTH) for name in rates]
    bars = right.barh(wrapped, list(rates.values()), color=colours)
    right.bar_label(bars, fmt="{:,.0f}", padding=3)
    right.set_xscale("log")
    right.invert_yaxis()
    right.set(xlabel="Posts a second", xlim=(10, 300 * max(rates.values())))
    right.set_title("Beside others, and what bounds it")
    end_chart(figure, left, file)


def _seconds(stages: Mapping[str, float], part: str) -> float:
    if part in _PARTS:
        return sum(stages[name] for name in _PARTS[part])
    known = {name for names in _PARTS.values() for name in names}
    return sum(seconds for name, seconds in stages.items() if name not in known)
