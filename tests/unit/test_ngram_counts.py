"""N-grams are counted the same word by word as text by text."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.features import Features, Shares
from motbild.core.ngram_counts import WordCounter, count_ngrams

LEARNED = ("socialen tar barn från familjer", "barnen bor hos familjen", "de tar små barn i höst")
FEATURES = Features.fit(LEARNED, Shares(1, 1, 1))
CUT, _ = FEATURES.analysers
KNOWN = FEATURES.characters.vocabulary_
# Accents, ligatures and signs that fall apart into letters and spaces, and spaces of all kinds.
TEXTS = st.lists(st.text("abrnåäöé´ﬁﷺ \u00a0\u2003\u0301.,!?-", max_size=60), max_size=6)


@settings(max_examples=200)
@given(TEXTS)
def test_words_one_by_one_give_what_whole_texts_do(texts: list[str]) -> None:
    """Counts and shares are the same to the last digit."""
    whole, apart = count_ngrams(texts, CUT, KNOWN), WordCounter(CUT, KNOWN).count(texts)
    np.testing.assert_array_equal(whole.known.toarray(), apart.known.toarray())
    np.testing.assert_array_equal(whole.shares, apart.shares)


def test_what_is_remembered_of_words_changes_nothing() -> None:
    """The second time a word is met it counts as the first time."""
    counter = WordCounter(CUT, KNOWN)
    first = counter.count(["barnen tar okända ord", "tar tar"])
    again = counter.count(["barnen tar okända ord", "tar tar"])
    np.testing.assert_array_equal(first.known.toarray(), again.known.toarray())
    np.testing.assert_array_equal(first.shares, again.shares)
    assert 0 < first.shares[0] < 1
