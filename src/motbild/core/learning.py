"""How a classifier is learned from labelled examples.

Calibration and thresholds rest on out-of-fold scores: each voice is scored by models
that saw none of its texts, since a writer's manner would otherwise give the label away.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from motbild.core.calibration import Gate, Sigmoid, log_odds, softmax
from motbild.core.calibration_fitting import fit_gate, fit_sigmoid, fit_temperature
from motbild.core.classifier import Classifier
from motbild.core.evidence import SeedBank, is_shown
from motbild.core.features import Context, Features, Rows, Shares
from motbild.core.head_fitting import Rotated, fit_classes, fit_independent, mine
from motbild.core.heads import Heads, combine_units, unit_starts
from motbild.core.narratives import BACKGROUND, Seed
from motbild.core.placing import Labels, even_thresholds, place_thresholds
from motbild.core.privacy import mask
from motbild.core.records import STANCES
from motbild.core.units import Units, split_units, unit_texts
from motbild.core.vectors import Encode
from motbild.core.verdicts import ASSERTS, NONE, Probabilities
from motbild.core.vocabularies import learn_features

FOLDS = 5
THREATS = -2  # column of the threat head


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is chosen before learning; found by out-of-fold scores on the seeds.

    Attributes:
        shares: The weight of each block of features.
        strength: Inverse regularisation of the narrative heads.
        threat_strength: That of the threat head.
        stance_strength: Inverse regularisation of the stance heads.
        sentence_discount: What a sentence's score loses against the whole text's.
    """

    shares: Shares = field(default_factory=lambda: Shares(1.0, 0.8, 0.6, parent=0.6))
    strength: float = 8.0
    threat_strength: float = 10.0
    stance_strength: float = 16.0
    sentence_discount: float = 1.0


@dataclass(frozen=True)
class Examples:
    """Labelled texts with their units and vectors.

    Attributes:
        flat: Model texts of all units, text by text, wholes first.
        vectors: ``(units, d)`` unit rows.
        starts: Row of each text's whole.
        context: What the texts reply to, by unit.
        parent_vectors: ``(parents, d)`` unit rows.
        truths: ``(n, narratives + 2)`` whether each narrative is there, whether a threat
            is, and whether the text is near what is watched at all.
        stances: ``(n,)`` position in `STANCES`.
        voices: ``(n,)`` who speaks; whole voices are held out together.
        langs: ``(n,)`` ISO 639-1.
    """

    flat: tuple[str, ...]
    vectors: NDArray[np.float32]
    starts: NDArray[np.intp]
    context: Context
    parent_vectors: NDArray[np.float32]
    truths: NDArray[np.bool_]
    stances: NDArray[np.intp]
    voices: NDArray[np.str_]
    langs: NDArray[np.str_]

    @property
    def labels(self) -> Labels:
        """Return what people say of the texts."""
        return Labels(self.truths, self.stances, self.voices, self.langs)

    @property
    def background(self) -> NDArray[np.bool_]:
        """Return which texts are ordinary writing, near no narrative; ``(n,)``."""
        return ~self.truths[:, -1]

    def whole_texts(self, chosen: NDArray[np.intp]) -> list[str]:
        """Return the whole model texts at some positions."""
        return [self.flat[start] for start in self.starts[chosen]]


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Raw scores of texts by models that had not seen their voice.

    Attributes:
        heads: ``(n, narratives + 2)`` whole and sentences combined.
        stances: ``(n, 5)``.
    """

    heads: NDArray[np.float64]
    stances: NDArray[np.float64]


def gather_examples(seeds: Sequence[Seed], narratives: Sequence[str], encode: Encode) -> Examples:
    """Turn labelled seeds into examples, masked and split exactly as posts are."""
    units: list[Units] = [split_units(mask(seed.text), seed.lang) for seed in seeds]
    flat = tuple(part for unit in units for part in unit_texts(unit))
    truths = [
        [name in seed.narratives for name in narratives]
        + [seed.is_threat, seed.origin != BACKGROUND]
        for seed in seeds
    ]
    parents = [mask(seed.parent) if seed.parent else None for seed in seeds]
    context = Context.of(parents, [1 + len(unit.sentences) for unit in units])
    return Examples(
        flat=flat,
        vectors=encode(flat),
        starts=unit_starts(units),
        context=context,
        parent_vectors=encode(context.texts),
        truths=np.array(truths, dtype=bool),
        stances=np.array([STANCES.index(seed.stance) for seed in seeds], dtype=np.intp),
        voices=np.array([seed.voice or seed.seed_id for seed in seeds]),
        langs=np.array([seed.lang for seed in seeds]),
    )


def score_out_of_fold(examples: Examples, recipe: Recipe, seed: int) -> OutOfFold | None:
    """Score each text by a model that saw nothing of its voice.

    Returns:
        The scores, or None when there are fewer voices than two.
    """
    folds = min(FOLDS, len(np.unique(examples.voices)))
    if folds < 2:
        return None
    heads = np.zeros(examples.truths.shape)
    stances = np.zeros((len(examples.starts), len(STANCES)))
    strata = _strata(examples, folds)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for seen, unseen in splitter.split(strata, strata, examples.voices):
        features, found, stance_heads = fit_heads(examples, seen, recipe)
        rows, starts = _unit_rows(examples, unseen, features)
        raw = found.scores(rows)
        heads[unseen] = combine_units(raw, starts, recipe.sentence_discount)
        stances[unseen] = stance_heads.scores(rows.take(starts))
    return OutOfFold(heads, stances)


def fit_heads(
    examples: Examples, chosen: NDArray[np.intp], recipe: Recipe
) -> tuple[Features, Heads, Heads]:
    """Fit vocabularies, the heads of what is there, and stance heads on some texts."""
    features = learn_features(examples.whole_texts(chosen), recipe.shares)
    rows, starts = _unit_rows(examples, chosen, features)
    rotated, truths = Rotated.of(rows.take(starts)), examples.truths[chosen]
    heads = fit_independent(rotated, truths, recipe.strength)
    heads = mine(heads, THREATS, rows, starts, truths[:, THREATS], recipe.threat_strength)
    stances = examples.stances[chosen]
    return features, heads, fit_classes(rotated, stances, len(STANCES), recipe.stance_strength)


def learn(
    examples: Examples,
    narratives: Sequence[str],
    seeds: Sequence[Seed],
    *,
    recipe: Recipe,
    seed: int,
) -> tuple[Classifier, OutOfFold | None]:
    """Learn a classifier and say how it did on voices it had not seen.

    Args:
        examples: What to learn from; the first ``len(seeds)`` of them are the seeds.
        narratives: Narrative ids, as in the columns of the examples' truths.
        seeds: The seeds of the packs, of which those near a narrative are shown as evidence.
        recipe: What is chosen before learning.
        seed: Seeds the folds.
    """
    unseen = score_out_of_fold(examples, recipe, seed)
    everything = np.arange(len(examples.starts))
    features, heads, stance_heads = fit_heads(examples, everything, recipe)
    shown = examples.starts[[n for n, entry in enumerate(seeds) if is_shown(entry)]]
    vectors = examples.vectors[shown] * np.float32(features.shares.vector)
    sigmoids, temperature, gate = _calibrate(examples, unseen)
    classifier = Classifier(
        narratives=tuple(narratives),
        features=features,
        heads=heads,
        sigmoids=sigmoids,
        stance_heads=stance_heads,
        stance_temperature=temperature,
        gate=gate,
        asserting=Sigmoid(),
        sentence_discount=recipe.sentence_discount,
        thresholds=even_thresholds(narratives),
        seeds=SeedBank.of(seeds, features, vectors),
    )
    if unseen is not None:
        found = classifier.calibrate(unseen.heads, unseen.stances)
        classifier = replace(classifier, asserting=_calibrate_asserting(found, examples))
        found = classifier.calibrate(unseen.heads, unseen.stances)
        placed = place_thresholds(found, narratives, examples.labels)
        classifier = replace(classifier, thresholds=placed)
    return replace(classifier, version=digest_classifier(classifier)[:12]), unseen


def digest_classifier(classifier: Classifier) -> str:
    """Return the SHA-256 over everything that decides a classification, hex."""
    digest = hashlib.sha256()
    for heads in (classifier.heads, classifier.stance_heads):
        digest.update(heads.weights.tobytes() + heads.intercepts.tobytes())
    for vocabulary in (classifier.features.characters, classifier.features.words):
        digest.update("\n".join(vocabulary.grams).encode())
        digest.update(np.asarray(vocabulary.weights).tobytes())
    told = (
        classifier.narratives,
        classifier.features.shares,
        classifier.sigmoids,
        classifier.stance_temperature,
        classifier.gate,
        classifier.asserting,
        classifier.sentence_discount,
        sorted(classifier.thresholds.narratives.items()),
        classifier.thresholds.threat,
        classifier.thresholds.asserts,
        sorted(classifier.thresholds.asserts_by_lang.items()),
    )
    digest.update(repr(told).encode())
    return digest.hexdigest()


def _strata(examples: Examples, folds: int) -> NDArray[np.intp]:
    """Number the kinds of text that each fold should hold: stances, threats, background."""
    strata = examples.stances * 4 + examples.truths[:, THREATS] * 2 + examples.background
    kinds, counts = np.unique(strata, return_counts=True)
    rare = kinds[counts < folds]
    strata[np.isin(strata, rare)] = kinds[np.argmax(counts)]  # too few to be spread
    return strata


def _unit_rows(
    examples: Examples, chosen: NDArray[np.intp], features: Features
) -> tuple[Rows, NDArray[np.intp]]:
    """Return the rows of all units of some texts, and where each text starts in them."""
    stops = np.append(examples.starts[1:], len(examples.flat))
    lengths = (stops - examples.starts)[chosen]
    positions = np.concatenate(
        [np.arange(examples.starts[n], stops[n]) for n in chosen] or [np.zeros(0, np.intp)]
    )
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)[: len(chosen)]
    return _rows(examples, positions, features), starts


def _rows(examples: Examples, positions: NDArray[np.intp], features: Features) -> Rows:
    """Return the rows of some units, read in their context."""
    alone = features.rows([examples.flat[n] for n in positions], examples.vectors[positions])
    context = Context(examples.context.texts, examples.context.owners[positions])
    return features.in_context(alone, context, examples.parent_vectors)


def _calibrate(
    examples: Examples, unseen: OutOfFold | None
) -> tuple[tuple[Sigmoid, ...], float, Gate]:
    columns = range(examples.truths.shape[1])
    if unseen is None:
        return (Sigmoid(),) * len(columns), 1.0, Gate()
    sigmoids = tuple(fit_sigmoid(unseen.heads[:, n], examples.truths[:, n]) for n in columns)
    temperature = fit_temperature(unseen.stances, examples.stances)
    talking = 1.0 - softmax(unseen.stances * temperature)[:, NONE]
    own = np.column_stack([sigmoids[n].probabilities(unseen.heads[:, n]) for n in columns[:-2]])
    return sigmoids, temperature, fit_gate(talking, own, examples.stances != NONE)


def _calibrate_asserting(found: Probabilities, examples: Examples) -> Sigmoid:
    """Fit how likely the texts assert that are said to so much, on those near the subject."""
    hard = ~examples.background
    odds = log_odds(found.stances[hard, ASSERTS])
    return fit_sigmoid(odds, examples.stances[hard] == ASSERTS)
