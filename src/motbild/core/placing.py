"""Where the thresholds of a classifier lie: rules on out-of-fold probabilities.

The pack's hard seeds stand close to the narratives, its background far from them. A
stream of posts is nearly all background, so that thresholds are held to both: few false
flags among the hard ones, next to none in the background.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motbild.core.calibration import EVEN_ODDS, best_f1_threshold, least_false_threshold
from motbild.core.risk_control import FEWEST_VOICES, lowest_threshold
from motbild.core.verdicts import ASSERTS, Probabilities, Thresholds, pass_thresholds

# False threats cost attention where it must stay sharp, since a night that tells one alarms. Of
# other people's writing far less passes: the packs' hard texts and background have many that are
# a threat's words with another meaning.
FALSE_THREAT_SHARE = 1 / 200  # of the hard texts that threaten nobody, and of the background
FALSE_FLAG_SHARE = 0.10  # of a voice's hard texts that assert nothing false
# The packs' background is written to be mistaken for more, by the words it shares with
# the narratives; of other people's writing far less passes.
FALSE_BACKGROUND_SHARE = 1 / 100  # of the background, for each narrative
FALSE_BACKGROUND_FLAG_SHARE = 3 / 400  # and for flags, which call what they find a rumour


def even_thresholds(narratives: Sequence[str]) -> Thresholds:
    """Return even odds everywhere, for want of scores to place thresholds on."""
    return Thresholds(dict.fromkeys(narratives, EVEN_ODDS), EVEN_ODDS, EVEN_ODDS)


@dataclass(frozen=True, slots=True)
class Labels:
    """What people say of the texts that thresholds are placed on.

    Attributes:
        truths: ``(n, narratives + 2)`` whether each narrative is there, whether a threat
            is, and whether the text is a hard seed.
        stances: ``(n,)`` position in `STANCES`.
        voices: ``(n,)`` who speaks.
        langs: ``(n,)`` ISO 639-1.
    """

    truths: NDArray[np.bool_]
    stances: NDArray[np.intp]
    voices: NDArray[np.str_]
    langs: NDArray[np.str_]

    @property
    def hard(self) -> NDArray[np.bool_]:
        """Return which texts are hard seeds, the others being background."""
        marked: NDArray[np.bool_] = self.truths[:, -1]
        return marked

    @property
    def protected(self) -> NDArray[np.bool_]:
        """Return the hard seeds that assert nothing false."""
        marked: NDArray[np.bool_] = self.hard & (self.stances != ASSERTS)
        return marked


def place_thresholds(found: Probabilities, narratives: Sequence[str], labels: Labels) -> Thresholds:
    """Place each threshold by its rule.

    A narrative's maximises its F1, with at most `FALSE_BACKGROUND_SHARE` of the background
    above it. The threat's lets at most `FALSE_THREAT_SHARE` of the other hard seeds pass, and
    of the background. The one for ``asserts`` decides which of the texts past a narrative's
    threshold are flagged: it maximises F1 where at most `FALSE_FLAG_SHARE` of a new voice's
    protected speech (criticism, counters, reports, questions) is expected to be flagged, and
    `FALSE_BACKGROUND_FLAG_SHARE` of the background was. A language with voices enough to
    promise that has its own; the others share that of all. Protected speech is counted
    among the hard seeds alone, or any amount of background would excuse flagging it.

    Args:
        found: Out-of-fold probabilities.
        narratives: Narrative ids, in the order of the columns.
        labels: What people say of the same texts.
    """
    background = ~labels.hard
    placed = {
        name: max(
            best_f1_threshold(found.narratives[:, n], labels.truths[:, n]),
            _refuse_background(found.narratives[:, n], background, FALSE_BACKGROUND_SHARE),
        )
        for n, name in enumerate(narratives)
    }
    threat = max(
        least_false_threshold(
            found.threats[labels.hard], labels.truths[labels.hard, -2], FALSE_THREAT_SHARE
        ),
        _refuse_background(found.threats, background, FALSE_THREAT_SHARE),
    )
    is_passed = pass_thresholds(found, np.array(list(placed.values()))).any(axis=1)
    scores = np.where(is_passed, found.stances[:, ASSERTS], 0.0)
    # What ordinary writing asks holds everywhere: few languages have enough of it to tell.
    least = _refuse_background(scores, background, FALSE_BACKGROUND_FLAG_SHARE)
    everywhere = np.ones_like(labels.hard)
    by_lang = {
        str(lang): max(least, _place_asserts(scores, labels, labels.langs == lang))
        for lang in np.unique(labels.langs)
        if _has_support(labels, labels.langs == lang)
    }
    shared = max(least, _place_asserts(scores, labels, everywhere))
    return Thresholds(placed, threat, shared, by_lang)


def _has_support(labels: Labels, chosen: NDArray[np.bool_]) -> bool:
    """Tell whether some texts have voices enough on both sides to place a threshold by."""
    asserting = chosen & (labels.stances == ASSERTS)
    sides = (labels.voices[labels.protected & chosen], labels.voices[asserting])
    return all(len(np.unique(voices)) >= FEWEST_VOICES for voices in sides)


def _place_asserts(scores: NDArray[np.float64], labels: Labels, chosen: NDArray[np.bool_]) -> float:
    """Place the threshold of ``asserts`` on some of the texts."""
    hard, protected = labels.hard & chosen, labels.protected & chosen
    promised = lowest_threshold(scores[protected], labels.voices[protected], FALSE_FLAG_SHARE)
    return max(
        best_f1_threshold(scores[hard], labels.stances[hard] == ASSERTS),
        EVEN_ODDS if promised is None else promised,
    )


def _refuse_background(
    probabilities: NDArray[np.float64], background: NDArray[np.bool_], share: float
) -> float:
    """Return the lowest threshold with at most a share of the background above it."""
    if not background.any():
        return 0.0
    return least_false_threshold(probabilities, ~background, share)
