"""Measure a classifier on labelled posts.

Reads and writes nothing: posts come parsed, and the report goes out as plain values.
Plots are drawn by `motbild.adapters.plots`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from motbild.core import metrics
from motbild.core.classifier import Classifier
from motbild.core.judgement import Judged, LabelledPost, judge
from motbild.core.metrics import Flags, Floats
from motbild.core.records import STANCES
from motbild.core.vectors import Encoder

PROTECTED = ("counters", "reports", "asks", "none")
REPORT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A report that can be written as JSON, and the judgements it rests on."""

    report: dict[str, Any]
    judged: Judged


def evaluate(
    posts: Sequence[LabelledPost],
    classifier: Classifier,
    encoder: Encoder,
    *,
    seed: int = 0,
    resamples: int = metrics.RESAMPLES,
) -> Evaluation:
    """Classify labelled posts and measure how right that was.

    Args:
        posts: Labelled posts, as written; they are masked here as ingest does.
        classifier: What is measured.
        encoder: The encoder it was trained with.
        seed: Seeds the bootstrap.
        resamples: Number of bootstrap resamples.

    Returns:
        Every measure overall and by language, each with its 95 % interval.

    Raises:
        InputError: A post bears a narrative that the classifier does not know.
    """
    judged = judge(posts, classifier, encoder.encode)
    languages = sorted(set(judged.langs.tolist()))
    report: dict[str, Any] = {
        "report_version": REPORT_VERSION,
        "model_version": classifier.model_version,
        "encoder_id": encoder.encoder_id,
        "resamples": resamples,
        "overall": measure(judged, seed, resamples),
        "languages": {
            lang: measure(judged.take(judged.langs == lang), seed, resamples) for lang in languages
        },
    }
    return Evaluation(report, judged)


def measure(judged: Judged, seed: int, resamples: int) -> dict[str, Any]:
    """Compute every measure over some judged posts."""
    weights = metrics.draw_weights(len(judged.langs), seed, resamples)
    return {
        "post_count": len(judged.langs),
        "flag": {
            **_detection(judged.flagged, judged.flags, weights),
            **_ranking(judged.flag_scores, judged.flags, weights),
        },
        "narratives": {
            name: {
                **_detection(judged.matched[:, n], judged.narratives[:, n], weights),
                **_ranking(judged.probabilities[:, n], judged.narratives[:, n], weights),
            }
            for n, name in enumerate(judged.narrative_ids)
        },
        "narrative_macro_f1": _told(
            partial(metrics.macro_f1, judged.matched, judged.narratives), weights
        ),
        "stances": {
            name: _detection(judged.stances_told[:, n], judged.stances[:, n], weights)
            for n, name in enumerate(STANCES)
        },
        "stance_macro_f1": _told(
            partial(metrics.macro_f1, judged.stances_told, judged.stances), weights
        ),
        "threat": {
            **_detection(judged.threats_told, judged.threats, weights),
            **_ranking(judged.threat_probabilities, judged.threats, weights),
            "false_per_200": _told(
                lambda w: 200 * metrics.share(judged.threats_told, ~judged.threats, w), weights
            ),
        },
        "protected_speech": _protected(judged, weights),
        "calibration_error": {
            "narratives": _told(
                partial(_mean_calibration_error, judged.probabilities, judged.narratives), weights
            ),
            "flag_score": _told(
                partial(metrics.calibration_error, judged.flag_scores, judged.flags), weights
            ),
            "threat": _told(
                partial(metrics.calibration_error, judged.threat_probabilities, judged.threats),
                weights,
            ),
        },
    }


def _mean_calibration_error(probabilities: Floats, truths: Flags, weights: Floats) -> Floats:
    columns = zip(probabilities.T, truths.T, strict=True)
    errors = [metrics.calibration_error(p, t, weights) for p, t in columns]
    mean: Floats = np.mean(errors, axis=0)
    return mean


def _protected(judged: Judged, weights: Floats) -> dict[str, Any]:
    stances = dict(zip(STANCES, judged.stances.T, strict=True))
    groups = {"all": ~stances["asserts"]} | {name: stances[name] for name in PROTECTED}
    return {
        name: {
            "post_count": int(group.sum()),
            "false_flag_rate": _told(partial(metrics.share, judged.flagged, group), weights),
        }
        for name, group in groups.items()
    }


def _detection(predicted: Flags, truths: Flags, weights: Floats) -> dict[str, Any]:
    return {
        "support": int(truths.sum()),
        "precision": _told(partial(metrics.precision, predicted, truths), weights),
        "recall": _told(partial(metrics.recall, predicted, truths), weights),
        "f1": _told(partial(metrics.f1, predicted, truths), weights),
    }


def _ranking(scores: Floats, truths: Flags, weights: Floats) -> dict[str, Any]:
    return {"average_precision": _told(partial(metrics.average_precision, scores, truths), weights)}


def _told(measure_of: metrics.Measure, weights: Floats) -> dict[str, float | None]:
    return metrics.estimate(measure_of, weights).as_dict()
