"""An encoder that encodes each text once, since every rival reads the same texts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from motbild.core.vectors import Encoder


@dataclass
class Remembered:
    """An encoder that remembers its vectors, on disk too where a file is named.

    Attributes:
        encoder: What encodes the texts that are new.
        file: Where vectors are kept between runs; one file for each encoder.
    """

    encoder: Encoder
    file: Path | None = None
    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what was remembered."""
        if self.file and self.file.is_file():
            with np.load(self.file) as stored:
                self.vectors = dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))

    @property
    def encoder_id(self) -> str:
        """The encoder's own id."""
        return self.encoder.encoder_id

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row a text."""
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        unknown = {k: t for k, t in zip(keys, texts, strict=True) if k not in self.vectors}
        if unknown:
            rows = self.encoder.encode(list(unknown.values()))
            self.vectors.update(zip(unknown, rows, strict=True))
            self._save()
        if not keys:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self.vectors[key] for key in keys])

    def _save(self) -> None:
        if self.file:
            np.savez(self.file, keys=list(self.vectors), rows=np.stack(list(self.vectors.values())))
