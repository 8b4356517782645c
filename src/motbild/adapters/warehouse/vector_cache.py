"""Vectors kept in the warehouse, so that nothing is encoded twice."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.vectors import Encoder, input_digest


class VectorCache:
    """An encoder that first looks whether the warehouse has the vector.

    Attributes:
        encoder: The encoder behind it.
        encoded_count: Vectors that were missing so far.
    """

    def __init__(self, warehouse: Warehouse, encoder: Encoder) -> None:
        self._warehouse = warehouse
        self.encoder = encoder
        self.encoded_count = 0

    @property
    def encoder_id(self) -> str:
        """Id of the encoder behind the cache."""
        return self.encoder.encoder_id

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self.encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (n, d); what was missing is encoded and kept."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        digests = [input_digest(text) for text in texts]
        by_digest = dict(zip(digests, texts, strict=True))
        vectors = self._stored(list(by_digest))
        missing = [digest for digest in by_digest if digest not in vectors]
        if missing:
            fresh = self.encoder.encode([by_digest[digest] for digest in missing])
            self._keep(missing, fresh)
            vectors.update(zip(missing, fresh, strict=True))
        return np.stack([vectors[digest] for digest in digests])

    def keep(self, digests: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep vectors that another process has made, where they are missing.

        Args:
            digests: Of different model texts, as `input_digest` makes them.
            vectors: ``(n, d)`` their unit rows.
        """
        if digests:
            self._keep(digests, vectors)

    def mark_encoded(self, text_digests: pa.ChunkedArray, run_id: str) -> None:
        """Note that all units of some texts have their vectors."""
        count = len(text_digests)
        done = pa.table(
            {
                "text_digest": text_digests,
                "encoder_id": pa.array([self.encoder_id] * count, type=pa.string()),
                "run_id": pa.array([run_id] * count, type=pa.string()),
            }
        ).cast(schemas.ENCODED_TEXTS)
        self._warehouse.append("core.encoded_texts", done, key=("text_digest", "encoder_id"))

    def _stored(self, digests: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        wanted = pa.table({"input_digest": digests})
        with self._warehouse.registered("wanted", wanted):
            rows = self._warehouse.read(
                "SELECT input_digest, vector FROM core.vectors "
                "SEMI JOIN wanted USING (input_digest) WHERE encoder_id = ?",
                [self.encoder_id],
            )
        if rows.num_rows == 0:
            return {}
        flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        matrix = np.asarray(flat, dtype=np.float32).reshape(rows.num_rows, -1)
        return dict(zip(rows["input_digest"].to_pylist(), matrix, strict=True))

    def _keep(self, digests: Sequence[str], vectors: NDArray[np.float32]) -> None:
        flat = pa.array(np.ascontiguousarray(vectors).ravel(), type=pa.float32())
        rows = pa.table(
            {
                "input_digest": pa.array(digests, type=pa.string()),
                "encoder_id": pa.array([self.encoder_id] * len(digests), type=pa.string()),
                "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]).cast(
                    schemas.VECTORS.field("vector").type
                ),
            }
        )
        key = ("input_digest", "encoder_id")
        self.encoded_count += self._warehouse.append("core.vectors", rows, key=key)
