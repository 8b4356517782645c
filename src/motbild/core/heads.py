"""Linear heads: one column of weights for each thing that is told of a text.

Here they are scored, and the scores of a text's units are joined; how they are fitted is in
`motbild.core.head_fitting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motbild.core.features import Rows
from motbild.core.units import Units


@dataclass(frozen=True, slots=True)
class Heads:
    """Linear heads side by side.

    Attributes:
        weights: ``(columns, heads)`` float32.
        intercepts: ``(heads,)`` float32.
    """

    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def scores(self, rows: Rows) -> NDArray[np.float32]:
        """Return raw scores, ``(n, heads)``."""
        return rows.dot(self.weights) + self.intercepts


def unit_starts(units: Sequence[Units]) -> NDArray[np.intp]:
    """Return the row of each text's whole when all units stand in one list."""
    counts = [1 + len(unit.sentences) for unit in units]
    return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)[: len(units)]


def combine_units(
    scores: NDArray[np.floating], starts: NDArray[np.intp], discount: float
) -> NDArray[np.float64]:
    """Take for each text the greatest score of its whole and its discounted sentences.

    Args:
        scores: ``(units, heads)`` raw.
        starts: Row of each text's whole.
        discount: What each sentence loses.

    Returns:
        ``(texts, heads)`` raw scores.
    """
    lowered = np.asarray(scores, dtype=np.float64) - discount
    lowered[starts] += discount
    if not len(starts):
        return lowered
    combined: NDArray[np.float64] = np.maximum.reduceat(lowered, starts, axis=0)
    return combined


def carrying_units(scores: NDArray[np.floating], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each text and head the row of its highest sentence, or of a lone whole."""
    stops = np.append(starts[1:], len(scores))
    carriers = np.empty((len(starts), scores.shape[1]), dtype=np.intp)
    for n, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        first = start + 1 if stop - start > 1 else start
        carriers[n] = first + np.argmax(scores[first:stop], axis=0)
    return carriers
