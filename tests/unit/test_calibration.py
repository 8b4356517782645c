"""Calibration: curves and thresholds placed on out-of-fold scores."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.calibration import (
    EVEN_ODDS,
    FLOOR,
    Gate,
    Sigmoid,
    best_f1_threshold,
    least_false_threshold,
    logistic,
    recalibrate,
    softmax,
)
from motbild.core.calibration_fitting import fit_gate, fit_sigmoid, fit_temperature

LABELLED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60).map(
    lambda pairs: (np.array([p for p, _ in pairs]), np.array([t for _, t in pairs]))
)


def test_a_fitted_curve_tells_the_observed_share() -> None:
    """Where a quarter of the texts of a score are true, it says about a quarter."""
    scores = np.repeat([-1.0, 1.0], 400)
    truths = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])
    low, high = fit_sigmoid(scores, truths).probabilities(np.array([-1.0, 1.0]))
    assert abs(low - 0.25) < 0.02
    assert abs(high - 0.75) < 0.02


@given(LABELLED)
def test_a_curve_never_turns_the_order_round(labelled: tuple[np.ndarray, np.ndarray]) -> None:
    """A higher score never gets a lower probability, and all lie between 0 and 1."""
    scores, truths = labelled
    probabilities = fit_sigmoid(scores, truths).probabilities(np.sort(scores))
    assert (np.diff(probabilities) >= 0).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_one_kind_of_truth_leaves_the_curve_as_it_is() -> None:
    """Nothing is fitted where nothing can be told apart."""
    assert fit_sigmoid(np.array([1.0, 2.0]), np.array([True, True])) == Sigmoid()


def test_temperature_tames_sure_and_wrong_scores() -> None:
    """Scores that are sure and often wrong are drawn together."""
    scores = np.tile([[9.0, 0.0], [0.0, 9.0]], (50, 1))
    labels = np.array([0, 1, 1, 0] * 25)
    assert fit_temperature(scores, labels) < 0.2
    np.testing.assert_allclose(softmax(scores).sum(axis=1), 1.0)


def test_the_best_threshold_parts_what_can_be_parted() -> None:
    """Where scores part true from false, the threshold lies between them."""
    probabilities = np.concatenate([np.full(20, 0.9), np.full(80, 0.4)])
    truths = np.arange(100) < 20
    assert 0.4 < best_f1_threshold(probabilities, truths) < 0.9


def test_too_few_positives_place_no_threshold() -> None:
    """A handful of positives gives even odds rather than chance."""
    probabilities, truths = np.linspace(0, 1, 50), np.arange(50) > 46
    assert best_f1_threshold(probabilities, truths) == EVEN_ODDS


@given(LABELLED, st.sampled_from([0.0, 0.1, 0.5]))
def test_thresholds_keep_false_ones_within_their_share(
    labelled: tuple[np.ndarray, np.ndarray], share: float
) -> None:
    """No more than the allowed share of negatives lies above either threshold."""
    probabilities, truths = labelled
    allowed = share * (~truths).sum()
    if truths.any() and probabilities.max() < 0.95:
        threshold = least_false_threshold(probabilities, truths, share)
        assert threshold >= 0.05
        assert ((probabilities > threshold) & ~truths).sum() <= allowed
    assert best_f1_threshold(probabilities, truths) >= FLOOR


@given(st.integers(0, 1000))
def test_a_gate_lets_through_what_talks(seed: int) -> None:
    """Fitted on two noisy sides, it tells better than either, and rises with both."""
    draw = np.random.default_rng(seed)
    truths = np.arange(400) < 150
    talking = logistic(draw.normal(np.where(truths, 1.0, -1.0), 1.5))
    own = logistic(draw.normal(np.where(truths, 0.5, -2.0), 1.5))[:, None]
    gate = fit_gate(talking, own, truths)
    passed = gate.probabilities(talking, own)
    assert abs(passed.mean() - truths.mean()) < 0.02
    raised = gate.probabilities(np.minimum(talking + 0.1, 1.0), np.minimum(own + 0.1, 1.0))
    assert (raised >= passed - 1e-9).all()


def test_a_gate_of_agreeing_examples_is_the_plain_one() -> None:
    """Where every example talks of a narrative there is nothing to fit."""
    sides = np.full(5, 0.9)
    assert fit_gate(sides, sides[:, None], np.ones(5, dtype=bool)) == Gate()


@given(st.integers(0, 1000), st.floats(0.2, 3.0), st.floats(-4.0, 4.0))
def test_a_calibrated_column_leaves_rows_whole_and_in_order(
    seed: int, slope: float, offset: float
) -> None:
    """Rows sum to one, the column keeps its order, and the others their proportions."""
    rows = softmax(np.random.default_rng(seed).normal(0, 6, (40, 5)))
    told = recalibrate(rows, 1, Sigmoid(slope, offset))
    assert np.allclose(told.sum(axis=1), 1.0)
    assert told.min() >= 0.0
    order = np.argsort(rows[:, 1])
    assert (np.diff(told[order, 1]) >= -1e-9).all()
    assert np.allclose(told[:, 3] * rows[:, 4], told[:, 4] * rows[:, 3])


def test_the_even_curve_calibrates_nothing() -> None:
    """Also where a row is sure, or sure of the opposite."""
    rows = np.array([[0.2, 0.8], [1.0, 0.0], [0.0, 1.0]])
    assert np.allclose(recalibrate(rows, 1, Sigmoid()), rows)
