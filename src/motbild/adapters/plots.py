"""Plots of an evaluation as image files: the only importer of matplotlib."""

from pathlib import Path
from typing import Any

import numpy as np

from motbild.core.judgement import Judged
from motbild.errors import ModelError

BINS = 10


def draw_plots(judged: Judged, directory: Path) -> list[Path]:
    """Draw precision and recall, reliability, and flags by language.

    Args:
        judged: The judgements of an evaluation.
        directory: Where the files go; made where it is not there.

    Returns:
        The files drawn.

    Raises:
        ModelError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ModelError(
            "Plots need matplotlib, which is not installed: run `pip install 'motbild[plots]'`."
        ) from error
    directory.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, draw in (
        ("precision-recall", _draw_precision_recall),
        ("reliability", _draw_reliability),
        ("languages", _draw_languages),
    ):
        figure = Figure(figsize=(7, 5), layout="constrained")
        draw(figure.add_subplot(), judged)
        drawn.append(directory / f"{name}.png")
        figure.savefig(drawn[-1], dpi=150)
    return drawn


def _draw_precision_recall(axes: Any, judged: Judged) -> None:  # noqa: ANN401 - matplotlib's
    curves = {"flags": (judged.flag_scores, judged.flags)}
    for column, name in enumerate(judged.narrative_ids):
        curves[name] = (judged.probabilities[:, column], judged.narratives[:, column])
    for name, (scores, truths) in curves.items():
        if truths.any():
            hits = np.cumsum(truths[np.argsort(-scores, kind="stable")])
            precision = hits / np.arange(1, len(hits) + 1)
            axes.plot(hits / truths.sum(), precision, label=name, lw=3 if name == "flags" else 1)
    axes.set(xlabel="Recall", ylabel="Precision", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="lower left")


def _draw_reliability(axes: Any, judged: Judged) -> None:  # noqa: ANN401 - matplotlib's
    axes.plot([0, 1], [0, 1], color="grey", lw=1, ls="--", label="as told")
    for name, told, truths in (
        ("narratives", judged.probabilities.ravel(), judged.narratives.ravel()),
        ("flag score", judged.flag_scores, judged.flags),
    ):
        bins = np.minimum((told * BINS).astype(int), BINS - 1)
        filled = np.unique(bins)
        means = [told[bins == b].mean() for b in filled]
        shares = [truths[bins == b].mean() for b in filled]
        axes.plot(means, shares, marker="o", label=name)
    axes.set(xlabel="Probability told", ylabel="Share that is so", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="upper left")


def _draw_languages(axes: Any, judged: Judged) -> None:  # noqa: ANN401 - matplotlib's
    langs = np.unique(judged.langs).tolist()
    parts = [judged.take(judged.langs == lang) for lang in langs]
    found = [_share(part.flagged, part.flags) for part in parts]
    wrong = [_share(part.flagged, ~part.flags) for part in parts]
    places = np.arange(len(langs))
    axes.bar(places - 0.2, found, width=0.4, label="Asserting posts that are flagged")
    axes.bar(places + 0.2, wrong, width=0.4, label="Other posts that are flagged", hatch="//")
    labels = [f"{lang} ({len(part.langs)})" for lang, part in zip(langs, parts, strict=True)]
    axes.set_xticks(places, labels)
    axes.set(ylabel="Share", ylim=(0, 1))
    axes.legend()


def _share(flagged: np.ndarray, among: np.ndarray) -> float:
    return float(flagged[among].mean()) if among.any() else 0.0
