"""Which pairs of texts may be copies of one another, by what is kept of all texts to tell."""

from contextlib import closing

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from motbild.adapters.warehouse import Warehouse
from motbild.core.families import FamilyTree, may_be_copies
from motbild.core.run_marks import MARK_WORDS

_FEW = 64
_PAIRS_AT_ONCE = 10_000

# Texts that agree on a band may be copies. In a bucket of a few, each pair is a candidate; in
# a large one, which only a message that thousands have varied fills, each text is held against
# its neighbours in order and the first, so that candidates grow with the texts and not with
# their square. Each pair once; pairs that are joined already need no look.
_CANDIDATES = """
WITH bands AS (
    FROM core.text_bands WHERE band_number BETWEEN $first_band AND $last_band
),
touched AS (
    SELECT DISTINCT band_number, band_key FROM bands SEMI JOIN fresh USING (text_digest)
),
buckets AS (
    SELECT band_number, band_key, count(*) AS member_count
    FROM bands SEMI JOIN touched USING (band_number, band_key)
    GROUP BY ALL HAVING count(*) > 1
),
members AS MATERIALIZED (
    SELECT
        band_number,
        band_key,
        text_digest,
        coalesce(joined.root, families.family_id, text_digest) AS root,
        text_digest IN (SELECT text_digest FROM fresh) AS is_fresh,
        member_count
    FROM bands
    JOIN buckets USING (band_number, band_key)
    LEFT JOIN joined USING (text_digest)
    LEFT JOIN core.text_families AS families USING (text_digest)
),
pairs AS (
    SELECT least(a.text_digest, b.text_digest) AS a, greatest(a.text_digest, b.text_digest) AS b
    FROM members AS a JOIN members AS b USING (band_number, band_key)
    WHERE a.member_count <= $few
        AND a.root <> b.root
        AND a.is_fresh
        AND (a.text_digest < b.text_digest OR NOT b.is_fresh)
    UNION
    SELECT least(text_digest, other.text_digest), greatest(text_digest, other.text_digest)
    FROM (
        SELECT
            text_digest,
            root,
            unnest([
                lag({'text_digest': text_digest, 'root': root}) OVER bucket,
                first_value({'text_digest': text_digest, 'root': root}) OVER bucket
            ]) AS other
        FROM members
        WHERE member_count > $few
        WINDOW bucket AS (PARTITION BY band_number, band_key ORDER BY text_digest)
    )
    WHERE other.root <> root
)
SELECT
    pairs.a,
    pairs.b,
    coalesce(marks_a.run_count, 0) AS count_a,
    coalesce(marks_b.run_count, 0) AS count_b,
    coalesce(marks_a.marks, $unmarked::UBIGINT[16]) AS marks_of_a,
    coalesce(marks_b.marks, $unmarked::UBIGINT[16]) AS marks_of_b
FROM pairs
LEFT JOIN core.text_marks AS marks_a ON marks_a.text_digest = pairs.a
LEFT JOIN core.text_marks AS marks_b ON marks_b.text_digest = pairs.b
"""


def read_likely_pairs(
    warehouse: Warehouse, fresh: pa.Table, tree: FamilyTree, bands: range
) -> list[list[tuple[str, str]]]:
    """Return the pairs that have to be read; those that share a band by chance are left out.

    A text from before marks were kept has none, and all its pairs are read.

    Args:
        warehouse: Holds bands, marks and families, and has a transaction open.
        fresh: Texts without a family, one of which is in each pair: ``text_digest``.
        tree: What is joined already.
        bands: Numbers of the bands that are looked at.

    Returns:
        Digests, the lesser first, in lists of some thousands.
    """
    members = pa.array(tree.members, pa.string())
    roots = pa.array(list(map(tree.root, tree.members)), pa.string())
    wanted = {"first_band": bands.start, "last_band": bands.stop - 1, "few": _FEW}
    candidates = warehouse.read_batches(
        _CANDIDATES,
        {**wanted, "unmarked": [0] * MARK_WORDS},
        row_count=_PAIRS_AT_ONCE,
        sees_own_writes=True,
    )
    likely = []
    joined = pa.table({"text_digest": members, "root": roots})
    with (
        warehouse.registered("fresh", fresh),
        warehouse.registered("joined", joined),
        closing(candidates),
    ):
        for batch in candidates:
            counts_a, counts_b = (batch[name].to_numpy() for name in ("count_a", "count_b"))
            marks_a, marks_b = (_matrix(batch[name]) for name in ("marks_of_a", "marks_of_b"))
            may_be = may_be_copies((counts_a, counts_b), (marks_a, marks_b))
            may_be |= (counts_a == 0) | (counts_b == 0)
            pairs = batch.select(["a", "b"]).filter(pa.array(may_be))
            likely.append(list(zip(*(column.to_pylist() for column in pairs.columns), strict=True)))
    return likely


def _matrix(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    flat: NDArray[np.uint64] = column.combine_chunks().flatten().to_numpy()
    return flat.reshape(len(column), MARK_WORDS)
