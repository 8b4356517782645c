"""How the curves that turn scores into probabilities are fitted.

Everything here is learned on out-of-fold scores: those that a model gave to texts
whose whole voice it had not seen.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from sklearn.linear_model import LogisticRegression

from motbild.core.calibration import Gate, Sigmoid, gate_sides, softmax

LOG_TEMPERATURES = (-3.0, 1.0)  # no sharper, even where few examples are told apart fully


def fit_sigmoid(scores: NDArray[np.floating], truths: NDArray[np.bool_]) -> Sigmoid:
    """Fit a rising curve to scores and truths by likelihood.

    Targets are pulled a little from 0 and 1, so that few examples give no certainty.

    Source:
        Platt, Probabilistic Outputs for Support Vector Machines, 1999.
    """
    positives, negatives = int(truths.sum()), int((~truths).sum())
    if not positives or not negatives:
        return Sigmoid()
    targets = np.where(truths, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    raw = np.asarray(scores, dtype=np.float64)

    def loss(values: NDArray[np.float64]) -> float:
        z = np.exp(values[0]) * raw + values[1]
        return float(np.sum(np.logaddexp(0, z) - targets * z))

    found = minimize(loss, np.array([0.0, 0.0]), method="L-BFGS-B", bounds=[(-4, 4), (-20, 20)])
    return Sigmoid(float(np.exp(found.x[0])), float(found.x[1]))


def fit_temperature(scores: NDArray[np.floating], labels: NDArray[np.intp]) -> float:
    """Fit the one factor that makes the softmax of scores most likely.

    Args:
        scores: ``(n, classes)`` out-of-fold log-odds.
        labels: ``(n,)`` column of the true class.
    """
    rows = np.arange(len(labels))

    def loss(log_factor: float) -> float:
        probabilities = softmax(scores * np.exp(log_factor))
        return float(-np.log(np.maximum(probabilities[rows, labels], 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=LOG_TEMPERATURES, method="bounded").x))


def fit_gate(
    talking: NDArray[np.float64], narratives: NDArray[np.float64], truths: NDArray[np.bool_]
) -> Gate:
    """Fit a gate by likelihood.

    Args:
        talking: ``(n,)`` out of fold, as for `Gate.probabilities`.
        narratives: ``(n, narratives)`` likewise.
        truths: ``(n,)`` whether each text bears a narrative.
    """
    if truths.all() or not truths.any():
        return Gate()
    model = LogisticRegression(C=1.0).fit(gate_sides(talking, narratives), truths)
    (stance_slope, narrative_slope), (offset,) = model.coef_[0], model.intercept_
    return Gate(float(stance_slope), float(narrative_slope), float(offset))
