"""The plots of the benchmarks, for readers who are no statisticians.

Lines differ in dash and marker as well as in colour, and the colours are told apart by
the colour-blind. Bars and bands are 95 % intervals.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from motbild.core.judgement import Judged
from motbild.core.metrics import Flags, Floats, draw_weights
from tests.benchmarks.curve import Point
from tests.benchmarks.page import SEED

# Okabe and Ito's palette.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
MARKERS = "osD^vP"
LANGUAGES = {
    "sv": "Swedish",
    "ar": "Arabic",
    "en": "English",
    "so": "Somali",
    "tr": "Turkish",
    "fa": "Persian",
}
RECALLS = np.linspace(0.02, 1, 50)
BIN_COUNT = 10
FEWEST = 5  # texts that a point of the reliability plot stands for
RESAMPLES = 300
Cells = Mapping[str, Mapping[str, float | None]]


def draw_precision_recall(judged: Mapping[str, Judged], file: Path) -> None:
    """Draw what share of the flags is right against what share of the posts is found."""
    figure, axes = begin_chart("Fewer missed posts cost more false flags")
    for n, (name, each) in enumerate(judged.items()):
        weights = draw_weights(len(each.langs), SEED, RESAMPLES)
        curves = _precision_at_recall(each.flag_scores, each.flags, weights)
        axes.plot(
            RECALLS, curves[0], label=name, lw=3 if n == 0 else 1.5, **_style(n, marker=False)
        )
        if n == 0:
            low, high = np.nanpercentile(curves[1:], [2.5, 97.5], axis=0)
            axes.fill_between(RECALLS, low, high, color=COLOURS[0], alpha=0.2, lw=0)
    axes.set(
        xlabel="Found: share of the posts that spread a rumour",
        ylabel="Right: share of the flags that are true",
        xlim=(0, 1),
        ylim=(0, 1.02),
    )
    end_chart(figure, axes, file)


def draw_reliability(judged: Mapping[str, Judged], file: Path) -> None:
    """Draw how often that is so which a probability was told for."""
    figure = _figure(width=9)
    panels = figure.subplots(1, 2, sharey=True)
    titles = ("A narrative is there", "The post asserts it (what flags rest on)")
    for axes, title, part in zip(panels, titles, ("narratives", "flag"), strict=True):
        axes.plot([0, 1], [0, 1], color="grey", lw=1, label="as told")
        for n, (name, each) in enumerate(judged.items()):
            told, so = _told_and_so(each, part)
            means, shares, errors = _reliability(told, so)
            axes.errorbar(means, shares, errors, label=name, capsize=3, lw=1.5, **_style(n))
        axes.set(title=title, xlabel="Probability that was told", xlim=(0, 1), ylim=(0, 1.02))
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("How often it was so")
    end_chart(figure, panels[0], file)


def draw_languages(cells: Mapping[str, Cells], counts: Mapping[str, int], file: Path) -> None:
    """Draw average precision by language for each contender."""
    figure, axes = begin_chart("How well posts are ranked, by language")
    langs = [lang for lang in LANGUAGES if lang in counts]
    places = np.arange(len(langs))
    width = 0.8 / len(cells)
    for n, (name, by_lang) in enumerate(cells.items()):
        told = [by_lang[lang] for lang in langs]
        values, errors = _bars(told)
        at = places + (n - (len(cells) - 1) / 2) * width
        style = _style(n) | {"ls": "none"}
        axes.errorbar(at, values, errors, label=name, capsize=2, lw=1.5, **style)
    axes.set_xticks(places, [f"{LANGUAGES[lang]}\n{counts[lang]} posts" for lang in langs])
    axes.set(ylabel="Average precision (1 is faultless)", ylim=(0, 1.02))
    end_chart(figure, axes, file)


def draw_curve(points: Mapping[str, Sequence[Point]], file: Path) -> None:
    """Draw average precision over the number of seeds."""
    figure, axes = begin_chart("What more labelled seeds bring")
    for n, (name, path) in enumerate(points.items()):
        values, errors = _bars([cell for _, cell in path])
        counts = [count for count, _ in path]
        axes.errorbar(counts, values, errors, label=name, capsize=3, lw=1.5, **_style(n))
    axes.set(
        xlabel="Labelled seeds that were learned from",
        ylabel="Average precision (1 is faultless)",
        ylim=(0, 1.02),
    )
    end_chart(figure, axes, file)


def draw_trade(
    points: Mapping[str, tuple[Mapping[str, float | None], Mapping[str, float | None]]], file: Path
) -> None:
    """Draw what share of rises is told soon against how often nothing is told as one."""
    figure, axes = begin_chart("Told soon, and seldom for nothing")
    for n, (name, cells) in enumerate(points.items()):
        (x, y), reach = _bars(cells)
        across, up = reach[:, 0], reach[:, 1]
        style = _style(n) | {"ls": "none", "ms": 7}
        axes.errorbar(
            [x], [y], xerr=across[:, None], yerr=up[:, None], label=name, capsize=2, **style
        )
    axes.set(
        xlabel="False alerts a month in one series",
        ylabel="Planted rises told within a day",
        xlim=(0, None),
        ylim=(0, 1.02),
    )
    end_chart(figure, axes, file)


def _told_and_so(judged: Judged, part: str) -> tuple[Floats, Flags]:
    if part == "flag":
        return judged.flag_scores, judged.flags
    return judged.probabilities.ravel(), judged.narratives.ravel()


def _precision_at_recall(scores: Floats, truths: Flags, weights: Floats) -> Floats:
    """Return the best precision at each recall or beyond, ``(resamples, recalls)``."""
    order = np.argsort(-scores, kind="stable")
    drawn, hits = weights[:, order], weights[:, order] * truths[order]
    found, seen = np.cumsum(hits, axis=1), np.cumsum(drawn, axis=1)
    precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    recall = found / np.maximum(found[:, -1:], 1)
    best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    at = [
        [row[min(int(np.searchsorted(known, r)), len(row) - 1)] for r in RECALLS]
        for row, known in zip(best, recall, strict=True)
    ]
    return np.array(at)


def _reliability(told: Floats, so: Flags) -> tuple[Floats, Floats, Floats]:
    """Return mean probability, share that is so and its 95 % error, by bins."""
    bins = np.minimum((told * BIN_COUNT).astype(int), BIN_COUNT - 1)
    filled = [b for b in range(BIN_COUNT) if (bins == b).sum() >= FEWEST]
    means = np.array([told[bins == b].mean() for b in filled])
    shares = np.array([so[bins == b].mean() for b in filled])
    counts = np.array([int((bins == b).sum()) for b in filled])
    low, high = _wilson(shares, counts)
    return means, shares, np.clip(np.stack([shares - low, high - shares]), 0, None)


def _wilson(shares: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return Wilson's 95 % interval of shares."""
    z = 1.96
    middle = (shares + z**2 / (2 * counts)) / (1 + z**2 / counts)
    spread = np.sqrt(shares * (1 - shares) / counts + z**2 / (4 * counts**2))
    half = z * spread / (1 + z**2 / counts)
    return middle - half, middle + half


def _bars(cells: Sequence[Mapping[str, float | None]]) -> tuple[Floats, Floats]:
    """Return values and how far their intervals reach down and up."""
    rows = np.array([[cell[k] for k in ("value", "low", "high")] for cell in cells], dtype=float)
    reach = np.stack([rows[:, 0] - rows[:, 1], rows[:, 2] - rows[:, 0]])
    return rows[:, 0], np.clip(np.nan_to_num(reach), 0, None)


def _style(n: int, *, marker: bool = True) -> dict[str, Any]:
    style: dict[str, Any] = {"color": COLOURS[n % len(COLOURS)], "ls": DASHES[n % len(DASHES)]}
    return style | ({"marker": MARKERS[n % len(MARKERS)], "ms": 5} if marker else {})


def _figure(width: float = 7.0) -> Figure:
    return Figure(figsize=(width, 4.6), layout="constrained")


def begin_chart(title: str) -> tuple[Figure, Any]:
    """Return an empty chart with a title."""
    figure = _figure()
    axes = figure.add_subplot()
    axes.set_title(title)
    axes.grid(alpha=0.3)
    return figure, axes


def end_chart(figure: Figure, axes: Any, file: Path) -> None:
    """Give a chart its legend and save it."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize="small")
    file.parent.mkdir(parents=True, exist_ok=True)
    # Without a date, and ids that do not change, a plot changes only when its figures do.
    with mpl.rc_context({"svg.hashsalt": "motbild", "svg.fonttype": "path"}):
        figure.savefig(file, metadata={"Date": None, "Creator": None})
