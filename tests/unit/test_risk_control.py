"""Thresholds that keep a promise on voices to come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.risk_control import bound_risk, highest_threshold, lowest_threshold


def draw_voices(seed: int, voices: int, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw scores of some voices, each with a level of its own and one to twelve texts."""
    chance = np.random.default_rng(seed)
    counts = chance.integers(1, 13, voices)
    levels = np.repeat(chance.normal(mean, 0.15, voices), counts)
    scores = np.clip(chance.normal(levels, 0.1), 0.0, 1.0)
    return scores, np.repeat(np.arange(voices), counts).astype(str)


@pytest.mark.parametrize("most", [0.05, 0.1, 0.2])
def test_a_promise_holds_on_new_voices(most: float) -> None:
    """Over many draws, new voices pass no more often than was promised."""
    passed = []
    for seed in range(150):
        scores, voices = draw_voices(seed, 60, 0.4)
        threshold = lowest_threshold(scores, voices, most)
        assert threshold is not None
        fresh, owners = draw_voices(10_000 + seed, 60, 0.4)
        passed.append(np.mean([np.mean(fresh[owners == o] >= threshold) for o in set(owners)]))
    assert np.mean(passed) <= most + 0.01
    assert np.mean(passed) >= most / 2  # and it is not met by passing nothing


@pytest.mark.parametrize("most", [0.1, 0.2])
def test_a_promise_of_few_misses_holds_on_new_voices(most: float) -> None:
    """Over many draws, new voices are missed no more often than was promised."""
    missed = []
    for seed in range(150):
        scores, voices = draw_voices(seed, 60, 0.6)
        threshold = highest_threshold(scores, voices, most)
        assert threshold is not None
        fresh, owners = draw_voices(10_000 + seed, 60, 0.6)
        missed.append(np.mean([np.mean(fresh[owners == o] < threshold) for o in set(owners)]))
    assert most / 2 <= np.mean(missed) <= most + 0.01


@given(st.integers(0, 10_000), st.floats(0.02, 0.9))
def test_a_stricter_promise_is_never_a_lower_threshold(seed: int, most: float) -> None:
    """Whatever the scores, allowing less raises the threshold or promises nothing."""
    scores, voices = draw_voices(seed, 30, 0.5)
    loose, strict = (
        lowest_threshold(scores, voices, most),
        lowest_threshold(scores, voices, most / 2),
    )
    if strict is not None:
        assert loose is not None
        assert loose <= strict


def test_few_voices_promise_nothing() -> None:
    """Nine voices cannot promise that fewer than one in ten errs, whatever they did."""
    scores, voices = draw_voices(1, 9, 0.2)
    assert lowest_threshold(scores, voices, 0.05) is None
    assert bound_risk(np.zeros(len(scores), dtype=bool), voices) == pytest.approx(0.1)


def test_a_talkative_voice_counts_once() -> None:
    """A hundred texts of one voice weigh no more than one text of another."""
    errors = np.array([True] * 100 + [False])
    voices = np.array(["talkative"] * 100 + ["quiet"])
    assert bound_risk(errors, voices) == pytest.approx((1 + 0 + 1) / 3)
