"""Evidence: words that a person can read, and the nearest seeds."""

import numpy as np

from motbild.core.evidence import SeedBank, weigh_terms
from motbild.core.features import Features, Shares
from motbild.core.narratives import Seed
from motbild.core.text import model_text
from motbild.core.vocabularies import learn_features
from tests.encoders import HashingEncoder

ENCODER = HashingEncoder()
TEXTS = ["[konto] de rövar bort båten!", "bussen var sen i dag", "båten låg vid bryggan"]


def weights_of(features: Features, texts: list[str], truths: list[float]) -> np.ndarray:
    """Return weights that rise with the n-grams of some texts and fall with others'."""
    rows = features.rows(texts, ENCODER.encode(texts))
    dense = np.hstack([rows.ngrams.toarray(), rows.vectors])
    weights: np.ndarray = (np.array(truths) @ dense).astype(np.float32)
    return weights


def test_terms_are_whole_words_and_never_placeholders() -> None:
    """What is shown are words of the text, weightiest first, no masked thing among them."""
    features = learn_features(TEXTS, Shares(1.0, 1.0, 0.1))
    weights = weights_of(features, TEXTS, [1.0, -1.0, -0.5])
    terms = weigh_terms(TEXTS[0], features.ngrams(TEXTS[:1]), features, weights)
    assert terms
    assert {term.term for term in terms} <= {"de", "rövar", "bort", "båten"}
    assert terms[0].term in {"rövar", "bort"}
    assert [term.weight for term in terms] == sorted((t.weight for t in terms), reverse=True)
    assert all(term.weight > 0 for term in terms)


def test_what_speaks_against_is_no_term() -> None:
    """A text whose words all lower the score has no terms."""
    features = learn_features(TEXTS, Shares(1.0, 1.0, 0.1))
    weights = weights_of(features, TEXTS, [-1.0, 0.0, 0.0])
    assert weigh_terms(TEXTS[0], features.ngrams(TEXTS[:1]), features, weights) == ()


def test_the_nearest_seeds_come_first_and_masked() -> None:
    """A text is nearest to the seed that says the same; seeds are shown masked."""
    features = learn_features(TEXTS, Shares(1.0, 1.0, 1.0))
    seeds = [
        Seed(f"s{number}", text.replace("[konto]", "@pelle"), "sv", ("rov",), "asserts")
        for number, text in enumerate(TEXTS)
    ]
    vectors = ENCODER.encode([model_text(text) for text in TEXTS])
    share = np.float32(features.shares.vector)
    bank = SeedBank.of(seeds, features, vectors * share)
    (near,) = bank.nearest(features.rows(TEXTS[:1], ENCODER.encode(TEXTS[:1])))
    assert near[0].seed_id == "s0"
    assert near[0].similarity > 0.99
    assert "pelle" not in near[0].text
    assert bank.nearest(bank.rows.take([])) == []
