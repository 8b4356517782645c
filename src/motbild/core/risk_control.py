"""Thresholds with a promise: how often at most one kind of error happens on new voices.

Conformal risk control turns errors on voices that a model had not seen into a bound on
those to come. A voice, not a text, is what is drawn anew: the texts of one writer are
alike, and counting each would promise too much.

Source:
    Angelopoulos, Bates, Fisch, Lei and Schuster, Conformal Risk Control, ICLR 2024.
"""

import numpy as np
from numpy.typing import NDArray

FEWEST_VOICES = 20  # fewer bound no error below one in twenty


def bound_risk(errors: NDArray[np.bool_], voices: NDArray[np.str_]) -> float:
    """Return what share of errors to expect at most from a voice drawn like these.

    Args:
        errors: ``(n,)`` whether each text is one.
        voices: ``(n,)`` who speaks.

    Returns:
        The mean share of the voices, with one more voice all of whose texts are errors.
    """
    _, shares = _shares(errors[:, None].astype(np.float64), voices)
    return float((shares.sum() + 1.0) / (len(shares) + 1))


def lowest_threshold(
    scores: NDArray[np.float64], voices: NDArray[np.str_], most: float
) -> float | None:
    """Return the lowest threshold at which at most a share of negatives is expected to pass.

    Args:
        scores: ``(n,)`` of texts that should not pass, none of their voices seen in training.
        voices: ``(n,)`` who speaks.
        most: The share, such as 0.05.

    Returns:
        The threshold, which a score passes when it is at least as great; None where so
        few voices can promise nothing of the kind.
    """
    candidates = np.append(np.unique(scores), np.inf)
    kept = _expected(scores, voices, candidates, above=True) <= most
    if not kept.any():
        return None
    first = int(np.argmax(kept))
    below = candidates[first - 1] if first else 0.0
    # Halfway up from the last score that must not pass, since no text lies in between.
    return float((below + min(candidates[first], 1.0)) / 2) if first else 0.0


def highest_threshold(
    scores: NDArray[np.float64], voices: NDArray[np.str_], most: float
) -> float | None:
    """Return the highest threshold at which at most a share of positives is expected missed.

    Args:
        scores: ``(n,)`` of texts that should pass.
        voices: ``(n,)`` who speaks.
        most: The share.

    Returns:
        The threshold, or None where so few voices can promise nothing of the kind.
    """
    candidates = np.unique(scores)
    kept = _expected(scores, voices, candidates, above=False) <= most
    return float(candidates[kept][-1]) if kept.any() else None


def _expected(
    scores: NDArray[np.float64],
    voices: NDArray[np.str_],
    candidates: NDArray[np.float64],
    *,
    above: bool,
) -> NDArray[np.float64]:
    """Bound the share of errors at each candidate threshold."""
    passed = scores[:, None] >= candidates[None, :]
    _, shares = _shares((passed if above else ~passed).astype(np.float64), voices)
    bounds: NDArray[np.float64] = (shares.sum(axis=0) + 1.0) / (len(shares) + 1)
    return bounds


def _shares(
    errors: NDArray[np.float64], voices: NDArray[np.str_]
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Return each voice, and its share of errors at each threshold."""
    names, owners, counts = np.unique(voices, return_inverse=True, return_counts=True)
    sums = np.zeros((len(names), errors.shape[1]))
    np.add.at(sums, owners, errors)
    return names, sums / counts[:, None]
