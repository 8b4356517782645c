"""How often the n-grams of a vocabulary stand in texts, and how many others do."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Analyse = Callable[[str], list[str]]
_REMEMBERED_WORDS = 1 << 17
_ANY_NUMBER = (1 << 61) - 1  # which two n-grams of one text never share


@dataclass(frozen=True, slots=True)
class Counts:
    """The n-grams of some texts.

    Attributes:
        known: How often each of the vocabulary stands in each text, ``(n, vocabulary)``.
        shares: Share of each text's different n-grams that are of the vocabulary, ``(n,)``.
    """

    known: csr_matrix
    shares: NDArray[np.float64]


def count_ngrams(texts: Iterable[str], cut: Analyse, vocabulary: Mapping[str, int]) -> Counts:
    """Count n-grams text by text.

    Args:
        texts: Model texts.
        cut: What cuts a text into n-grams.
        vocabulary: Columns by n-gram.
    """
    columns: list[int] = []
    counts: list[int] = []
    shares, starts = [], [0]
    for text in texts:
        grams = Counter(cut(text))
        held = [(vocabulary[gram], count) for gram, count in grams.items() if gram in vocabulary]
        columns += [column for column, _ in held]
        counts += [count for _, count in held]
        shares.append(len(held) / max(len(grams), 1))
        starts.append(len(columns))
    shape = (len(shares), len(vocabulary))
    return Counts(
        csr_matrix((np.array(counts, float), columns, starts), shape), np.array(shares, float)
    )


class WordCounter:
    """Counts n-grams that lie within words; what a word is cut into is remembered.

    Args:
        cut: What cuts a text into n-grams, none of which reaches from a word into the next.
        vocabulary: Columns by n-gram.
    """

    def __init__(self, cut: Analyse, vocabulary: Mapping[str, int]) -> None:
        self._cut = cut
        self._vocabulary = vocabulary
        self._columns_of = lru_cache(maxsize=_REMEMBERED_WORDS)(self._cut_word)

    def __reduce__(self) -> tuple[type, tuple[Analyse, Mapping[str, int]]]:
        """Leave out what is remembered, which another process finds again."""
        return WordCounter, (self._cut, self._vocabulary)

    def count(self, texts: Iterable[str]) -> Counts:
        """Count the n-grams of model texts."""
        words: dict[str, int] = {}
        spoken = [[words.setdefault(word, len(words)) for word in text.split()] for text in texts]
        cuts = [self._columns_of(word) for word in words]
        width = len(self._vocabulary)
        places = np.concatenate([np.empty(0, np.int64), *cuts])
        is_unknown = places >= width
        unknown, numbers = np.unique(places[is_unknown], return_inverse=True)
        places[is_unknown] = width + numbers
        ends = np.cumsum([0, *map(len, cuts)])
        of_words = _counted(places, ends, width + len(unknown))
        numbers = np.fromiter(chain.from_iterable(spoken), np.int64)
        counts = csr_matrix(
            _counted(numbers, np.cumsum([0, *map(len, spoken)]), len(words)) @ of_words
        )
        known = counts[:, :width]
        return Counts(known, np.diff(known.indptr) / np.maximum(np.diff(counts.indptr), 1))

    def columns(self, word: str) -> NDArray[np.int64]:
        """Return the columns of a word's n-grams, once for each place, those of the vocabulary."""
        places = self._columns_of(word)
        return places[places < len(self._vocabulary)]

    def _cut_word(self, word: str) -> NDArray[np.int64]:
        """Return the columns of a word's n-grams; of those not learned a number beyond them."""
        known, width = self._vocabulary, len(self._vocabulary)
        columns = [
            known[gram] if gram in known else width + (hash(gram) & _ANY_NUMBER)
            for gram in self._cut(word)
        ]
        return np.array(columns, dtype=np.int64)


def _counted(columns: NDArray[np.int64], starts: NDArray[np.int64], width: int) -> csr_matrix:
    """Return how often each column is named in each row."""
    named = csr_matrix((np.ones(len(columns)), columns, starts), (len(starts) - 1, width))
    named.sum_duplicates()
    return named
