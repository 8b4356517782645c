"""Encode what has no vector yet: each distinct text, and each of its sentences."""

from contextlib import closing

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core import schemas
from motbild.core.batch_work import Encoding, Texts, cut
from motbild.core.runners import Here, Runner

# Longest last, so that a batch holds texts of like length and pads little.
_UNENCODED = """
SELECT text_digest, text, lang FROM core.texts
ANTI JOIN (SELECT text_digest FROM core.encoded_texts WHERE encoder_id = $encoder_id)
    USING (text_digest)
ORDER BY length(text), text_digest
"""


def encode(
    warehouse: Warehouse,
    vectors: VectorCache,
    *,
    run_id: str,
    batch_row_count: int = 512,
    runner: Runner | None = None,
) -> dict[str, int]:
    """Encode the texts that this encoder has not seen.

    Args:
        warehouse: Holds the texts.
        vectors: What was encoded already, and the encoder behind it.
        run_id: The run this belongs to.
        batch_row_count: Texts that are stored in one transaction.
        runner: Where texts are cut, and encoded unless that is here; by default here.

    Returns:
        How many texts were done, and how many vectors that took.
    """
    text_count = 0
    vectors_before = vectors.encoded_count
    runner = runner or Here()
    batches = warehouse.read_batches(
        _UNENCODED, {"encoder_id": vectors.encoder_id}, row_count=batch_row_count
    )
    with closing(batches):
        given = (
            (texts["text_digest"], Texts(texts["text"].to_pylist(), texts["lang"].to_pylist()))
            for texts in batches
        )
        # Here the warehouse is asked first which units have a vector.
        work = cut if runner.is_here else Encoding(vectors.encoder, vectors.encoder_id)
        for digests, made in runner.map(work, given):
            done = pa.table(
                {
                    "text_digest": digests,
                    "encoder_id": pa.array([vectors.encoder_id] * len(digests)),
                    "run_id": pa.array([run_id] * len(digests)),
                }
            ).cast(schemas.ENCODED_TEXTS)
            with warehouse.transaction():
                vectors.encode(made.inputs, made.vectors)
                warehouse.append("core.encoded_texts", done, key=("text_digest", "encoder_id"))
            text_count += len(digests)
    return {
        "texts_encoded": text_count,
        "vectors_added": vectors.encoded_count - vectors_before,
    }
