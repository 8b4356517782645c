"""Marks of a text's runs of characters, by which most texts are told to be no copies.

Texts that share a band by chance are held against each other by the million. A run sets one of
1 024 marks; each mark that one text has and another lacks is a run that the other lacks, so
that what two texts have in common is bounded without looking at their runs. In a long text
most marks are set and tell little: it has four times as many beside.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MARK_WORDS = 16  # of 64 marks each
FINE_MARK_WORDS = 64
FEWEST_FINE_RUNS = 256  # from which on a text has fine marks
_FACTOR = np.uint64(1 << 16)  # signs of Unicode's basic plane
_MIXER = np.uint64(0x9E3779B97F4A7C15)


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


def mark_texts(
    texts: Sequence[str], run_length: int, word_count: int = MARK_WORDS
) -> NDArray[np.uint64]:
    """Return the marks that each text's runs set; the same runs always set the same.

    Args:
        texts: A text shorter than a run sets none.
        run_length: Characters of a run.
        word_count: How many marks there are, in 64s: a power of two.

    Returns:
        ``(len(texts), word_count)``.
    """
    owners, runs = number_runs(texts, run_length)
    mark_count = word_count * 64
    marks = np.zeros((len(texts), mark_count), dtype=bool)
    top_bits = np.uint64(64 - (mark_count - 1).bit_length())
    marks[owners, (runs * _MIXER >> top_bits).astype(np.intp)] = True
    packed: NDArray[np.uint64] = np.packbits(marks, axis=1).view("<u8").astype(np.uint64)
    return packed


def most_in_common(
    counts: tuple[NDArray[np.integer], NDArray[np.integer]],
    marks: tuple[NDArray[np.uint64], NDArray[np.uint64]],
) -> NDArray[np.int64]:
    """Return the most runs that the texts of each pair can have in common.

    Args:
        counts: ``(n,)`` distinct runs of the first and of the second text of each pair.
        marks: ``(n, words)`` their marks, as many of both.
    """
    bounds = [
        count.astype(np.int64) - np.bitwise_count(own & ~other).sum(axis=1, dtype=np.int64)
        for count, own, other in ((counts[0], *marks), (counts[1], *reversed(marks)))
    ]
    common: NDArray[np.int64] = np.minimum(*bounds)
    return common
