"""Where the thresholds of a classifier lie: rules on out-of-fold probabilities.

The pack's hard seeds stand close to the narratives, its background far from them. A
stream of posts is nearly all background, so that thresholds are held to both: few false
flags among the hard ones, next to none in the background.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from motbild.core.calibration import EVEN_ODDS, best_f1_threshold, least_false_threshold
from motbild.core.classifier import ASSERTS, Probabilities, Thresholds

FALSE_THREAT_SHARE = 1 / 200  # false threats cost attention where it must stay sharp
FALSE_FLAG_SHARE = 0.12  # of the hard seeds that assert nothing false
# The packs' background is written to be mistaken for more, by the words it shares with
# the narratives; of other people's writing far less passes.
FALSE_BACKGROUND_SHARE = 1 / 100  # of the background, for flags and for each narrative


def even_thresholds(narratives: Sequence[str]) -> Thresholds:
    """Return even odds everywhere, for want of scores to place thresholds on."""
    return Thresholds(dict.fromkeys(narratives, EVEN_ODDS), EVEN_ODDS, EVEN_ODDS)


def place_thresholds(
    found: Probabilities,
    narratives: Sequence[str],
    truths: NDArray[np.bool_],
    stances: NDArray[np.intp],
) -> Thresholds:
    """Place each threshold by its rule.

    A narrative's maximises its F1, with at most `FALSE_BACKGROUND_SHARE` of the background
    above it. The threat's lets at most one in two hundred others pass. The one for
    ``asserts`` decides which of the matched texts are flagged: it maximises F1 where at
    most `FALSE_FLAG_SHARE` of protected speech (criticism, counters, reports, questions)
    and `FALSE_BACKGROUND_SHARE` of the background would be. Protected speech is counted
    among the hard seeds alone, or any amount of background would excuse flagging it.

    Args:
        found: Out-of-fold probabilities.
        narratives: Narrative ids, in the order of the columns.
        truths: ``(n, narratives + 2)`` whether each narrative is there, whether a threat
            is, and whether the text is a hard seed.
        stances: ``(n,)`` position in `STANCES`.
    """
    hard, background = truths[:, -1], ~truths[:, -1]
    placed = {
        name: max(
            best_f1_threshold(found.narratives[:, n], truths[:, n]),
            _refuse_background(found.narratives[:, n], background, FALSE_BACKGROUND_SHARE),
        )
        for n, name in enumerate(narratives)
    }
    threat = least_false_threshold(found.threats, truths[:, -2], FALSE_THREAT_SHARE)
    is_matched = (found.narratives >= np.array(list(placed.values()))).any(axis=1)
    flag_scores = np.where(is_matched, found.stances[:, ASSERTS], 0.0)
    asserts = max(
        best_f1_threshold(flag_scores[hard], stances[hard] == ASSERTS, FALSE_FLAG_SHARE),
        _refuse_background(flag_scores, background, FALSE_BACKGROUND_SHARE),
    )
    return Thresholds(placed, threat, asserts)


def _refuse_background(
    probabilities: NDArray[np.float64], background: NDArray[np.bool_], share: float
) -> float:
    """Return the lowest threshold with at most a share of the background above it."""
    if not background.any():
        return 0.0
    return least_false_threshold(probabilities, ~background, share)
