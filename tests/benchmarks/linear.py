"""Logistic regression on any rows, in as few columns as there are examples.

A penalised linear model is the same in any rotation of its columns. Turned so that only
the directions in which examples differ are left, a hundred thousand n-grams cost no more
than a sentence vector.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

SMALLEST = 1e-6  # of the greatest eigenvalue; below it no two examples differ


class Turned:
    """Rows turned into the directions of some examples."""

    def __init__(self, examples: Any) -> None:
        """Find the directions of examples, ``(n, columns)``, sparse or dense."""
        values, directions = np.linalg.eigh(products(examples, examples).astype(np.float64))
        kept = values > SMALLEST * values[-1]
        self.examples = examples
        self.back = directions[:, kept] / np.sqrt(values[kept])
        self.columns = directions[:, kept] * np.sqrt(values[kept])

    def turn(self, rows: Any) -> NDArray[np.float64]:
        """Turn other rows the same way."""
        turned: NDArray[np.float64] = products(rows, self.examples) @ self.back
        return turned


def products(rows: Any, others: Any) -> NDArray[np.float64]:
    """Return the dot product of each row with each of the others, ``(n, m)``."""
    product = rows @ others.T
    return product.toarray() if hasattr(product, "toarray") else np.asarray(product)


def fit_logistic(
    columns: NDArray[np.float64], labels: NDArray[Any], strength: float
) -> LogisticRegression:
    """Fit a logistic regression in which each class weighs the same, to its end (0047)."""
    model = LogisticRegression(
        C=strength, class_weight="balanced", solver="newton-cg", tol=1e-6, max_iter=200
    )
    return model.fit(columns, labels)
