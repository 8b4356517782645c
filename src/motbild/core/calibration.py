"""From raw scores to probabilities, and from probabilities to thresholds.

How the curves are fitted is in `motbild.core.calibration_fitting`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GAP_SHARE = 0.25  # how far up a gap between two probabilities a threshold lies
FLOOR = 0.2  # no narrative is matched below this, whatever the F1 says
FEWEST_POSITIVES = 8  # fewer cannot place a threshold, which then is even odds
EVEN_ODDS = 0.5
LEAST = 1e-4  # a probability nearer to nought or one is taken for this
TINY = 1e-9  # the same where the order of all must stay


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """A logistic curve over a raw score: ``1 / (1 + exp(-(slope * score + offset)))``."""

    slope: float = 1.0
    offset: float = 0.0

    def probabilities(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        """Turn raw scores into probabilities in [0, 1]."""
        return logistic(self.slope * np.asarray(scores, dtype=np.float64) + self.offset)


def logistic(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logistic function without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * scores))


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Turn rows of scores into rows of probabilities that sum to one."""
    shifted = np.exp(scores - np.max(scores, axis=1, keepdims=True)).astype(np.float64)
    probabilities: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return probabilities


def log_odds(probabilities: NDArray[np.float64], least: float = LEAST) -> NDArray[np.float64]:
    """Return log-odds; what is nearer than `least` to nought or one is taken for that."""
    held = np.clip(probabilities, least, 1.0 - least)
    odds: NDArray[np.float64] = np.log(held / (1.0 - held))
    return odds


def recalibrate(rows: NDArray[np.float64], column: int, sigmoid: Sigmoid) -> NDArray[np.float64]:
    """Calibrate one column of rows that sum to one; the others share what is left as before.

    Args:
        rows: ``(n, classes)`` probabilities.
        column: Which is calibrated.
        sigmoid: A rising curve over its log-odds, which leaves the order of the rows.
    """
    left = np.maximum(1.0 - rows[:, column], TINY)
    after = sigmoid.probabilities(log_odds(rows[:, column], TINY))
    told: NDArray[np.float64] = rows * ((1.0 - after) / left)[:, None]
    told[:, column] = 0.0
    told[:, column] = np.maximum(1.0 - told.sum(axis=1), 0.0)
    return told


@dataclass(frozen=True, slots=True)
class Gate:
    """How likely a text talks of any narrative, from two sides that err differently.

    The stance heads say how unlike ``none`` it is, the narrative heads how like any of
    theirs; in log-odds the two are added.
    """

    stance_slope: float = 0.7
    narrative_slope: float = 0.5
    offset: float = 0.0

    def probabilities(
        self, talking: NDArray[np.float64], narratives: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Join both sides.

        Args:
            talking: ``(n,)`` one minus the stance heads' probability of ``none``.
            narratives: ``(n, narratives)`` each narrative's own probability.

        Returns:
            ``(n,)``.
        """
        sides = gate_sides(talking, narratives)
        return logistic(sides @ [self.stance_slope, self.narrative_slope] + self.offset)


def gate_sides(
    talking: NDArray[np.float64], narratives: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log-odds of both sides of a gate, ``(n, 2)``."""
    any_narrative = 1.0 - np.prod(1.0 - narratives, axis=1)
    return log_odds(np.column_stack([talking, any_narrative]))


def best_f1_threshold(probabilities: NDArray[np.float64], truths: NDArray[np.bool_]) -> float:
    """Choose the threshold of the greatest F1, not below `FLOOR`.

    With fewer than `FEWEST_POSITIVES` positives it is even odds, since so few would
    place it by chance. In the gap below the last text that passes it lies low, since
    posts in words that no seed has score lower than seeds do.

    Args:
        probabilities: ``(n,)`` out of fold.
        truths: ``(n,)`` whether each is a positive.
    """
    if truths.sum() < FEWEST_POSITIVES:
        return EVEN_ODDS
    order = np.argsort(-probabilities, kind="stable")
    ranked, hits = probabilities[order], np.cumsum(truths[order])
    passed = np.arange(1, len(order) + 1)
    f1 = 2 * hits / (passed + truths.sum())
    f1[:-1][ranked[:-1] == ranked[1:]] = -1  # no cut between equal probabilities
    best = int(np.argmax(f1))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float(np.clip(below + GAP_SHARE * (ranked[best] - below), FLOOR, 0.95))


def least_false_threshold(
    probabilities: NDArray[np.float64], truths: NDArray[np.bool_], share: float
) -> float:
    """Choose the lowest threshold with at most a share of the negatives above it.

    Args:
        probabilities: ``(n,)`` out of fold.
        truths: ``(n,)`` whether each is a positive.
        share: Greatest share of negatives that may pass, such as 1 / 200.
    """
    negatives = np.sort(probabilities[~truths])[::-1]
    if len(negatives) == 0 or truths.sum() == 0:
        return EVEN_ODDS
    allowed = int(len(negatives) * share)
    if allowed >= len(negatives):
        return FLOOR
    first_refused = negatives[allowed]
    above = probabilities[probabilities > first_refused]
    ceiling = float(above.min()) if len(above) else 1.0
    return float(np.clip((first_refused + ceiling) / 2, 0.05, 0.99))
