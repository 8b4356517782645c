"""Metrics: the same values as the library's, with intervals that hold them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

from motbild.core import metrics


def once(count: int) -> np.ndarray:
    """Return the weights that draw each text once."""
    return np.ones((1, count))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_average_precision_is_the_known_one(pairs: list[tuple[int, bool]]) -> None:
    """Ties and all, it equals scikit-learn's; without a true text it is NaN."""
    scores = np.array([score / 5 for score, _ in pairs])
    truths = np.array([truth for _, truth in pairs])
    value = metrics.average_precision(scores, truths, once(len(pairs)))[0]
    if truths.any():
        assert value == pytest.approx(average_precision_score(truths, scores))
    else:
        assert np.isnan(value)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_detection_measures_are_the_known_ones(pairs: list[tuple[bool, bool]]) -> None:
    """Precision, recall and F1 equal scikit-learn's where they are defined."""
    predicted = np.array([p for p, _ in pairs])
    truths = np.array([t for _, t in pairs])
    weights = once(len(pairs))
    if predicted.any():
        expected = precision_score(truths, predicted)
        assert metrics.precision(predicted, truths, weights)[0] == pytest.approx(expected)
    if truths.any():
        expected = recall_score(truths, predicted)
        assert metrics.recall(predicted, truths, weights)[0] == pytest.approx(expected)
        assert metrics.f1(predicted, truths, weights)[0] == pytest.approx(
            f1_score(truths, predicted)
        )


def test_weights_count_a_text_as_often_as_it_is_drawn() -> None:
    """A text drawn twice counts as two."""
    scores, truths = np.array([0.9, 0.8, 0.1]), np.array([True, False, True])
    drawn = metrics.average_precision(scores, truths, np.array([[1.0, 2.0, 1.0]]))[0]
    spelled = average_precision_score([1, 0, 0, 1], [0.9, 0.8, 0.8, 0.1])
    assert drawn == pytest.approx(spelled)


def test_macro_f1_is_over_the_classes_that_occur() -> None:
    """A class that nobody bears has no part in the mean."""
    truths = np.array([[True, False], [True, False]])
    assert metrics.macro_f1(truths, truths, once(2))[0] == 1.0


def test_calibration_error_is_the_mean_gap() -> None:
    """Told seven tenths and seen five tenths is two tenths off; told rightly, nothing."""
    truths = np.arange(10) % 2 == 0
    assert metrics.calibration_error(np.full(10, 0.7), truths, once(10))[0] == pytest.approx(0.2)
    assert metrics.calibration_error(np.full(10, 0.5), truths, once(10))[0] == 0.0


def test_intervals_hold_the_value_and_repeat() -> None:
    """The interval lies around the value and is the same for the same seed."""
    random = np.random.default_rng(1)
    truths = random.random(200) < 0.4
    scores = np.where(truths, 0.6, 0.4) + random.normal(0, 0.2, 200)

    def told(seed: int) -> metrics.Estimate:
        weights = metrics.draw_weights(200, seed, 200)
        return metrics.estimate(lambda w: metrics.average_precision(scores, truths, w), weights)

    found = told(3)
    assert found == told(3)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high


def test_what_cannot_be_computed_is_none() -> None:
    """The precision of nothing is told as None, never as zero."""
    nothing = np.zeros(5, dtype=bool)
    weights = metrics.draw_weights(5, 0, 10)
    found = metrics.estimate(lambda w: metrics.precision(nothing, nothing, w), weights)
    assert found.as_dict() == {"value": None, "low": None, "high": None}
