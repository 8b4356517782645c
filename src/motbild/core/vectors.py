"""Sentence vectors: what an encoder is, and how rows of unit length are compared.

A vector lives in a float32 matrix ``(n, d)`` whose rows have length one, so that a
dot product is a cosine. The encoders themselves are in `motbild.adapters.encoder`.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class Encoder(Protocol):
    """Anything that turns model texts into vectors, the same way every time."""

    @property
    def encoder_id(self) -> str:
        """Name and first twelve hex digits of the weights' digest or revision."""
        ...

    @property
    def dimension(self) -> int:
        """Number of columns that `encode` returns."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode model texts.

        Args:
            texts: Model texts, in any order; may be empty.

        Returns:
            ``(len(texts), dimension)`` float32, rows of unit length, in the order given.
        """
        ...


_SHORTEST = 1e-15  # the squares of less are too small for 32 bits


def unit_rows(matrix: NDArray[np.floating]) -> NDArray[np.float32]:
    """Scale each row to length one; a row of zeros stays as it is.

    Args:
        matrix: ``(n, d)`` of any floating type.

    Returns:
        ``(n, d)`` float32.
    """
    rows = np.asarray(matrix, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    short = np.flatnonzero(lengths < _SHORTEST)
    if short.size:
        tiny = rows[short]
        peaks = np.abs(tiny).max(axis=1, keepdims=True, initial=0)
        rows = rows.copy()
        rows[short] = np.divide(tiny, peaks, out=tiny, where=peaks > 0)
        lengths[short] = np.linalg.norm(rows[short], axis=1, keepdims=True)
    scaled: NDArray[np.float32] = np.divide(rows, lengths, out=rows.copy(), where=lengths > 0)
    return scaled


def nearest(
    queries: NDArray[np.float32], rows: NDArray[np.float32], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Find the rows nearest to each query by cosine.

    Args:
        queries: ``(m, d)`` unit rows.
        rows: ``(n, d)`` unit rows to search.
        k: How many to return for each query; fewer when `rows` has fewer.

    Returns:
        Positions in `rows` and their cosines, each ``(m, min(k, n))``, nearest first;
        equal cosines in the order of `rows`.
    """
    return top_columns(queries @ rows.T, k)


def top_columns(
    similarities: NDArray[np.float32], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return positions and values of the `k` greatest columns of each row, greatest first.

    Of equal ones the first come first.
    """
    count = similarities.shape[1]
    if k >= count:
        order = np.argsort(-similarities, axis=1, kind="stable")
        return order, np.take_along_axis(similarities, order, axis=1)
    least = np.partition(similarities, count - k, axis=1)[:, count - k]
    order = np.empty((len(similarities), k), dtype=np.intp)
    for row, (values, bound) in enumerate(zip(similarities, least, strict=True)):
        chosen = np.flatnonzero(values >= bound)  # some more than k where values are equal
        order[row] = chosen[np.argsort(-values[chosen], kind="stable")[:k]]
    return order, np.take_along_axis(similarities, order, axis=1)


def input_digest(text: str) -> str:
    """Return the SHA-256 (hex) of what an encoder is given: the key of its vector."""
    return hashlib.sha256(text.encode()).hexdigest()
