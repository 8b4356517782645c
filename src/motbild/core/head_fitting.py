"""How linear heads are fitted: on whole texts rotated into few columns, and on hard sentences."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from motbild.core.features import Rows
from motbild.core.heads import Heads

JITTER = 1e-4  # of a row's squared length of one: tells examples apart that say the same
TOLERANCE = 1e-6  # of the gradient; scores then differ by a thousandth between processors
MOST_STEPS = 200  # of Newton; ten are the rule
MINING_TOLERANCE = 1e-3
ABSENT = -30.0  # log-odds of what no example shows
MOST_MINED = 2000  # sentences; more change nothing


@dataclass(frozen=True, slots=True)
class Rotated:
    """Examples in no more columns than there are examples, all their distances kept.

    A penalised linear model is the same in any rotation of its columns, and some thousand
    columns are fitted a hundred times faster than the hundred thousand of the n-grams.

    Attributes:
        columns: ``(n, n)``: the Cholesky factor of the examples' products.
        rows: The examples as they were.
    """

    columns: NDArray[np.float64]
    rows: Rows

    @classmethod
    def of(cls, rows: Rows) -> "Rotated":
        """Rotate examples."""
        products = rows.cosines(rows).astype(np.float64)
        products[np.diag_indices_from(products)] += JITTER
        # The upper factor, turned: then neither LAPACK nor the solver copies what is large.
        upper = cholesky(products.T, lower=False, overwrite_a=True, check_finite=False)
        return cls(upper.T, rows)

    def unrotate(self, weights: NDArray[np.float64]) -> NDArray[np.float32]:
        """Turn weights ``(n, heads)`` into weights on the columns of the rows."""
        duals = solve_triangular(self.columns, weights, trans="T", lower=True).astype(np.float32)
        return np.vstack([self.rows.ngrams.T @ duals, self.rows.vectors.T @ duals])


def fit_binary(
    examples: Rotated, truths: NDArray[np.bool_], strength: float
) -> tuple[NDArray[np.float64], float]:
    """Fit one head; where all examples agree, it says so of every text.

    Returns:
        Weights on the rotated columns, ``(r,)``, and intercept.
    """
    if truths.all() or not truths.any():
        return np.zeros(examples.columns.shape[1]), -ABSENT if truths.all() else ABSENT
    model = _regression(strength).fit(examples.columns, truths)
    return model.coef_[0], float(model.intercept_[0])


def fit_independent(examples: Rotated, truths: NDArray[np.bool_], strength: float) -> Heads:
    """Fit heads that may be true together.

    Args:
        examples: The rotated examples.
        truths: ``(n, heads)``.
        strength: Inverse regularisation.
    """
    fitted = [fit_binary(examples, column, strength) for column in truths.T]
    weights = np.column_stack([column for column, _ in fitted])
    intercepts = np.array([intercept for _, intercept in fitted], dtype=np.float32)
    return Heads(examples.unrotate(weights), intercepts)


def fit_classes(
    examples: Rotated, labels: NDArray[np.intp], classes: int, strength: float
) -> Heads:
    """Fit heads of which one is true; a class that no example shows is never likely.

    Args:
        examples: The rotated examples.
        labels: ``(n,)`` position of each example's class.
        classes: How many classes there are.
        strength: Inverse regularisation.
    """
    weights = np.zeros((examples.columns.shape[1], classes))
    intercepts = np.full(classes, ABSENT, dtype=np.float32)
    present = np.unique(labels)
    if len(present) == 1:
        intercepts[present] = 0.0
    elif len(present) == 2:  # the solver gives one column for two classes
        column, intercept = fit_binary(examples, labels == present[1], strength)
        weights[:, present] = np.column_stack([-column, column]) / 2
        intercepts[present] = [-intercept / 2, intercept / 2]
    else:
        model = _regression(strength).fit(examples.columns, labels)
        weights[:, present], intercepts[present] = model.coef_.T, model.intercept_
    return Heads(examples.unrotate(weights), intercepts)


def mine(
    heads: Heads,
    column: int,
    rows: Rows,
    starts: NDArray[np.intp],
    truths: NDArray[np.bool_],
    strength: float,
) -> Heads:
    """Return heads with one of them fitted anew, on sentences too.

    Examples are whole texts, while a text is scored by its highest sentence, and a
    sentence alone may look like what its text is not. Of the texts that are not, the
    sentences that the head scores highest are learned from as what they are.

    Args:
        heads: Fitted on whole texts.
        column: Which of them.
        rows: All units of the examples.
        starts: Row of each text's whole.
        truths: ``(n,)`` of the texts.
        strength: Inverse regularisation.
    """
    if truths.all() or not truths.any():
        return heads
    owners = np.searchsorted(starts, np.arange(len(rows.vectors)), side="right") - 1
    is_part = ~truths[owners]
    is_part[starts] = False
    parts = np.flatnonzero(is_part)
    scores = heads.scores(rows.take(parts))[:, column]
    hardest = parts[np.argsort(-scores, kind="stable")[:MOST_MINED]]
    chosen = rows.take(np.concatenate([starts, hardest]))
    labels = np.concatenate([truths, np.zeros(len(hardest), dtype=bool)])
    # Without parents the second half of the columns is nearly empty: too wide to rotate,
    # sparse enough to be fitted as it is.
    model = LogisticRegression(
        C=strength,
        class_weight="balanced",
        solver="liblinear",
        tol=MINING_TOLERANCE,
        max_iter=1000,
    )
    model.fit(hstack([chosen.ngrams, csr_matrix(chosen.vectors)], format="csr"), labels)
    weights, intercepts = heads.weights.copy(), heads.intercepts.copy()
    weights[:, column], intercepts[column] = model.coef_[0], model.intercept_[0]
    return Heads(weights, intercepts)


def _regression(strength: float) -> LogisticRegression:
    """Return what is fitted to its end: Newton's steps, in double precision.

    In single precision and with a quasi-Newton's line search, rounding decided where a fit
    was given up, and each kind of processor learned stances of its own.
    """
    return LogisticRegression(
        C=strength,
        class_weight="balanced",
        solver="newton-cg",
        tol=TOLERANCE,
        max_iter=MOST_STEPS,
    )
