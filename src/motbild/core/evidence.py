"""Why a text was matched: the sentence, the seeds it resembles, the words that weighed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from motbild.core.features import Features, Rows
from motbild.core.narratives import BACKGROUND, Seed
from motbild.core.ngrams import cut_words
from motbild.core.privacy import mask
from motbild.core.records import Evidence, NearSeed, Term
from motbild.core.text import model_text
from motbild.core.units import PLACEHOLDER
from motbild.core.vectors import top_columns

SEED_COUNT = 3
TERM_COUNT = 5
EDGES = re.compile(r"^\W+|\W+$")
LEAST_SHARE = 0.15  # of the weightiest word; below it a word explains nothing


@dataclass(frozen=True, slots=True)
class SeedBank:
    """The labelled seeds that a text may resemble, with their rows."""

    seeds: tuple[Seed, ...]
    rows: Rows

    @classmethod
    def of(
        cls, seeds: Sequence[Seed], features: Features, vectors: NDArray[np.float32]
    ) -> "SeedBank":
        """Make one.

        Args:
            seeds: All seeds of the packs, in order.
            features: What turns their texts into n-grams.
            vectors: ``(n, d)`` the weighted vectors of those that are shown.
        """
        shown = tuple(filter(is_shown, seeds))
        ngrams = features.ngrams([model_text(mask(seed.text)) for seed in shown])
        return cls(shown, Rows(ngrams, vectors))

    @classmethod
    def restore(cls, seeds: Sequence[Seed], rows: Rows) -> "SeedBank":
        """Return one as it was made, from all seeds of the packs and the rows of those shown."""
        return cls(tuple(filter(is_shown, seeds)), rows)

    def nearest(self, queries: Rows) -> list[tuple[NearSeed, ...]]:
        """Return the seeds nearest to each query row, nearest first."""
        if not self.seeds or not queries.vectors.shape[0]:
            return [()] * queries.vectors.shape[0]
        columns, cosines = top_columns(queries.cosines(self.rows), SEED_COUNT)
        return [
            tuple(near_seed(self.seeds[c], cosine) for c, cosine in zip(row, values, strict=True))
            for row, values in zip(columns, cosines, strict=True)
        ]


def is_shown(seed: Seed) -> bool:
    """Tell whether a seed may be shown; ordinary writing says nothing about a narrative."""
    return seed.origin != BACKGROUND


@lru_cache(maxsize=8192)
def _mask(text: str) -> str:
    """Mask a seed's text when it is first shown: most never are."""
    return mask(text)


def near_seed(seed: Seed, cosine: float) -> NearSeed:
    """Tell of a seed what a reviewer needs."""
    similarity = float(np.clip(cosine, 0.0, 1.0))
    return NearSeed(seed.seed_id, similarity, seed.narratives, seed.stance, _mask(seed.text))


def find_evidence(
    *,
    narrative: str,
    text: str,
    span: tuple[int, int],
    sentence: str,
    ngrams: csr_matrix,
    seeds: Sequence[NearSeed],
    features: Features,
    weights: NDArray[np.float32],
) -> Evidence:
    """Gather the evidence for one narrative in one text.

    Args:
        narrative: The narrative that it speaks for.
        text: The text as written.
        span: The carrying sentence in it.
        sentence: Model text of that sentence.
        ngrams: Its n-gram row, ``(1, ngram_count)``.
        seeds: The seeds nearest to it.
        features: Vocabularies that the weights belong to.
        weights: ``(columns,)`` of the narrative's head.
    """
    start, end = span
    return Evidence(
        narrative=narrative,
        sentence=text[start:end],
        start=start,
        end=end,
        seeds=tuple(seeds),
        terms=weigh_terms(sentence, ngrams, features, weights),
    )


def weigh_terms(
    sentence: str, ngrams: csr_matrix, features: Features, weights: NDArray[np.float32]
) -> tuple[Term, ...]:
    """Return the words of a text that raised a score most, weightiest first.

    What an n-gram adds is shared among the words it lies in, so that a person reads
    words and never letter runs. Placeholders of masked things are left out.
    """
    words, owners, columns = _find_columns(sentence, features)
    if not words:
        return ()
    found, places, times = np.unique(columns, return_inverse=True, return_counts=True)
    held = csr_matrix(ngrams)[:, found].toarray().ravel()
    shares = held * weights[found] / times
    weighed = np.bincount(owners, shares[places], minlength=len(words))
    ranked = sorted(zip(words, weighed.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    least = LEAST_SHARE * ranked[0][1]
    return tuple(
        Term(word, weight) for word, weight in ranked[:TERM_COUNT] if weight > 0 and weight >= least
    )


def _find_columns(
    sentence: str, features: Features
) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp]]:
    """Return a text's words, and of each n-gram in one of them which word and which column."""
    words: dict[str, int] = {}
    owners: list[int] = []
    columns: list[NDArray[np.integer]] = []
    for piece in PLACEHOLDER.sub(" ", sentence).split():
        if word := EDGES.sub("", piece):
            owners.append(words.setdefault(word, len(words)))
            columns.append(features.letter_columns(piece))
    counts = list(map(len, columns))
    known, offset = features.words.columns, len(features.characters.grams)
    for gram in cut_words(sentence):
        if gram in known:
            inside = [part for part in gram.split(" ") if part[0].isalnum()]
            owners += [words.setdefault(word, len(words)) for word in inside]
            columns += [np.array([offset + known[gram]])] * len(inside)
            counts += [1] * len(inside)
    empty = np.zeros(0, dtype=np.intp)
    return (
        list(words),
        np.repeat(np.array(owners, dtype=np.intp), counts),
        np.concatenate([empty, *columns]).astype(np.intp),
    )
