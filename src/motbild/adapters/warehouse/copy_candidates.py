"""Which pairs of texts may be copies of one another, by what is kept of all texts to tell."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from motbild.adapters.warehouse import Warehouse
from motbild.core.bands import BANDS, gathered, pair_up
from motbild.core.components import Components
from motbild.core.families import may_be_copies, may_be_copies_by_size
from motbild.core.run_marks import FEWEST_FINE_RUNS, FINE_MARK_WORDS, MARK_WORDS

_KEYS_AT_ONCE = 2_000_000
_READ_AT_ONCE = 20_000  # rows
_MARKS_READ_AT_ONCE = 200_000  # pairs
_MARKS_COMPARED_AT_ONCE = 8_000  # pairs: their marks stay in a core's memory

_FRESH = """
SELECT sketches.rowid AS row_number, text_digest, run_count, NULL::VARCHAR AS family_id
FROM core.text_sketches AS sketches
ANTI JOIN core.text_families USING (text_digest)
"""
_STORED = """
SELECT sketches.rowid AS row_number, text_digest, run_count, family_id
FROM core.text_sketches AS sketches
JOIN core.text_families USING (text_digest)
WHERE sketches.rowid IN (SELECT row_number FROM wanted)
"""
_KEYS = "SELECT rowid AS row_number, band_keys[$first:$last] AS numbers FROM core.text_sketches"
_MARKS = {
    MARK_WORDS: """
SELECT rowid AS row_number, marks AS numbers FROM core.text_sketches
WHERE run_count > 0 AND rowid IN (SELECT row_number FROM wanted)
""",
    FINE_MARK_WORDS: """
SELECT rowid AS row_number, fine_marks AS numbers FROM core.text_sketches
WHERE len(fine_marks) > 0 AND rowid IN (SELECT row_number FROM wanted)
""",
}


@dataclass(frozen=True)
class Comparable:
    """Texts without a family, and those that share a band with one of them.

    They stand in the order of their digests, and are told by their positions.

    Attributes:
        table: ``text_digest``, ``family_id`` (null where it has none), ``row_number`` and
            ``run_count`` of its sketch.
    """

    table: pa.Table

    @cached_property
    def is_fresh(self) -> NDArray[np.bool_]:
        """Which have no family yet."""
        fresh: NDArray[np.bool_] = pc.is_null(self.table["family_id"]).to_numpy()
        return fresh

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of each one's sketch."""
        numbers: NDArray[np.int64] = self.table["row_number"].to_numpy()
        return numbers

    @cached_property
    def run_counts(self) -> NDArray[np.uint32]:
        """How many distinct runs of characters each has; 0 where that was not counted."""
        counts: NDArray[np.uint32] = self.table["run_count"].to_numpy()
        return counts

    def components(self) -> Components:
        """Return what is joined already: the families that are stored."""
        roots = np.arange(self.table.num_rows)
        stored = np.flatnonzero(~self.is_fresh)
        families = self.table["family_id"].take(pa.array(stored)).to_numpy()
        _, firsts, numbers = np.unique(families, return_index=True, return_inverse=True)
        roots[stored] = stored[firsts[numbers]]
        return Components(roots)


def read_comparable(warehouse: Warehouse) -> Comparable:
    """Read which texts have to be held against each other."""
    found = warehouse.read(_FRESH)
    [(stored_count,)] = warehouse.read_rows("SELECT count(*) FROM core.text_sketches")
    if 0 < found.num_rows < stored_count:
        rows = _find_touched(warehouse, found["row_number"].to_numpy())
        with warehouse.registered("wanted", pa.table({"row_number": rows})):
            found = pa.concat_tables([found, warehouse.read(_STORED)])
    return Comparable(found.sort_by("text_digest"))


def read_likely_pairs(
    warehouse: Warehouse, texts: Comparable, components: Components
) -> Iterator[NDArray[np.intp]]:
    """Yield the pairs that have to be read; those that share a band by chance are left out.

    Args:
        warehouse: Holds the sketches.
        texts: Which texts are held against each other.
        components: What is joined; pairs that are joined meanwhile are left out too.

    Yields:
        ``(2, pairs)`` positions, the lesser first. A pair that shares several bands may come
        again, unless it was joined.
    """
    for pairs in gathered(_pairs_by_size(warehouse, texts, components), _MARKS_READ_AT_ONCE):
        likely = _tell_by_marks(warehouse, texts, pairs, MARK_WORDS)
        is_long = texts.run_counts[likely].min(axis=0) >= FEWEST_FINE_RUNS
        long = _tell_by_marks(warehouse, texts, likely[:, is_long], FINE_MARK_WORDS)
        yield np.concatenate([likely[:, ~is_long], long], axis=1)


def _pairs_by_size(
    warehouse: Warehouse, texts: Comparable, components: Components
) -> Iterator[NDArray[np.intp]]:
    """Yield the pairs that share a band, are not joined, and are of like size."""
    for bands in _some_bands(len(texts.rows)):
        for keys in _read_keys(warehouse, texts.rows, bands).T:
            for pairs in pair_up(keys, texts.is_fresh):
                roots = components.roots()
                unjoined = pairs[:, roots[pairs[0]] != roots[pairs[1]]]
                yield _tell_by_size(texts, unjoined)


def _tell_by_size(texts: Comparable, pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    counts = (texts.run_counts[pairs[0]], texts.run_counts[pairs[1]])
    is_uncounted = np.minimum(*counts) == 0
    counted = (np.maximum(counts[0], 1), np.maximum(counts[1], 1))
    return pairs[:, may_be_copies_by_size(counted) | is_uncounted]


def _tell_by_marks(
    warehouse: Warehouse, texts: Comparable, pairs: NDArray[np.intp], width: int
) -> NDArray[np.intp]:
    """Return the pairs that marks of this width leave; a text without such tells nothing."""
    is_named = np.zeros(len(texts.rows), dtype=bool)
    is_named[pairs] = True
    rows, places = np.unique(texts.rows[is_named], return_inverse=True)
    has_marks, marks = _read_marks(warehouse, rows, width)
    mark_of = np.empty(len(texts.rows), dtype=np.intp)
    mark_of[is_named] = places
    told = [np.zeros(0, dtype=bool)]
    for start in range(0, pairs.shape[1], _MARKS_COMPARED_AT_ONCE):
        some = pairs[:, start : start + _MARKS_COMPARED_AT_ONCE]
        counts = texts.run_counts[some]
        held = mark_of[some]
        may_be = may_be_copies((counts[0], counts[1]), (marks[held[0]], marks[held[1]]))
        told.append(may_be | ~has_marks[held].all(axis=0))
    return pairs[:, np.concatenate(told)]


def _find_touched(warehouse: Warehouse, fresh: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of other texts that share a band with one of the fresh."""
    touched = []
    for bands in _some_bands(len(fresh)):
        filters = [_Filter(keys) for keys in _read_keys(warehouse, fresh, bands).T]
        for rows, keys in _read_all_keys(warehouse, bands):
            is_touched = np.zeros(len(rows), dtype=bool)
            for column, one in enumerate(filters):
                is_touched |= one.holds(keys[:, column])
            touched.append(rows[is_touched])
    return np.setdiff1d(np.concatenate(touched), fresh)


class _Filter:
    """Tells which of many keys are among some; by a few of their bits, most are not."""

    _BITS = np.uint64((1 << 18) - 1)

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        self._keys = np.unique(keys)
        self._may_hold = np.zeros(int(self._BITS) + 1, dtype=bool)
        self._may_hold[self._keys & self._BITS] = True

    def holds(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Tell it of each."""
        held: NDArray[np.bool_] = self._may_hold[keys & self._BITS]
        likely = keys[held]
        places = np.searchsorted(self._keys, likely)
        held[held] = self._keys[np.minimum(places, len(self._keys) - 1)] == likely
        return held


def _some_bands(text_count: int) -> Iterator[range]:
    """Yield the numbers of all bands, as many together as may be held of so many texts."""
    at_once = max(1, min(BANDS, _KEYS_AT_ONCE // text_count)) if text_count else BANDS
    for first in range(0, BANDS if text_count else 0, at_once):
        yield range(first, min(first + at_once, BANDS))


def _read_keys(warehouse: Warehouse, rows: NDArray[np.int64], bands: range) -> NDArray[np.uint64]:
    """Return the keys of some rows, ``(len(rows), len(bands))``."""
    order = np.argsort(rows)
    ordered = rows[order]
    keys = np.empty((len(rows), len(bands)), dtype=np.uint64)
    for found, some in _read_all_keys(warehouse, bands):
        places = np.minimum(np.searchsorted(ordered, found), len(rows) - 1)
        is_wanted = ordered[places] == found
        keys[order[places[is_wanted]]] = some[is_wanted]
    return keys


def _read_all_keys(
    warehouse: Warehouse, bands: range
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint64]]]:
    asked = {"first": bands.start + 1, "last": bands.stop}
    return _read_numbers(warehouse, _KEYS, asked, len(bands))


def _read_marks(
    warehouse: Warehouse, rows: NDArray[np.int64], width: int
) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
    """Return which of some rows, that ascend, have marks of a width, and these, ``(n, width)``."""
    has_marks = np.zeros(len(rows), dtype=bool)
    marks = np.zeros((len(rows), width), dtype=np.uint64)
    with warehouse.registered("wanted", pa.table({"row_number": rows})):
        for found, some in _read_numbers(warehouse, _MARKS[width], None, width):
            places = np.searchsorted(rows, found)
            has_marks[places] = True
            marks[places] = some
    return has_marks, marks


def _read_numbers(
    warehouse: Warehouse, query: str, parameters: Mapping[str, int] | None, width: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint64]]]:
    """Yield rows and so many numbers of each, ``(n,)`` and ``(n, width)``."""
    with closing(
        warehouse.read_batches(query, parameters, row_count=_READ_AT_ONCE, sees_own_writes=True)
    ) as batches:
        for batch in batches:
            flat = batch["numbers"].combine_chunks().flatten().to_numpy()
            yield batch["row_number"].to_numpy(), flat.reshape(batch.num_rows, width)
