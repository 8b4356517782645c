"""Bands of sketches: texts that agree on one are candidates for being copies.

In a bucket of a few, each pair is a candidate; in a large one, which only a message that
thousands have varied fills, each text is held against the one before it and the first, so
that candidates grow with the texts and not with their square.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

# Texts as alike as the least alike copies share one of them, each of three hashes, with
# probability 1 - (1 - 0.45 ** 3) ** 56 = 0.995; of pairs that only have a subject in common
# 0.2 % do.
BANDS = 56
FEW = 64


def pair_up(
    keys: NDArray[np.uint64], is_fresh: NDArray[np.bool_], *, at_once: int = 1_000_000
) -> Iterator[NDArray[np.intp]]:
    """Yield the pairs of texts that agree on a band, of buckets in which one is fresh.

    Args:
        keys: ``(n,)`` of the band, in the order of the texts.
        is_fresh: ``(n,)`` which texts were held against no other yet.
        at_once: Pairs that are held at a time, or those of one bucket.

    Yields:
        ``(2, pairs)`` positions, the lesser first; of a bucket of a few none of two texts that
        are not fresh, and those that stand near each other before others.
    """
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=~keys[order[:1]]))
    lengths = np.diff(starts, append=len(keys))
    is_wanted = lengths > 1
    if len(starts):
        is_wanted &= np.logical_or.reduceat(is_fresh[order], starts)
    starts, lengths = starts[is_wanted], lengths[is_wanted]
    counts = np.where(lengths <= FEW, lengths * (lengths - 1) // 2, 2 * lengths)
    cuts = np.flatnonzero(np.diff(np.cumsum(counts) // at_once)) + 1
    for some_starts, some_lengths in zip(
        np.split(starts, cuts), np.split(lengths, cuts), strict=True
    ):
        is_few = some_lengths <= FEW
        few = order[_all_pairs(some_starts[is_few], some_lengths[is_few])]
        chained = order[_chained_pairs(some_starts[~is_few], some_lengths[~is_few])]
        yield np.concatenate([few[:, is_fresh[few].any(axis=0)], chained], axis=1)


def gathered(parts: Iterable[NDArray[np.intp]], pair_count: int) -> Iterator[NDArray[np.intp]]:
    """Put pairs together into lots of so many or a few more, in which each comes once."""
    held: list[NDArray[np.intp]] = []
    for pairs in parts:
        held.append(pairs)
        if sum(one.shape[1] for one in held) >= pair_count:
            yield _distinct(np.concatenate(held, axis=1))
            held = []
    if held:
        yield _distinct(np.concatenate(held, axis=1))


def _distinct(pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return each pair once, in the order in which they came."""
    codes = pairs[0] * (pairs.max(initial=0) + 1) + pairs[1]
    _, firsts = np.unique(codes, return_index=True)
    return pairs[:, np.sort(firsts)]


def _all_pairs(starts: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return all pairs within buckets, as places in the order."""
    places, within = _members(starts, lengths)
    pairs = [np.empty((2, 0), dtype=np.intp)]
    for distance in range(1, int(lengths.max(initial=1))):
        is_far = within >= distance
        places, within = places[is_far], within[is_far]
        pairs.append(np.stack([places - distance, places]))
    return np.concatenate(pairs, axis=1)


def _chained_pairs(starts: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return of each text the pairs with the one before it and with the first of its bucket."""
    places, within = _members(starts, lengths)
    after, far = places[within >= 1], places[within >= 2]
    firsts = far - within[within >= 2]
    return np.concatenate([np.stack([after - 1, after]), np.stack([firsts, far])], axis=1)


def _members(
    starts: NDArray[np.intp], lengths: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the place of each member of each bucket, and its place within the bucket."""
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(starts, lengths) + within, within
