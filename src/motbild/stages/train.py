"""Learn a classifier from the seeds of narrative packs and from people's decisions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from motbild.core import metrics
from motbild.core.learning import Examples, OutOfFold, Recipe, gather_examples, learn
from motbild.core.narratives import BACKGROUND, Pack, Seed
from motbild.core.records import STANCES
from motbild.core.trained import TrainedModel, order_packs, stamp_packs
from motbild.core.vectors import Encoder
from motbild.core.verdicts import ASSERTS, Probabilities, Verdicts
from motbild.core.workload import measure_workload, measure_workload_curve
from motbild.errors import PackError


def train(
    packs: Sequence[Pack],
    encoder: Encoder,
    *,
    seed: int = 0,
    decisions: Sequence[Seed] = (),
    borrowed: Sequence[Seed] = (),
    recipe: Recipe | None = None,
) -> TrainedModel:
    """Learn narratives, stance and threat from packs.

    Args:
        packs: What to look for, with labelled seeds; in any order.
        encoder: Turns model texts into vectors.
        seed: Seeds the folds that calibration rests on.
        decisions: Posts that people have judged, as seeds (masked). They are learned
            from, and never shown as evidence.
        borrowed: Seeds of other packs that show a new pack what most writing is like;
            likewise.
        recipe: What is chosen before learning.

    Returns:
        The classifier with what its card tells. Thresholds that a pack fixes are put
        in when a model is loaded, so that a change of them needs no training.

    Raises:
        PackError: The packs hold no narrative, share one, or cannot be learned from.
    """
    ordered = order_packs(packs)
    narratives = _narrative_ids(ordered)
    seeds = [entry for pack in ordered for entry in pack.seeds]
    lessons = [*seeds, *decisions, *borrowed]
    _refuse_unlearnable(lessons, narratives)
    examples = gather_examples(lessons, narratives, encoder.encode)
    classifier, unseen = learn(examples, narratives, seeds, recipe=recipe or Recipe(), seed=seed)
    trained = TrainedModel(
        classifier=classifier,
        encoder_id=encoder.encoder_id,
        packs=stamp_packs(ordered),
        counts=_count(lessons, decisions=len(decisions), borrowed=len(borrowed)),
        out_of_fold={},
        seed=seed,
    )
    return _measured(trained, examples, unseen) if unseen else trained


def _measured(trained: TrainedModel, examples: Examples, unseen: OutOfFold) -> TrainedModel:
    """Add what models said of voices they had not seen, at the placed thresholds."""
    classifier = trained.classifier
    found = classifier.calibrate(unseen.heads, unseen.stances)
    told = classifier.decide(found, examples.langs.tolist())
    return replace(
        trained,
        out_of_fold=_measure_out_of_fold(classifier.narratives, examples, found, told),
        workloads=measure_workload(told.flagged, examples.labels),
        workload_curve=measure_workload_curve(
            classifier.passes(found), found.stances[:, ASSERTS], examples.labels
        ),
    )


def _measure_out_of_fold(
    narrative_ids: Sequence[str], examples: Examples, found: Probabilities, told: Verdicts
) -> dict[str, float]:
    """Measure verdicts on unseen voices.

    A little kind, since the thresholds were placed on the same scores. Ordinary writing
    has a measure of its own; in the others it would only dilute what is hard.
    """
    once = np.where(examples.background, 0.0, 1.0)[None]
    narratives, threats = examples.truths[:, :-2], examples.truths[:, -2]
    asserted = examples.stances == ASSERTS
    classes = np.eye(len(STANCES), dtype=bool)
    measured = {
        "flag_average_precision": metrics.average_precision(
            found.stances[:, ASSERTS], asserted, once
        ),
        "flag_precision": metrics.precision(told.flagged, asserted, once),
        "flag_recall": metrics.recall(told.flagged, asserted, once),
        "flag_f1": metrics.f1(told.flagged, asserted, once),
        "false_flag_rate": metrics.share(told.flagged, ~asserted, once),
        "background_flag_rate": metrics.share(
            told.flagged, examples.background, np.ones_like(once)
        ),
        "narrative_macro_f1": metrics.macro_f1(told.matched, narratives, once),
        "stance_macro_f1": metrics.macro_f1(classes[told.stances], classes[examples.stances], once),
        "threat_precision": metrics.precision(told.threats, threats, once),
        "threat_recall": metrics.recall(told.threats, threats, once),
    }
    for column, name in enumerate(narrative_ids):
        measured[f"narrative_f1.{name}"] = metrics.f1(
            told.matched[:, column], narratives[:, column], once
        )
        measured[f"narrative_average_precision.{name}"] = metrics.average_precision(
            found.narratives[:, column], narratives[:, column], once
        )
    return {
        name: round(float(values[0]), 4)
        for name, values in measured.items()
        if not np.isnan(values[0])
    }


def _narrative_ids(packs: Sequence[Pack]) -> tuple[str, ...]:
    owners: dict[str, str] = {}
    for pack in packs:
        for name in pack.narrative_ids:
            if name in owners:
                raise PackError(
                    f"The narrative {name!r} is in the pack {owners[name]!r} and again in "
                    f"{pack.pack_id!r}: give one of them another id, or leave a pack out."
                )
            owners[name] = pack.pack_id
    if not owners:
        raise PackError("No narrative to learn: give at least one pack that holds a narrative.")
    return tuple(owners)


def _refuse_unlearnable(lessons: Sequence[Seed], narratives: Sequence[str]) -> None:
    for name in narratives:
        bearing = sum(name in entry.narratives for entry in lessons)
        if not bearing:
            raise PackError(
                f"The narrative {name!r} has no seed: add at least eight posts that bear it."
            )
        if bearing == len(lessons):
            raise PackError(
                f"Every seed bears the narrative {name!r}, so nothing tells it from other posts: "
                "add seeds without it, or train it along with another pack."
            )


def _count(lessons: Sequence[Seed], **origins: int) -> dict[str, int]:
    counts = Counter({"examples": len(lessons), **origins})
    for entry in lessons:
        counts[f"lang.{entry.lang}"] += 1
        counts[f"stance.{entry.stance}"] += 1
        counts["threats"] += entry.is_threat
        counts["background"] += entry.origin == BACKGROUND
        for name in entry.narratives:
            counts[f"narrative.{name}"] += 1
    return dict(sorted(counts.items()))
