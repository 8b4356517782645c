"""What the comparison of detectors says on its page: tables and where the plots are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from motbild.core.judgement import Judged
from motbild.core.metrics import RESAMPLES
from motbild.stages.evaluate import measure
from tests.benchmarks.curve import Point
from tests.benchmarks.page import SEED, describe_run, render_table
from tests.benchmarks.trials import Trial

LIBRARIES = ("numpy", "scikit-learn", "scipy", "torch", "sentence-transformers")
Cell = str | Mapping[str, float | None]
PLOTS = {
    "precision-recall": "Precision and recall on the labelled posts",
    "reliability": "Told probabilities against what was so",
    "languages": "Average precision by language on the labelled posts",
    "learning-curve": "Average precision on the labelled posts after ever more seeds",
}
MEASURES = {
    "flag AP": ("flag", "average_precision"),
    "flag F1": ("flag", "f1"),
    "flag precision": ("flag", "precision"),
    "flag recall": ("flag", "recall"),
    "false flags, all protected": ("protected_speech", "all", "false_flag_rate"),
    "narrative macro-F1": ("narrative_macro_f1",),
    "stance macro-F1": ("stance_macro_f1",),
    "threat AP": ("threat", "average_precision"),
    "threat recall": ("threat", "recall"),
    "false threats per 200": ("threat", "false_per_200"),
    "calibration error, narratives": ("calibration_error", "narratives"),
    "calibration error, flags": ("calibration_error", "flag_score"),
}
PROTECTED = ("counters", "reports", "asks", "none")
# What a method that knows no stance, and no threat, says of these is chance.
STANCE_ONLY = ("stance macro-F1", "threat AP", "threat recall", "false threats per 200")


@dataclass(frozen=True)
class Found:
    """Everything that was measured.

    Attributes:
        trials: By contender, Motbild first.
        foreign: Cells of the foreign pack, by contender.
        curve: Points of the learning curves, by contender.
    """

    trials: Mapping[str, Trial]
    foreign: Mapping[str, Mapping[str, Any]]
    curve: Mapping[str, Sequence[Point]]

    @cached_property
    def of_posts(self) -> dict[str, dict[str, Any]]:
        """Measures on the labelled posts, by contender."""
        return {name: measure(t.posts, SEED, RESAMPLES) for name, t in self.trials.items()}

    @cached_property
    def of_unseen(self) -> dict[str, dict[str, Any]]:
        """Measures on voices that were not seen, by contender."""
        return {name: measure(t.unseen, SEED, RESAMPLES) for name, t in self.trials.items()}

    def by_language(self) -> dict[str, dict[str, Mapping[str, float | None]]]:
        """Flag average precision on the labelled posts, by contender and language."""
        return {name: _languages(trial.posts) for name, trial in self.trials.items()}


def render(found: Found, command: str, encoder_id: str, real_count: int, seed: int) -> str:
    """Return the comparison as Markdown, with how it was made."""
    names = ["measure", *found.trials]
    first = next(iter(found.trials.values()))
    shots = {"FLICC, claim AP after 8 posts": "shots"}
    foreign = {key: key for key in next(iter(found.foreign.values())) if key != "shots"} | shots
    return "\n".join(
        [
            f"`python tests/benchmarks/detection.py {command}`",
            "",
            f"{describe_run(LIBRARIES)} Motbild reads with `{encoder_id}`. In brackets the 95 % "
            f"bootstrap interval, seed {seed}.",
            "",
            f"**Labelled posts** ({len(first.posts.langs)}), never learned from:",
            "",
            render_table(names, [*_rows(found, found.of_posts), *_real_rows(found, real_count)]),
            "",
            f"**Voices not seen** ({len(first.unseen.langs)} seeds but for background; each is "
            "judged by models that learned nothing of its voice):",
            "",
            render_table(names, _rows(found, found.of_unseen)),
            "",
            "**A foreign pack** (claims against climate science, English):",
            "",
            render_table(
                names,
                [
                    (row, [found.foreign[name].get(key, "-") for name in found.trials])
                    for row, key in foreign.items()
                ],
            ),
            "",
            *(f"![{title}](plots/{name}.svg)" for name, title in PLOTS.items()),
        ]
    )


def _rows(found: Found, scopes: Mapping[str, Any]) -> list[tuple[str, list[Cell]]]:
    first = next(iter(scopes.values()))
    keys = {
        **MEASURES,
        **{f"F1, {name}": ("narratives", name, "f1") for name in first["narratives"]},
        **{f"false flags, {n}": ("protected_speech", n, "false_flag_rate") for n in PROTECTED},
    }
    rows: list[tuple[str, list[Cell]]] = [
        (row, [_cell(found, name, row, _pick(scope, path)) for name, scope in scopes.items()])
        for row, path in keys.items()
    ]
    part = "posts" if scopes is found.of_posts else "unseen"
    by_lang = {name: _languages(getattr(trial, part)) for name, trial in found.trials.items()}
    langs = next(iter(by_lang.values()))
    rows += [(f"flag AP, {lang}", [cells[lang] for cells in by_lang.values()]) for lang in langs]
    return rows


def _real_rows(found: Found, count: int) -> list[tuple[str, list[Cell]]]:
    trials = found.trials.values()
    return [
        (f"flagged of {count} real texts", [str(trial.real_flag_count) for trial in trials]),
        ("matched of these", [str(trial.real_match_count) for trial in trials]),
    ]


def _cell(found: Found, name: str, row: str, cell: Cell) -> Cell:
    return "-" if row in STANCE_ONLY and not found.trials[name].tells_stance else cell


def _languages(judged: Judged) -> dict[str, Mapping[str, float | None]]:
    return {
        lang: measure(judged.take(judged.langs == lang), SEED, RESAMPLES)["flag"][
            "average_precision"
        ]
        for lang in sorted(set(judged.langs.tolist()))
    }


def _pick(scope: Any, path: Sequence[str]) -> Any:
    for key in path:
        scope = scope[key]
    return scope
