"""A small deterministic encoder for tests: no torch, no files, no downloads."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motbild.core.vectors import unit_rows

BUCKETS = 4096


@dataclass(frozen=True)
class HashingEncoder:
    """Hash character trigrams into buckets and project these at random.

    Texts that share letters get near vectors, which is all that a test needs.
    """

    encoder_id: str = "hashing@000000000000"
    dimension: int = 64

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts into unit rows."""
        projection = np.random.default_rng(0).normal(size=(BUCKETS, self.dimension))
        counts = np.zeros((len(texts), BUCKETS))
        for row, text in enumerate(texts):
            padded = f" {text} "
            for start in range(len(padded) - 2):
                counts[row, _bucket(padded[start : start + 3])] += 1
        return unit_rows(counts @ projection)


def _bucket(gram: str) -> int:
    return int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=4).digest()) % BUCKETS
