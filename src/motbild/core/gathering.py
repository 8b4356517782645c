"""Texts that are alike, gathered where they lie close together; what is alike to none stays out."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN

FEWEST_FAMILIES = 3
LEAST_LIKENESS = 0.085  # of a text and the others of its group, on average
# A text and its nearest other: a rumour in its first nights is told in few wordings.
_NEIGHBOUR_COUNT = 2


def gather(alike: NDArray[np.float32]) -> list[list[int]]:
    """Return groups of positions that are alike; most of a night is in none.

    Texts are joined nearest first, and a group is what no lower distance divides again into
    groups of `FEWEST_FAMILIES`. How close a group must lie follows from what is around it,
    so that no one distance has to fit every night.

    Args:
        alike: ``(n, n)`` symmetric likenesses in [-1, 1]. Equal ones are taken in the order of
            the rows, which the caller therefore sorts.

    Returns:
        Groups of `FEWEST_FAMILIES` or more, each in rising order.

    Source:
        Campello, Moulavi and Sander, Density-based clustering based on hierarchical density
        estimates, 2013; what was measured is in decision 0024.
    """
    labels = HDBSCAN(
        min_cluster_size=FEWEST_FAMILIES,
        min_samples=_NEIGHBOUR_COUNT,
        metric="precomputed",
        cluster_selection_method="leaf",
        copy=False,
    ).fit_predict(_distances(alike))[: len(alike)]
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for position, label in enumerate(labels.tolist()):
        if label >= 0:
            groups[label].append(position)
    kept = (_keep_alike(group, alike) for group in groups.values())
    return sorted(group for group in kept if len(group) >= FEWEST_FAMILIES)


def mean_likeness(alike: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how alike each of two or more texts and the others are on average, ``(n,)``."""
    others = alike.sum(axis=1, dtype=np.float64) - alike.diagonal()
    return np.asarray(others / (len(alike) - 1), dtype=np.float64)


def _distances(alike: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return distances, with a group of their own added that is alike to nothing.

    The whole is never called a group; beside these a night's only rumour is less than it.
    """
    count = len(alike)
    distances = np.full((count + FEWEST_FAMILIES,) * 2, 2.0)
    # Unit rows in float32 may come out a hair above one.
    distances[:count, :count] = np.maximum(1.0 - alike, 0.0)
    distances[count:, count:] = 1.0
    np.fill_diagonal(distances, 0.0)
    return distances


def _keep_alike(group: Sequence[int], alike: NDArray[np.float32]) -> list[int]:
    """Let go of texts, the least alike first, until each is alike enough on average."""
    own = alike[np.ix_(group, group)].astype(np.float64)
    sums = own.sum(axis=1) - own.diagonal()
    kept = list(range(len(group)))
    while len(kept) >= FEWEST_FAMILIES:
        least = min(kept, key=sums.__getitem__)
        if sums[least] >= LEAST_LIKENESS * (len(kept) - 1):
            break
        kept.remove(least)
        sums -= own[least]
    return [group[position] for position in kept]
