"""Vectors of texts as means of stored vectors, one for each word piece.

This is what the library's `StaticEmbedding` computes, without importing it: a night of a
few posts, and the command line, would otherwise wait ten seconds for torch.

Source: decision 0015.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.sparse import csr_array
from tokenizers import Tokenizer

from motbild.adapters.encoder.files import TABLE, WEIGHTS
from motbild.adapters.encoder.word_pieces import PIECE_BYTES, WordPieces
from motbild.errors import ModelError

BATCH_SIZE = 2048  # texts whose pieces are held at once
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True)
class VectorTable:
    """Word pieces and a vector for each of them.

    Attributes:
        pieces: What cuts a text into them.
        rows: ``(pieces, d)`` float32.
    """

    pieces: WordPieces
    rows: NDArray[np.float32]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the mean of the vectors of each text's pieces; of none, zeros.

        Returns:
            ``(len(texts), d)`` float32, not scaled.
        """
        vectors = np.empty((len(texts), self.rows.shape[1]), dtype=np.float32)
        for start in range(0, len(texts), BATCH_SIZE):
            batch = list(texts[start : start + BATCH_SIZE])
            vectors[start : start + len(batch)] = self._means(batch)
        return vectors

    def _means(self, texts: list[str]) -> NDArray[np.float32]:
        pieces = self.pieces.cut(texts)
        counts = np.array([len(numbers) // PIECE_BYTES for numbers in pieces], dtype=np.intp)
        starts = np.concatenate([[0], np.cumsum(counts)])
        columns = np.frombuffer(b"".join(pieces), dtype=np.int32)
        shares = np.repeat(1.0 / np.maximum(counts, 1), counts).astype(np.float32)
        weights = csr_array((shares, columns, starts), shape=(len(texts), len(self.rows)))
        means: NDArray[np.float32] = weights @ self.rows
        return means


def load_table(folder: Path) -> VectorTable:
    """Load a table of vectors with its tokenizer.

    Raises:
        ModelError: A file is missing or broken, or they do not belong together.
    """
    try:
        rows = load_file(folder / WEIGHTS)[TABLE].astype(np.float32)
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # the tokenizer's library raises no narrower one
        raise ModelError(f"The encoder in {folder} cannot be loaded: install it again.") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if tokenizer.get_vocab_size() > len(rows):
        raise ModelError(
            f"The encoder in {folder} has fewer vectors than word pieces: install it again."
        )
    return VectorTable(WordPieces(tokenizer), rows)
