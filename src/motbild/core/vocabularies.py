"""How the vocabularies of a classifier are learned from texts."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from motbild.core.features import Features, Shares, Vocabulary
from motbild.core.ngrams import cut_letters, cut_words

_MANY = 100  # few texts have no n-gram in common; in many, those seen once are mere noise


def learn_features(texts: Sequence[str], shares: Shares) -> Features:
    """Learn the vocabularies from model texts.

    Raises:
        ValueError: No text holds a single letter or sign.
    """
    fewest = 2 if len(texts) >= _MANY else 1
    characters, words = (
        TfidfVectorizer(analyzer=cut, min_df=fewest, sublinear_tf=True, dtype=np.float32).fit(texts)
        for cut in (cut_letters, cut_words)
    )
    return Features(_vocabulary(characters), _vocabulary(words), shares.scaled())


def _vocabulary(learned: TfidfVectorizer) -> Vocabulary:
    return Vocabulary(learned.get_feature_names_out().tolist(), learned.idf_)
