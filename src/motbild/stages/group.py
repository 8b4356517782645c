"""Group the texts that are copies of one another into families.

Each text is sketched once, batch after batch; then candidates are looked for among all that is
stored, some of them at a time, so that neither holds the night's texts.
"""

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.copy_candidates import (
    Comparable,
    read_comparable,
    read_likely_pairs,
)
from motbild.core import components, schemas
from motbild.core.bands import BANDS, gathered
from motbild.core.batch_work import Pairs, Texts, compare_batch, sketch_batch
from motbild.core.components import Components
from motbild.core.families import Sketches
from motbild.core.run_marks import FEWEST_FINE_RUNS, FINE_MARK_WORDS, MARK_WORDS
from motbild.core.runners import Here, Runner, in_lots

_UNSKETCHED = """
SELECT text_digest, text FROM core.texts
ANTI JOIN core.text_sketches USING (text_digest)
ORDER BY text_digest
"""
_WANTED = "SELECT text_digest, text FROM core.texts SEMI JOIN wanted USING (text_digest)"
_SKETCHED_AT_ONCE = 500  # texts
_READ_AT_ONCE = 50_000  # pairs: all texts are looked through for each lot
_COMPARED_AT_ONCE = 1_000  # of which some join what others would
_FAMILIES_AT_ONCE = 50_000  # texts


def group(
    warehouse: Warehouse, *, batch_row_count: int = 2_000, runner: Runner | None = None
) -> dict[str, int]:
    """Give every text a family: itself, or those it is a copy of.

    The families do not depend on the order in which texts came: they are the
    connected components of "is a copy of", named by their smallest digest.

    Args:
        warehouse: Holds the texts.
        batch_row_count: Texts whose sketches are stored in one transaction.
        runner: Where texts are sketched and compared; by default here.

    Returns:
        How many texts were grouped, and how many times two were joined as copies.
    """
    runner = runner or Here()
    _sketch(warehouse, batch_row_count, runner)
    texts = read_comparable(warehouse)
    found = texts.components()
    joined = sum(
        _join_copies(warehouse, texts, found, some, runner)
        for pairs in gathered(read_likely_pairs(warehouse, texts, found), _READ_AT_ONCE)
        for some in _in_parts(pairs, _READ_AT_ONCE)
    )
    with warehouse.transaction():
        _store_families(warehouse, texts, found)
    return {"texts_grouped": int(texts.is_fresh.sum()), "copies_joined": joined}


def _sketch(warehouse: Warehouse, batch_row_count: int, runner: Runner) -> None:
    """Store what copies of the texts are found by."""
    at_once = min(_SKETCHED_AT_ONCE, batch_row_count)
    with closing(warehouse.read_batches(_UNSKETCHED, row_count=at_once)) as batches:
        given = (
            (texts.select(["text_digest"]), Texts(texts["text"].to_pylist())) for texts in batches
        )
        for texts, made in in_lots(runner.map(sketch_batch, given), batch_row_count):
            with warehouse.transaction():
                warehouse.add("core.text_sketches", _rows(texts, Sketches.join(made)))


def _rows(texts: pa.Table, sketches: Sketches) -> pa.Table:
    has_fine = sketches.run_counts >= FEWEST_FINE_RUNS
    fine = np.cumsum([0, *has_fine * FINE_MARK_WORDS], dtype=np.int32)
    columns = {
        "text_digest": texts["text_digest"],
        "run_count": sketches.run_counts,
        "marks": pa.FixedSizeListArray.from_arrays(sketches.marks.ravel(), MARK_WORDS),
        "fine_marks": pa.ListArray.from_arrays(fine, sketches.fine_marks.ravel()),
        "band_keys": pa.FixedSizeListArray.from_arrays(sketches.keys.ravel(), BANDS),
    }
    return pa.table(columns).cast(schemas.TEXT_SKETCHES)


def _join_copies(
    warehouse: Warehouse,
    texts: Comparable,
    found: Components,
    pairs: NDArray[np.intp],
    runner: Runner,
) -> int:
    """Join the pairs that are copies; return how many were not joined yet."""
    wanted = texts.table["text_digest"].take(pa.array(np.unique(pairs)))
    with warehouse.registered("wanted", pa.table({"text_digest": wanted})):
        read = dict(warehouse.read_rows(_WANTED))
    joined = 0

    def given() -> Iterator[tuple[NDArray[np.intp], Pairs]]:
        for some in _in_parts(pairs, _COMPARED_AT_ONCE):
            roots = found.roots()
            unjoined = some[:, roots[some[0]] != roots[some[1]]]
            firsts, seconds = (
                texts.table["text_digest"].take(pa.array(side)).to_pylist() for side in unjoined
            )
            yield unjoined, Pairs([read[one] for one in firsts], [read[one] for one in seconds])

    for compared, are_copies in runner.map(compare_batch, given()):
        for a, b in compared[:, are_copies].T.tolist():
            joined += found.join(a, b)
    return joined


def _in_parts(pairs: NDArray[np.intp], pair_count: int) -> Iterator[NDArray[np.intp]]:
    for start in range(0, pairs.shape[1], pair_count):
        yield pairs[:, start : start + pair_count]


def _store_families(warehouse: Warehouse, texts: Comparable, found: Components) -> None:
    """Join the fresh texts to the families they touch, merging those they bridge."""
    digests, families = texts.table["text_digest"], texts.table["family_id"]
    roots = digests.take(pa.array(found.roots()))
    is_stored = pa.array(~texts.is_fresh)
    touched = families.filter(is_stored).to_pylist()
    # The least member of a stored family may be none of those that were held against the fresh.
    names = components.group((), zip(roots.filter(is_stored).to_pylist(), touched, strict=True))
    for family_id in sorted(set(touched)):
        if names[family_id] != family_id:
            warehouse.execute(
                "UPDATE core.text_families SET family_id = ? WHERE family_id = ?",
                [names[family_id], family_id],
            )
    is_fresh = pa.array(texts.is_fresh)
    fresh = pa.table({"text_digest": digests.filter(is_fresh), "root": roots.filter(is_fresh)})
    for start in range(0, fresh.num_rows, _FAMILIES_AT_ONCE):
        some = fresh.slice(start, _FAMILIES_AT_ONCE)
        named = [names.get(root, root) for root in some["root"].to_pylist()]
        rows = pa.table({"text_digest": some["text_digest"], "family_id": named})
        warehouse.add("core.text_families", rows.cast(schemas.TEXT_FAMILIES))
