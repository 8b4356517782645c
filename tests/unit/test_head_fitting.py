"""How heads are fitted: to their end, on hard sentences, and where there is nothing to fit."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from motbild.core.features import Rows, Shares
from motbild.core.head_fitting import Rotated, fit_binary, fit_classes, fit_independent, mine
from motbild.core.vocabularies import learn_features
from tests.encoders import HashingEncoder

ENCODER = HashingEncoder()


def test_a_fit_goes_to_its_end() -> None:
    """What a head says is the problem's answer, not where a processor's rounding stopped."""
    random = np.random.default_rng(0)
    plain = random.normal(size=(600, 30))
    wide = np.hstack([plain * np.linspace(1, 0.05, 30), random.normal(size=(600, 600)) / 20])
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    rows = Rows(csr_matrix((600, 0), dtype=np.float32), wide.astype(np.float32))
    labels = np.argmax(plain[:, :5] + random.normal(size=(600, 5)) * 0.7, axis=1)
    rotated = Rotated.of(rows)
    found = fit_classes(rotated, labels, 5, 8.0).scores(rows)
    exact = LogisticRegression(
        C=8.0, class_weight="balanced", solver="newton-cg", tol=1e-9, max_iter=500
    ).fit(rotated.columns, labels)
    wanted = rotated.columns @ exact.coef_.T + exact.intercept_
    assert np.abs(_centred(found) - _centred(wanted)).max() < 0.005


def _centred(scores: np.ndarray) -> np.ndarray:
    """Softmax knows no common part of the scores of a row."""
    centred: np.ndarray = scores - scores.mean(axis=1, keepdims=True)
    return centred


def test_a_head_with_one_truth_says_it_always() -> None:
    """Where examples all agree, or a class is missing, nothing breaks."""
    texts = ["de tar barnen", "bussen var sen", "vi åkte hem"]
    features = learn_features(texts, Shares(1.0, 1.0, 1.0))
    rows = features.rows(texts, ENCODER.encode(texts))
    rotated = Rotated.of(rows)
    assert fit_binary(rotated, np.array([True] * 3), 1.0)[1] > 0
    assert fit_binary(rotated, np.array([False] * 3), 1.0)[1] < 0
    for labels in ([4, 4, 4], [0, 4, 4], [0, 4, 1]):
        scores = fit_classes(rotated, np.array(labels), 5, 100.0).scores(rows)
        assert scores.argmax(axis=1).tolist() == labels


def test_a_sentence_of_a_harmless_text_is_no_threat() -> None:
    """A head that learns from sentences too tells one from the texts that it looks like."""
    texts = ["vi kommer hem", "bara en film", "vi kommer hem vi vet var", "bussen var sen"]
    features = learn_features(texts, Shares(1.0, 1.0, 1.0))
    flat = ["vi kommer hem bara en film", texts[0], texts[1], texts[2], texts[3]]
    rows = features.rows(flat, ENCODER.encode(flat))
    starts, truths = np.array([0, 3, 4]), np.array([False, True, False])
    rotated = Rotated.of(rows.take(starts))
    plain = fit_independent(rotated, truths[:, None], 100.0)
    mined = mine(plain, 0, rows, starts, truths, 100.0)
    assert plain.scores(rows)[1, 0] > 0
    assert (mined.scores(rows)[:, 0] > 0).tolist() == [False, False, False, True, False]


def test_where_all_threaten_there_is_nothing_to_mine() -> None:
    """A head that has seen one truth alone stays as it is."""
    features = learn_features(["vi kommer hem", "bussen var sen"], Shares(1.0, 1.0, 1.0))
    rows = features.rows(["vi kommer hem"], ENCODER.encode(["vi kommer hem"]))
    heads = fit_independent(Rotated.of(rows), np.array([[True]]), 1.0)
    assert mine(heads, 0, rows, np.array([0]), np.array([True]), 1.0) is heads
