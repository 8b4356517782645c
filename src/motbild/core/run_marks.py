"""Marks of a text's runs of characters, by which most texts are told to be no copies.

Texts that share a band by chance are held against each other by the hundred thousand. A run
sets one of 1 024 marks; each mark that one text has and another lacks is a run that the
other lacks, so that what two texts have in common is bounded without looking at their runs.
"""

from collections.abc import Collection
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

MARK_WORDS = 16  # of 64 marks each


def mark_runs(runs: Collection[str]) -> NDArray[np.uint64]:
    """Return the marks that runs set, ``(MARK_WORDS,)``; the same runs set the same."""
    numbers = [crc32(run.encode("utf-8", "surrogatepass")) for run in runs]
    marks = np.zeros(MARK_WORDS * 64, dtype=bool)
    marks[np.array(numbers, dtype=np.intp) % marks.size] = True
    return np.packbits(marks).view("<u8").astype(np.uint64)


def most_in_common(
    counts: tuple[NDArray[np.integer], NDArray[np.integer]],
    marks: tuple[NDArray[np.uint64], NDArray[np.uint64]],
) -> NDArray[np.int64]:
    """Return the most runs that the texts of each pair can have in common.

    Args:
        counts: ``(n,)`` distinct runs of the first and of the second text of each pair.
        marks: ``(n, MARK_WORDS)`` their marks.
    """
    bounds = [
        count.astype(np.int64) - np.bitwise_count(own & ~other).sum(axis=1, dtype=np.int64)
        for count, own, other in ((counts[0], *marks), (counts[1], *reversed(marks)))
    ]
    common: NDArray[np.int64] = np.minimum(*bounds)
    return common
