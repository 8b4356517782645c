"""Ways to gather likenesses into groups, and to weigh words, beside those that nights use."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering

from motbild.core.cluster_terms import TERM_COUNT, Words, distinguish
from motbild.core.gathering import FEWEST_FAMILIES, LEAST_LIKENESS, gather
from motbild.core.metrics import Floats
from tests.benchmarks.rumour_nights import Method

Rows = NDArray[np.float32]
Weigh = Callable[[Sequence[int], Words], Sequence[str]]
OPENING = 4  # letters; words that begin alike are mostly forms of one


def _by_label(labels: Sequence[int]) -> list[list[int]]:
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for position, label in enumerate(labels):
        if label >= 0:
            groups[label].append(position)
    return [group for group in groups.values() if len(group) >= FEWEST_FAMILIES]


def _distances(alike: Rows) -> Floats:
    distances: Floats = np.clip(1.0 - alike.astype(np.float64), 0.0, None)
    np.fill_diagonal(distances, 0.0)
    return distances


def average_linkage(alike: Rows, _vectors: Rows) -> list[list[int]]:
    """Join what is alike on average, as nights did before (decision 0017)."""
    joined = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="average",
        distance_threshold=1.0 - LEAST_LIKENESS,
    )
    return _by_label(joined.fit_predict(_distances(alike)).tolist())


def by_density(
    alike: Rows, _vectors: Rows, *, fewest: int, neighbours: int, choice: str
) -> list[list[int]]:
    """Gather likenesses by HDBSCAN and nothing more."""
    found = HDBSCAN(
        min_cluster_size=fewest,
        min_samples=neighbours,
        metric="precomputed",
        cluster_selection_method=choice,
        copy=False,
    )
    return _by_label(found.fit_predict(_distances(alike)).tolist())


def vectors_by_density(
    _alike: Rows, vectors: Rows, *, fewest: int, neighbours: int, choice: str
) -> list[list[int]]:
    """Gather sentence vectors by HDBSCAN; of unit rows, cosine and distance order alike."""
    return by_density(
        vectors @ vectors.T, vectors, fewest=fewest, neighbours=neighbours, choice=choice
    )


def as_nights_do(alike: Rows, _vectors: Rows) -> list[list[int]]:
    """Gather as `core.gathering` does."""
    return gather(alike)


BEFORE, OURS = "average linkage", "as nights do"


def methods() -> dict[str, Method]:
    """Return what is compared, by name: fewest families, neighbours, and what is chosen."""
    chosen: dict[str, Method] = {BEFORE: average_linkage}
    for name, way in (("vectors", vectors_by_density), ("likeness", by_density)):
        for fewest, neighbours, choice in _TRIED[name]:
            label = f"HDBSCAN on {name}, {fewest}/{neighbours} {choice}"
            chosen[label] = partial(way, fewest=fewest, neighbours=neighbours, choice=choice)
    return {**chosen, OURS: as_nights_do}


_TRIED: Mapping[str, Sequence[tuple[int, int, str]]] = {
    "vectors": ((3, 2, "eom"), (3, 2, "leaf"), (5, 3, "leaf")),
    "likeness": ((3, 2, "eom"), (3, 2, "leaf"), (3, 3, "leaf"), (4, 2, "leaf"), (5, 5, "leaf")),
}


# Compared on the rumours that nothing was chosen on, too.
REPORTED = (
    BEFORE,
    "HDBSCAN on vectors, 3/2 eom",
    "HDBSCAN on vectors, 3/2 leaf",
    "HDBSCAN on likeness, 3/2 leaf",
    OURS,
)


def weigh_as_published(group: Sequence[int], words: Words) -> tuple[str, ...]:
    """Weigh words by c-TF-IDF as it was published, the rest of the texts being one class.

    Source:
        Grootendorst, BERTopic, 2022: the frequency of a word in a class, times the logarithm
        of one and the mean number of words a class over the word's frequency in all classes.
    """
    own = Counter(word for position in group for word in words.by_text[position])
    every = Counter(word for text in words.by_text for word in text)
    mean_count = every.total() / 2
    weights = {word: n * math.log(1 + mean_count / every[word]) for word, n in own.items()}
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:TERM_COUNT])


WEIGHTS: Mapping[str, Weigh] = {
    "words as nights weigh them": distinguish,
    "c-TF-IDF as published": weigh_as_published,
}


def ranks_held_out(
    terms: Sequence[str], held: Sequence[int], rest: Sequence[int], words: Words
) -> float:
    """Tell how well words found in some tellings tell others from ordinary texts.

    Returns:
        How often one of the others holds more of the words than an ordinary text; a tie
        counts half.
    """
    openings = {term[:OPENING] for term in terms}

    def count(position: int) -> int:
        return len(openings & {word[:OPENING] for word in words.by_text[position]})

    ordinary = np.array([count(position) for position in rest])
    shares = [(np.mean(ordinary < own) + np.mean(ordinary == own) / 2) for own in map(count, held)]
    return float(np.mean(shares))
