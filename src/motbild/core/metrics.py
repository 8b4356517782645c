"""Measures of a classifier on labelled texts, each with a bootstrap interval.

Every measure takes weights ``(resamples, n)``: how often each text is drawn in each
resample. A row of ones is the measure itself, so that one piece of code gives the
value and its interval. What cannot be computed, such as the recall of nothing, is NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
BINS = 10
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Measure = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with its 95 % interval; None where it cannot be computed."""

    value: float | None
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, float | None]:
        """Return it as it is written in a report."""
        return {"value": self.value, "low": self.low, "high": self.high}


def draw_weights(count: int, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Draw bootstrap weights, ``(1 + resamples, count)``; the first row is all ones."""
    drawn = np.ones((1 + resamples, count))
    if count:
        random = np.random.default_rng(seed)
        drawn[1:] = random.multinomial(count, np.full(count, 1 / count), size=resamples)
    return drawn


def estimate(measure: Measure, weights: Floats) -> Estimate:
    """Compute a measure and the 2.5th and 97.5th percentile of its resamples."""
    values = measure(weights)
    if np.isnan(values[0]):
        return Estimate(None, None, None)
    known = values[1:][~np.isnan(values[1:])]
    if not len(known):
        return Estimate(_rounded(values[0]), None, None)
    low, high = np.percentile(known, [2.5, 97.5])
    return Estimate(_rounded(values[0]), _rounded(low), _rounded(high))


def _rounded(value: float) -> float:
    return round(float(value), 4)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide, giving NaN where there is nothing to divide by."""
    shares: Floats = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return shares


def share(hits: Flags, among: Flags, weights: Floats) -> Floats:
    """Return the share of hits among some texts."""
    return ratio(weights @ (hits & among), weights @ among)


def precision(predicted: Flags, truths: Flags, weights: Floats) -> Floats:
    """Return the share of the predicted that is true."""
    return share(truths, predicted, weights)


def recall(predicted: Flags, truths: Flags, weights: Floats) -> Floats:
    """Return the share of the true that is predicted."""
    return share(predicted, truths, weights)


def f1(predicted: Flags, truths: Flags, weights: Floats) -> Floats:
    """Return the harmonic mean of precision and recall."""
    both = weights @ (predicted & truths)
    return ratio(2 * both, weights @ predicted + weights @ truths)


def macro_f1(predicted: Flags, truths: Flags, weights: Floats) -> Floats:
    """Return the mean F1 over the classes that occur.

    Args:
        predicted: ``(n, classes)``.
        truths: ``(n, classes)``.
        weights: ``(resamples, n)``.
    """
    present = [c for c in range(truths.shape[1]) if truths[:, c].any()]
    if not present:
        return np.full(len(weights), np.nan)
    # A resample without the class, rightly predicted as such, says nothing of it.
    scores = np.stack([f1(predicted[:, c], truths[:, c], weights) for c in present])
    return ratio(np.nansum(scores, axis=0), (~np.isnan(scores)).sum(axis=0).astype(float))


def average_precision(scores: Floats, truths: Flags, weights: Floats) -> Floats:
    """Return the mean precision at each true text, ranked by score; ties are one rank."""
    order = np.argsort(-scores, kind="stable")
    ranked, drawn = scores[order], weights[:, order]
    hits = drawn * truths[order]
    # Texts of equal score come together: each counts where the last of them stands.
    last = np.searchsorted(-ranked, -ranked, side="right") - 1
    found, seen = np.cumsum(hits, axis=1)[:, last], np.cumsum(drawn, axis=1)[:, last]
    precisions = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    return ratio((hits * precisions).sum(axis=1), hits.sum(axis=1))


def calibration_error(probabilities: Floats, truths: Flags, weights: Floats) -> Floats:
    """Return the mean gap between told probability and observed share, over ten bins."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    members = np.eye(BINS)[bins]
    gaps = np.abs(weights @ (members * (probabilities - truths)[:, None])).sum(axis=1)
    return ratio(gaps, weights.sum(axis=1))
