"""Group the texts that are copies of one another into families."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.families import band_keys, is_copy
from motbild.core.families import group as group_members

_UNGROUPED = """
SELECT text_digest, text FROM core.texts
ANTI JOIN core.text_families USING (text_digest)
ORDER BY text_digest
"""

# Both sides of a pair are distinct texts that agree on at least one band.
_CANDIDATES = """
SELECT DISTINCT fresh.text_digest, other.text_digest, fresh_texts.text, other_texts.text
FROM fresh_bands AS fresh
JOIN core.text_bands AS other USING (band_number, band_key)
JOIN core.texts AS fresh_texts ON fresh_texts.text_digest = fresh.text_digest
JOIN core.texts AS other_texts ON other_texts.text_digest = other.text_digest
WHERE fresh.text_digest <> other.text_digest
"""


def group(warehouse: Warehouse, *, batch_row_count: int = 2_000) -> dict[str, int]:
    """Give every text a family: itself, or those it is a copy of.

    The families do not depend on the order in which texts came: they are the
    connected components of "is a copy of", named by their smallest digest.

    Returns:
        How many texts were grouped, and how many copies were found.
    """
    grouped = copies = 0
    for texts in warehouse.read_batches(_UNGROUPED, row_count=batch_row_count):
        with warehouse.transaction():
            bands = _bands(texts)
            warehouse.append("core.text_bands", bands, key=("text_digest", "band_number"))
            edges = _copy_edges(warehouse, bands)
            _store_families(warehouse, texts["text_digest"].to_pylist(), edges)
        grouped += texts.num_rows
        copies += len(edges)
    return {"texts_grouped": grouped, "copy_pairs_found": copies}


def _bands(texts: pa.Table) -> pa.Table:
    keys: NDArray[np.uint64] = band_keys(texts["text"].to_pylist())
    text_count, band_count = keys.shape
    digests = np.repeat(np.arange(text_count), band_count)
    return pa.table(
        {
            "text_digest": texts["text_digest"].take(pa.array(digests)),
            "band_number": np.tile(np.arange(band_count, dtype=np.uint8), text_count),
            "band_key": keys.ravel(),
        }
    ).cast(schemas.TEXT_BANDS)


def _copy_edges(warehouse: Warehouse, bands: pa.Table) -> list[tuple[str, str]]:
    with warehouse.registered("fresh_bands", bands):
        candidates = warehouse.read_rows(_CANDIDATES)
    return [(a, b) for a, b, text_a, text_b in candidates if is_copy(text_a, text_b)]


def _store_families(warehouse: Warehouse, fresh: list[str], edges: list[tuple[str, str]]) -> None:
    """Join the fresh texts to the families they touch, merging those they bridge."""
    touched = sorted({digest for edge in edges for digest in edge})
    with warehouse.registered("touched", pa.table({"text_digest": pa.array(touched, pa.string())})):
        family_of = dict(
            warehouse.read_rows("FROM core.text_families SEMI JOIN touched USING (text_digest)")
        )
    nodes = set(fresh) | set(family_of.values())
    joined = [(family_of.get(a, a), family_of.get(b, b)) for a, b in edges]
    family_by_node = group_members(nodes, joined)
    renamed = {
        old: family_by_node[old] for old in set(family_of.values()) if family_by_node[old] != old
    }
    for old, new in sorted(renamed.items()):
        warehouse.execute(
            "UPDATE core.text_families SET family_id = ? WHERE family_id = ?", [new, old]
        )
    rows = pa.table(
        {"text_digest": fresh, "family_id": [family_by_node[digest] for digest in fresh]},
        schema=schemas.TEXT_FAMILIES,
    )
    warehouse.append("core.text_families", rows, key=("text_digest",))
