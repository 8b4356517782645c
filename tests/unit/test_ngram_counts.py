"""N-grams are counted the same word by word as text by text."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from motbild.core.features import Shares
from motbild.core.ngram_counts import WordCounter, count_ngrams
from motbild.core.ngrams import TOKEN, cut_letters, cut_words
from motbild.core.vocabularies import learn_features

LEARNED = ("socialen tar barn från familjer", "barnen bor hos familjen", "de tar små barn i höst")
FEATURES = learn_features(LEARNED, Shares(1, 1, 1))
KNOWN = FEATURES.characters.columns
# Accents, ligatures and signs that fall apart into letters and spaces, and spaces of all kinds.
TEXTS = st.lists(st.text("abrnåäöé´ﬁﷺ \u00a0\u2003\u0301.,!?-", max_size=60), max_size=6)


@settings(max_examples=200)
@given(TEXTS)
def test_words_one_by_one_give_what_whole_texts_do(texts: list[str]) -> None:
    """Counts and shares are the same to the last digit."""
    whole, apart = (
        count_ngrams(texts, cut_letters, KNOWN),
        WordCounter(cut_letters, KNOWN).count(texts),
    )
    np.testing.assert_array_equal(whole.known.toarray(), apart.known.toarray())
    np.testing.assert_array_equal(whole.shares, apart.shares)


def test_what_is_remembered_of_words_changes_nothing() -> None:
    """The second time a word is met it counts as the first time."""
    counter = WordCounter(cut_letters, KNOWN)
    first = counter.count(["barnen tar okända ord", "tar tar"])
    again = counter.count(["barnen tar okända ord", "tar tar"])
    np.testing.assert_array_equal(first.known.toarray(), again.known.toarray())
    np.testing.assert_array_equal(first.shares, again.shares)
    assert 0 < first.shares[0] < 1


@settings(max_examples=200)
@given(st.text("abrnåäöé´ﬁﷺ[]- \u00a0\u2003\u0301\t\n.,!?_1", max_size=60))
def test_texts_are_cut_as_the_library_cuts_them(text: str) -> None:
    """Letters within words without accents, and words and signs with their neighbours."""
    letters = CountVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), lowercase=False, strip_accents="unicode"
    )
    words = CountVectorizer(token_pattern=TOKEN, ngram_range=(1, 2), lowercase=False)
    assert Counter(cut_letters(text)) == Counter(letters.build_analyzer()(text))
    assert Counter(cut_words(text)) == Counter(words.build_analyzer()(text))
