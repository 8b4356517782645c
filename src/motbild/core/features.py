"""What a classifier sees of a text: its n-grams and its vector, side by side.

Character n-grams bear typos and Swedish compounds, word n-grams
with punctuation bear stance, and the sentence vector bears meaning; each block has a
fixed share of the whole.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from motbild.core.ngram_counts import Counts, WordCounter, count_ngrams
from motbild.core.ngrams import cut_letters, cut_words
from motbild.core.text import model_text


@dataclass(frozen=True, slots=True)
class Shares:
    """How much each block weighs in a row; of the first three only the proportions matter.

    Attributes:
        characters: Character n-grams.
        words: Words, signs and runs of these.
        vector: The sentence vector.
        parent: The blocks of the text that is replied to, against the reply's own.
    """

    characters: float
    words: float
    vector: float
    parent: float = 0.0

    def scaled(self) -> "Shares":
        """Return them so that a row without its parent is no longer than one."""
        length = math.hypot(self.characters, self.words, self.vector)
        blocks = (self.characters / length, self.words / length, self.vector / length)
        return Shares(*blocks, parent=self.parent)


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as features: weighted n-grams and weighted vectors, row by row.

    Attributes:
        ngrams: ``(n, ngram_count)`` float32.
        vectors: ``(n, d)`` float32.
    """

    ngrams: csr_matrix
    vectors: NDArray[np.float32]

    def take(self, positions: Sequence[int] | NDArray[np.integer]) -> "Rows":
        """Return the rows at some positions, in that order."""
        chosen = np.asarray(positions, dtype=np.intp)
        return Rows(self.ngrams[chosen], self.vectors[chosen])

    def dot(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Multiply by weights, ``(ngram_count + d, heads)``, to ``(n, heads)``."""
        split = self.ngrams.shape[1]
        scores: NDArray[np.float32] = self.ngrams @ weights[:split] + self.vectors @ weights[split:]
        return scores

    def cosines(self, others: "Rows") -> NDArray[np.float32]:
        """Return the cosine of each row with each of the others, ``(n, m)``."""
        shared: NDArray[np.float32] = (self.ngrams @ others.ngrams.T).toarray()
        return shared + self.vectors @ others.vectors.T


@dataclass(frozen=True, slots=True)
class Context:
    """Which texts are replied to, and by which units.

    Attributes:
        texts: Model texts of the parents.
        owners: ``(units,)`` position of each unit's parent in `texts`, -1 for none.
    """

    texts: tuple[str, ...]
    owners: NDArray[np.intp]

    @classmethod
    def of(cls, parents: Sequence[str | None], unit_counts: Sequence[int]) -> "Context":
        """Gather parents, each text's units sharing its own.

        Args:
            parents: For each text the masked text it replies to, or None.
            unit_counts: How many units each text has.
        """
        texts: dict[str, int] = {}
        owners = [
            texts.setdefault(model_text(parent), len(texts)) if parent else -1 for parent in parents
        ]
        return cls(tuple(texts), np.repeat(np.array(owners, dtype=np.intp), unit_counts))


def _set_beside(rows: Rows, parents: Rows, owners: NDArray[np.intp], share: float) -> Rows:
    """Set beside each row that of the text it replies to, in columns of their own.

    "Exactly, so they did with us" tells nothing alone; after a rumour it spreads it.

    Args:
        rows: What is read.
        parents: The texts replied to.
        owners: ``(n,)`` for each row the position of its parent, -1 where it has none.
        share: How much the parent weighs against the reply.

    Returns:
        ``(n, 2 * columns)``; a row without a parent has nothing in the second half.
    """
    replies = np.flatnonzero(owners >= 0)
    chosen = csr_matrix(
        (np.full(len(replies), share, np.float32), (replies, owners[replies])),
        shape=(len(owners), parents.ngrams.shape[0]),
    )
    return Rows(
        hstack([rows.ngrams, chosen @ parents.ngrams], format="csr", dtype=np.float32),
        np.hstack([rows.vectors, (chosen @ parents.vectors).astype(np.float32)]),
    )


@dataclass(frozen=True)
class Vocabulary:
    """A learned vocabulary.

    Attributes:
        grams: Its n-grams, in the order of the columns.
        weights: ``(len(grams),)`` inverse document frequencies.
    """

    grams: Sequence[str]
    weights: NDArray[np.floating]

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The column of each n-gram."""
        return {gram: column for column, gram in enumerate(self.grams)}


@dataclass(frozen=True)
class Features:
    """Learned vocabularies that turn model texts and their vectors into rows.

    Attributes:
        characters: Character n-grams inside word boundaries.
        words: Words, signs and runs of these.
        shares: The weight of each block.
    """

    characters: Vocabulary
    words: Vocabulary
    shares: Shares

    def rows(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> Rows:
        """Turn model texts and their vectors, ``(n, d)`` unit rows, into rows."""
        return Rows(self.ngrams(texts), vectors * np.float32(self.shares.vector))

    def in_context(self, rows: Rows, context: Context, vectors: NDArray[np.float32]) -> Rows:
        """Set beside the rows of units those of the texts that are replied to.

        Args:
            rows: One row a unit.
            context: Which texts those are.
            vectors: ``(len(context.texts), d)`` unit rows.
        """
        return _set_beside(
            rows, self.rows(context.texts, vectors), context.owners, self.shares.parent
        )

    def ngrams(self, texts: Sequence[str]) -> csr_matrix:
        """Return the weighted n-gram blocks, ``(n, ngram_count)`` float32."""
        letters = self._letter_counter.count(texts)
        words = count_ngrams(texts, cut_words, self.words.columns)
        blocks = [
            weigh_known(letters, self.characters.weights) * np.float32(self.shares.characters),
            weigh_known(words, self.words.weights) * np.float32(self.shares.words),
        ]
        return hstack(blocks, format="csr", dtype=np.float32)

    def letter_columns(self, word: str) -> NDArray[np.int64]:
        """Return the columns of a word's letter n-grams, once for each place, the learned ones."""
        return self._letter_counter.columns(word)

    @cached_property
    def _letter_counter(self) -> WordCounter:
        return WordCounter(cut_letters, self.characters.columns)


def weigh_known(counts: Counts, weights: NDArray[np.floating]) -> csr_matrix:
    """Return the TF-IDF rows of texts, shorter the more of their n-grams are unknown.

    A row of length one would let the single known word of a foreign text speak for all
    of it; here its squared length is the share of the text's n-grams that are known.

    Args:
        counts: Of the n-grams of model texts.
        weights: ``(vocabulary,)`` inverse document frequencies.

    Returns:
        ``(n, vocabulary)`` float32.
    """
    rows = csr_matrix(counts.known, copy=True)
    rows.sort_indices()
    rows.data = (1.0 + np.log(rows.data)) * weights[rows.indices]
    squares = csr_matrix((rows.data**2, rows.indices, rows.indptr), rows.shape)
    lengths = np.sqrt(squares @ np.ones(rows.shape[1]))
    held = np.diff(rows.indptr)
    rows.data /= np.repeat(lengths, held)
    rows.data *= np.repeat(np.sqrt(counts.shares), held)
    return rows.astype(np.float32)
