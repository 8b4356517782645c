"""Marks of a text's runs of characters, by which most texts are told to be no copies.

Texts that share a band by chance are held against each other by the hundred thousand. A run
sets one of 1 024 marks; each mark that one text has and another lacks is a run that the
other lacks, so that what two texts have in common is bounded without looking at their runs.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MARK_WORDS = 16  # of 64 marks each
_MARKS = MARK_WORDS * 64
_FACTOR = np.uint64(1 << 16)  # signs of Unicode's basic plane
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_TOP_BITS = np.uint64(64 - 10)  # which number one of 1 024 marks


def number_runs(
    texts: Sequence[str], run_length: int
) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Return the runs of characters of texts as numbers, the same for the same run.

    Runs of four signs of Unicode's basic plane never share a number, others hardly ever.

    Args:
        texts: A text shorter than a run has none.
        run_length: Characters of a run.

    Returns:
        For each run, once for each place that it stands in, the position of its text and its
        number; the positions ascend.
    """
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    owners = np.repeat(np.arange(len(texts)), np.array(list(map(len, texts)), dtype=np.intp))
    last = max(len(letters) - run_length + 1, 0)
    runs = np.zeros(last, dtype=np.uint64)
    for place in range(run_length):
        runs = runs * _FACTOR + letters[place : place + last]
    is_within = owners[:last] == owners[len(owners) - last :]
    return owners[:last][is_within], runs[is_within]


def mark_texts(texts: Sequence[str], run_length: int) -> NDArray[np.uint64]:
    """Return the marks that each text's runs set; the same runs always set the same.

    Returns:
        ``(len(texts), MARK_WORDS)``.
    """
    owners, runs = number_runs(texts, run_length)
    marks = np.zeros((len(texts), _MARKS), dtype=bool)
    marks[owners, (runs * _MIXER >> _TOP_BITS).astype(np.intp)] = True
    packed: NDArray[np.uint64] = np.packbits(marks, axis=1).view("<u8").astype(np.uint64)
    return packed


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
