"""Group the texts that are copies of one another into families.

Each text is sketched once, batch after batch; then candidates are looked for among all that is
stored, for a few bands of the sketches at a time, so that neither holds the night's texts.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.batch_work import Texts, sketch_batch
from motbild.core.families import (
    BANDS,
    FamilyTree,
    Sketches,
    fold,
    is_folded_copy,
    may_be_copies,
)
from motbild.core.run_marks import MARK_WORDS
from motbild.core.runners import Here, Runner

# A text has its bands and its marks at once, and a family after them; texts from before marks
# were kept have a family.
_UNSKETCHED = """
SELECT text_digest, text FROM core.texts
ANTI JOIN core.text_families USING (text_digest)
ANTI JOIN core.text_marks USING (text_digest)
ORDER BY text_digest
"""
_UNGROUPED = """
SELECT text_digest FROM core.texts
ANTI JOIN core.text_families USING (text_digest)
ORDER BY text_digest
"""

# Texts that agree on a band may be copies. In a bucket of a few, each pair is a candidate; in
# a large one, which only a message that thousands have varied fills, each text is held against
# its neighbours in order and the first, so that candidates grow with the texts and not with
# their square. Each pair once.
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
        text_digest IN (SELECT text_digest FROM fresh) AS is_fresh,
        member_count,
        lag(text_digest) OVER (bucket ORDER BY text_digest) AS previous,
        first_value(text_digest) OVER (bucket ORDER BY text_digest) AS first
    FROM bands JOIN buckets USING (band_number, band_key)
    WINDOW bucket AS (PARTITION BY band_number, band_key)
),
pairs AS (
    SELECT least(a.text_digest, b.text_digest) AS a, greatest(a.text_digest, b.text_digest) AS b
    FROM members AS a JOIN members AS b USING (band_number, band_key)
    WHERE a.is_fresh AND a.text_digest <> b.text_digest AND a.member_count <= $few
    UNION
    SELECT least(text_digest, other), greatest(text_digest, other)
    FROM (
        SELECT text_digest, unnest([previous, first]) AS other
        FROM members WHERE member_count > $few
    )
    WHERE other <> text_digest
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
LEFT JOIN core.text_families AS family_a ON family_a.text_digest = pairs.a
LEFT JOIN core.text_families AS family_b ON family_b.text_digest = pairs.b
WHERE family_a.family_id IS DISTINCT FROM family_b.family_id OR family_a.family_id IS NULL
"""
_WANTED = "SELECT text_digest, text FROM core.texts SEMI JOIN wanted USING (text_digest)"
_FEW = 64
_SKETCHED_AT_ONCE = 500  # texts
_BANDS_AT_ONCE = 2_000_000  # rows of bands of fresh texts
_PAIRS_AT_ONCE = 10_000
_FAMILIES_AT_ONCE = 50_000  # texts
_REMEMBERED = 1 << 16  # texts


def group(
    warehouse: Warehouse, *, batch_row_count: int = 2_000, runner: Runner | None = None
) -> dict[str, int]:
    """Give every text a family: itself, or those it is a copy of.

    The families do not depend on the order in which texts came: they are the
    connected components of "is a copy of", named by their smallest digest.

    Args:
        warehouse: Holds the texts.
        batch_row_count: Texts whose sketches are stored in one transaction.
        runner: Where texts are sketched; by default here.

    Returns:
        How many texts were grouped, and how many times two were joined as copies.
    """
    folded = _Folded(warehouse)
    _sketch(warehouse, folded, batch_row_count, runner or Here())
    with warehouse.transaction():
        fresh = warehouse.read(_UNGROUPED)
        tree, joined = _find_copies(warehouse, fresh, folded)
        _store_families(warehouse, fresh, tree)
    return {"texts_grouped": fresh.num_rows, "copies_joined": joined}


def _sketch(warehouse: Warehouse, folded: "_Folded", batch_row_count: int, runner: Runner) -> None:
    """Store what copies of the texts are found by."""
    at_once = min(_SKETCHED_AT_ONCE, batch_row_count)
    with closing(warehouse.read_batches(_UNSKETCHED, row_count=at_once)) as batches:
        given = (
            (texts.select(["text_digest"]), Texts(texts["text"].to_pylist())) for texts in batches
        )
        for texts, sketches in _together(runner.map(sketch_batch, given), batch_row_count):
            folded.remember(texts["text_digest"].to_pylist(), sketches.folded)
            with warehouse.transaction():
                warehouse.add("core.text_bands", _bands(texts, sketches))
                warehouse.add("core.text_marks", _marks(texts, sketches))


def _together(
    sketched: Iterable[tuple[pa.Table, Sketches]], row_count: int
) -> Iterator[tuple[pa.Table, Sketches]]:
    """Put small batches together, to be stored in one transaction."""
    waiting: list[tuple[pa.Table, Sketches]] = []
    for batch in sketched:
        waiting.append(batch)
        if sum(texts.num_rows for texts, _ in waiting) >= row_count:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(batches: Sequence[tuple[pa.Table, Sketches]]) -> tuple[pa.Table, Sketches]:
    texts, sketches = zip(*batches, strict=True)
    return pa.concat_tables(texts), Sketches.join(sketches)


def _find_copies(
    warehouse: Warehouse, fresh: pa.Table, folded: "_Folded"
) -> tuple[FamilyTree, int]:
    """Join each fresh text with those it is a copy of; return how often two were joined."""
    tree = FamilyTree()
    joined = 0
    at_once = max(1, _BANDS_AT_ONCE // max(fresh.num_rows, 1))
    with warehouse.registered("fresh", fresh):
        for first in range(0, BANDS if fresh.num_rows else 0, at_once):
            for pairs in _likely_pairs(warehouse, first, first + at_once - 1):
                unjoined = [pair for pair in pairs if not tree.is_joined(*pair)]
                texts = folded.of({digest for pair in unjoined for digest in pair})
                for a, b in unjoined:
                    if not tree.is_joined(a, b) and is_folded_copy(texts[a], texts[b]):
                        tree.join(a, b)
                        joined += 1
    return tree, joined


class _Folded:
    """Texts as they are compared, the latest ones remembered."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._known: dict[str, str] = {}

    def remember(self, digests: Sequence[str], folded: Sequence[str]) -> None:
        """Remember some, and forget the oldest where they become too many."""
        self._known.update(zip(digests, folded, strict=True))
        for digest in list(islice(self._known, max(len(self._known) - _REMEMBERED, 0))):
            del self._known[digest]

    def of(self, digests: Collection[str]) -> dict[str, str]:
        """Return the texts of some digests; those that are not remembered are read."""
        found = {digest: self._known[digest] for digest in digests if digest in self._known}
        missing = pa.table({"text_digest": [one for one in digests if one not in found]})
        if missing.num_rows:
            with self._warehouse.registered("wanted", missing):
                read = {one: fold(text) for one, text in self._warehouse.read_rows(_WANTED)}
            self.remember(list(read), list(read.values()))
            found |= read
        return found


def _likely_pairs(
    warehouse: Warehouse, first_band: int, last_band: int
) -> list[list[tuple[str, str]]]:
    """Return the candidates that have to be read; those that share a band by chance are left out.

    A text from before marks were kept has none, and all its pairs are read.
    """
    wanted = {"first_band": first_band, "last_band": last_band, "few": _FEW}
    candidates = warehouse.read_batches(
        _CANDIDATES,
        {**wanted, "unmarked": [0] * MARK_WORDS},
        row_count=_PAIRS_AT_ONCE,
        sees_own_writes=True,
    )
    likely = []
    with closing(candidates):
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


def _bands(texts: pa.Table, sketches: Sketches) -> pa.Table:
    text_count, band_count = sketches.keys.shape
    digests = np.repeat(np.arange(text_count), band_count)
    return pa.table(
        {
            "text_digest": texts["text_digest"].take(pa.array(digests)),
            "band_number": np.tile(np.arange(band_count, dtype=np.uint8), text_count),
            "band_key": sketches.keys.ravel(),
        }
    ).cast(schemas.TEXT_BANDS)


def _marks(texts: pa.Table, sketches: Sketches) -> pa.Table:
    marks = pa.FixedSizeListArray.from_arrays(pa.array(sketches.marks.ravel()), MARK_WORDS)
    columns = {"text_digest": texts["text_digest"], "run_count": sketches.run_counts}
    return pa.table({**columns, "marks": marks}).cast(schemas.TEXT_MARKS)


def _store_families(warehouse: Warehouse, fresh: pa.Table, tree: FamilyTree) -> None:
    """Join the fresh texts to the families they touch, merging those they bridge."""
    touched = pa.table({"text_digest": pa.array(tree.members, pa.string())})
    with warehouse.registered("touched", touched):
        family_of = dict(
            warehouse.read_rows("FROM core.text_families SEMI JOIN touched USING (text_digest)")
        )
    for digest, family_id in family_of.items():
        tree.join(digest, family_id)
    for family_id in sorted(set(family_of.values())):
        if tree.root(family_id) != family_id:
            warehouse.execute(
                "UPDATE core.text_families SET family_id = ? WHERE family_id = ?",
                [tree.root(family_id), family_id],
            )
    for start in range(0, fresh.num_rows, _FAMILIES_AT_ONCE):
        digests = fresh["text_digest"].slice(start, _FAMILIES_AT_ONCE).to_pylist()
        rows = {"text_digest": digests, "family_id": list(map(tree.root, digests))}
        warehouse.add("core.text_families", pa.table(rows, schema=schemas.TEXT_FAMILIES))
