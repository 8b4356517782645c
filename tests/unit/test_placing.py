"""Where thresholds lie: what they must refuse."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from motbild.core.placing import (
    FALSE_BACKGROUND_SHARE,
    FALSE_FLAG_SHARE,
    FALSE_THREAT_SHARE,
    Labels,
    even_thresholds,
    place_thresholds,
)
from motbild.core.verdicts import ASSERTS, NONE, Probabilities, Thresholds

VOICES = 40


@dataclass
class Scored:
    """Texts with one narrative: hard seeds first, then background."""

    found: Probabilities
    truths: NDArray[np.bool_]
    stances: NDArray[np.intp]

    def place(self) -> Thresholds:
        """Place the thresholds for them."""
        count = len(self.stances)
        voices = np.array([f"voice-{n % VOICES}" for n in range(count)])
        labels = Labels(self.truths, self.stances, voices, np.full(count, "sv"))
        return place_thresholds(self.found, ("rov",), labels)

    def flagged(self) -> NDArray[np.bool_]:
        """Tell which would be flagged."""
        placed = self.place()
        matched = self.found.narratives[:, 0] >= placed.narratives["rov"]
        return matched & (self.found.stances[:, ASSERTS] >= placed.asserts)


def scored(seed: int, background: int, easiest: float = 0.0) -> Scored:
    """Draw 200 hard seeds, half of them asserting, and background, scored with overlap.

    Args:
        seed: Seeds the draw.
        background: How many texts of background.
        easiest: What the scores of the background are lowered by.
    """
    draw = np.random.default_rng(seed)
    asserts = np.arange(200) < 100
    hard = np.clip(draw.normal(np.where(asserts, 0.7, 0.4), 0.2), 0, 1)
    scores = np.concatenate([hard, np.clip(draw.normal(0.3 - easiest, 0.2, background), 0, 0.94)])
    truths = np.zeros((200 + background, 3), dtype=bool)
    truths[:100, 0] = truths[:200, 2] = True
    stances = np.full(len(scores), NONE)
    stances[:100] = ASSERTS
    told = np.zeros((len(scores), 5))
    told[:, ASSERTS] = scores
    return Scored(Probabilities(scores[:, None], scores * 0, told), truths, stances)


@given(st.integers(0, 1000), st.integers(0, 400))
def test_false_flags_keep_within_both_shares(seed: int, background: int) -> None:
    """Little of the protected speech is flagged, and next to nothing of the background."""
    flagged = scored(seed, background).flagged()
    assert flagged[100:200].mean() <= FALSE_FLAG_SHARE
    assert flagged[200:].sum() <= FALSE_BACKGROUND_SHARE * background


@pytest.mark.parametrize("background", [10, 1000])
def test_easy_background_excuses_no_false_flag(background: int) -> None:
    """However much ordinary writing there is, protected speech is counted by itself."""
    assert scored(1, background, easiest=1.0).place().asserts == scored(1, 0).place().asserts


def test_few_false_threats_pass() -> None:
    """Neither of the hard seeds nor of the background do more pass as threats than is allowed."""
    drawn = scored(2, 600)
    draw = np.random.default_rng(2)
    drawn.truths[150:200, 1] = True
    threats = np.clip(draw.normal(np.where(drawn.truths[:, 1], 0.8, 0.3), 0.2), 0, 0.98)
    drawn.found = replace(drawn.found, threats=threats)
    is_told = threats >= drawn.place().threat
    harmless = ~drawn.truths[:, 1]
    for texts in (drawn.truths[:, 2] & harmless, ~drawn.truths[:, 2]):
        assert is_told[texts].mean() <= FALSE_THREAT_SHARE
    assert is_told[~harmless].any()


def test_without_scores_there_are_even_odds() -> None:
    """Where no voice could be held out, every threshold is one half."""
    assert even_thresholds(("rov", "gift")) == Thresholds({"rov": 0.5, "gift": 0.5}, 0.5, 0.5)
