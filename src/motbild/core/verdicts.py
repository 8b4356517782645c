"""What probabilities are, and what thresholds make of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from motbild.core.records import STANCES

HALF = 0.5  # share of its threshold from which a narrative is explained, and may match
TALKS = 0.6  # probability from which a text talks of some narrative, at least its likeliest
ASSERTS = STANCES.index("asserts")
NONE = STANCES.index("none")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where probabilities become matches, threats and flags.

    Attributes:
        narratives: By narrative id.
        threat: From which probability a text is a threat.
        asserts: From which probability a text is said to assert.
        asserts_by_lang: The same for the languages that have one of their own.
    """

    narratives: Mapping[str, float]
    threat: float
    asserts: float
    asserts_by_lang: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities for a batch of texts.

    Attributes:
        narratives: ``(n, narratives)``.
        threats: ``(n,)``.
        stances: ``(n, 5)`` in the order of `STANCES`.
    """

    narratives: NDArray[np.float64]
    threats: NDArray[np.float64]
    stances: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the thresholds make of probabilities.

    Attributes:
        matched: ``(n, narratives)``.
        stances: ``(n,)`` position in `STANCES`; ``none`` where nothing matched.
        threats: ``(n,)``.
        flagged: ``(n,)``.
    """

    matched: NDArray[np.bool_]
    stances: NDArray[np.intp]
    threats: NDArray[np.bool_]
    flagged: NDArray[np.bool_]


def pass_thresholds(probabilities: Probabilities, limits: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which narratives pass their thresholds, as a flag asks of one of them.

    Args:
        probabilities: Of ``n`` texts.
        limits: ``(narratives,)`` thresholds.

    Returns:
        ``(n, narratives)``.
    """
    passed: NDArray[np.bool_] = probabilities.narratives >= limits
    return passed


def match_narratives(
    probabilities: Probabilities, limits: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which narratives match.

    Those past their thresholds do, and where a text surely talks of some narrative, the
    likeliest from half of its own on.

    Args:
        probabilities: Of ``n`` texts.
        limits: ``(narratives,)`` thresholds.

    Returns:
        ``(n, narratives)``.
    """
    relative = probabilities.narratives / limits
    likeliest = relative == relative.max(axis=1, keepdims=True)
    talks = probabilities.stances[:, [NONE]] <= 1.0 - TALKS
    at_half: NDArray[np.bool_] = likeliest & talks & (relative >= HALF)
    return pass_thresholds(probabilities, limits) | at_half
