"""Group the texts that are copies of one another into families.

Each text is sketched once, batch after batch; then candidates are looked for among all that is
stored, for a few bands of the sketches at a time, so that neither holds the night's texts.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice

import numpy as np
import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.copy_candidates import read_likely_pairs
from motbild.core import schemas
from motbild.core.batch_work import Texts, sketch_batch
from motbild.core.families import BANDS, FamilyTree, Sketches, are_folded_copies, fold
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

_WANTED = "SELECT text_digest, text FROM core.texts SEMI JOIN wanted USING (text_digest)"
_SKETCHED_AT_ONCE = 500  # texts
_BANDS_AT_ONCE = 400_000  # rows of bands of fresh texts
_COMPARED_AT_ONCE = 1_000  # of which some join what others would
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
    looked_at: set[int] = set()  # pairs, as what they hash to: bands share most of them
    joined = 0
    at_once = max(1, _BANDS_AT_ONCE // max(fresh.num_rows, 1))
    for first in range(0, BANDS if fresh.num_rows else 0, at_once):
        bands = range(first, first + at_once)
        for pairs in read_likely_pairs(warehouse, fresh, tree, bands):
            new = [pair for pair in pairs if hash(pair) not in looked_at]
            looked_at.update(map(hash, new))
            joined += _join_copies(tree, new, folded)
    return tree, joined


def _join_copies(tree: FamilyTree, pairs: Sequence[tuple[str, str]], folded: "_Folded") -> int:
    joined = 0
    for start in range(0, len(pairs), _COMPARED_AT_ONCE):
        some = pairs[start : start + _COMPARED_AT_ONCE]
        unjoined = [pair for pair in some if not tree.is_joined(*pair)]
        texts = folded.of({digest for pair in unjoined for digest in pair})
        copies = are_folded_copies(*([texts[pair[side]] for pair in unjoined] for side in (0, 1)))
        for (a, b), is_copy in zip(unjoined, copies, strict=True):
            if is_copy and not tree.is_joined(a, b):
                tree.join(a, b)
                joined += 1
    return joined


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
