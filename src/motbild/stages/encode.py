"""Encode what has no vector yet: each distinct text, and each of its sentences."""

from contextlib import closing

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core.units import split_units, unit_texts

# Longest last, so that a batch holds texts of like length and pads little.
_UNENCODED = """
SELECT text_digest, text, lang FROM core.texts
ANTI JOIN (SELECT text_digest FROM core.encoded_texts WHERE encoder_id = $encoder_id)
    USING (text_digest)
ORDER BY length(text), text_digest
"""


def encode(
    warehouse: Warehouse, vectors: VectorCache, *, run_id: str, batch_row_count: int = 512
) -> dict[str, int]:
    """Encode the texts that this encoder has not seen.

    Returns:
        How many texts were done, and how many vectors that took.
    """
    text_count = 0
    vectors_before = vectors.encoded_count
    batches = warehouse.read_batches(
        _UNENCODED, {"encoder_id": vectors.encoder_id}, row_count=batch_row_count
    )
    with closing(batches):
        for texts in batches:
            inputs = [
                unit
                for text, lang in zip(
                    texts["text"].to_pylist(), texts["lang"].to_pylist(), strict=True
                )
                for unit in unit_texts(split_units(text, lang))
            ]
            with warehouse.transaction():
                vectors.encode(inputs)
                vectors.mark_encoded(texts["text_digest"], run_id)
            text_count += texts.num_rows
    return {
        "texts_encoded": text_count,
        "vectors_added": vectors.encoded_count - vectors_before,
    }
