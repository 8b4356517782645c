"""Families: the copies of one text, with its small changes, grouped together.

A chain message travels with words changed, added, hidden and left out. Two
texts are copies when they share enough runs of four characters; a family is a
connected component of that relation, so it depends on no order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash
from scipy.sparse import csr_matrix

from motbild.core.bands import BANDS
from motbild.core.run_marks import (
    FEWEST_FINE_RUNS,
    FINE_MARK_WORDS,
    mark_texts,
    most_in_common,
    number_runs,
)
from motbild.core.text import model_text, strip_accents

# Runs of characters bear what runs of words do not: dialect, endings, letters left out.
RUN_LENGTH = 4
# Half-way between copies (0.53 and up along a chain message's nearest kin) and what only
# quotes it among words of its own (0.37 and down); texts with one subject have 0.1.
COPY_SIMILARITY = 0.45
# A short text says little beyond its form of words ("the committee proposes that …"), so
# that it must share more to be a copy; from this many runs on, chance plays no part.
LONG_RUN_COUNT = 120
SHORT_COPY_SIMILARITY = 0.75
SHORTEST_WORD_COUNT = 5

_ROWS = 3  # hashes in a band
_SEED = 1

_ROOM_BYTES = 1 << 24
_SHORT = "="  # which no word begins with
_TAG = re.compile(r"#\w+")
_WORD = re.compile(r"\w+")
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def band_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return what candidates for copies are found by.

    Args:
        texts: Masked texts as written.

    Returns:
        Keys (n, `BANDS`). Copies agree in at least one column with probability
        0.99 or more; equal texts agree in all. The same text always has the same keys.
    """
    return _keys([_runs(fold(text)) for text in texts])


def _keys(runs: Sequence[frozenset[str]]) -> NDArray[np.uint64]:
    if not runs:
        return np.zeros((0, BANDS), dtype=np.uint64)
    signatures = [_signature(held) for held in runs]
    rows = np.array(signatures, dtype=np.uint64).reshape(len(runs), BANDS, _ROWS)
    keys: NDArray[np.uint64] = np.bitwise_xor.reduce(rows * _MIXERS, axis=2)
    return keys


@dataclass(frozen=True, slots=True)
class Sketches:
    """What is kept of texts to find and to tell their copies.

    Attributes:
        keys: ``(n, BANDS)``, as `band_keys` returns them.
        run_counts: ``(n,)`` distinct runs of characters.
        marks: ``(n, MARK_WORDS)`` of these runs, see `motbild.core.run_marks`.
        fine_marks: ``(m, FINE_MARK_WORDS)`` of those with `FEWEST_FINE_RUNS` runs or more.
    """

    keys: NDArray[np.uint64]
    run_counts: NDArray[np.uint32]
    marks: NDArray[np.uint64]
    fine_marks: NDArray[np.uint64]

    @classmethod
    def join(cls, parts: Sequence["Sketches"]) -> "Sketches":
        """Put the sketches of several batches together."""
        return cls(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.run_counts for part in parts]),
            np.concatenate([part.marks for part in parts]),
            np.concatenate([part.fine_marks for part in parts]),
        )


def sketch(texts: Sequence[str]) -> Sketches:
    """Sketch masked texts, as written.

    Raises:
        MemoryError: There is hardly any left.
    """
    # Where rensa gets none it ends the whole process, which then can tell nothing.
    np.empty(_ROOM_BYTES, dtype=np.uint8)
    folded = list(map(fold, texts))
    runs = list(map(_runs, folded))
    counts = np.array(list(map(len, runs)), dtype=np.uint32)
    long = [folded[place] for place in np.flatnonzero(counts >= FEWEST_FINE_RUNS)]
    return Sketches(
        _keys(runs),
        counts,
        mark_texts([text if _has_runs(text) else "" for text in folded], RUN_LENGTH),
        mark_texts(long, RUN_LENGTH, FINE_MARK_WORDS),
    )


def may_be_copies_by_size(
    counts: tuple[NDArray[np.integer], NDArray[np.integer]],
) -> NDArray[np.bool_]:
    """Tell by their runs of characters alone which pairs `may_be_copies` may say yes to.

    Args:
        counts: ``(n,)`` of the first and of the second text of each pair.
    """
    fewest, most = np.minimum(*counts), np.maximum(*counts)
    may_be: NDArray[np.bool_] = fewest / most >= _needed_similarity(fewest)
    return may_be


def may_be_copies(
    counts: tuple[NDArray[np.integer], NDArray[np.integer]],
    marks: tuple[NDArray[np.uint64], NDArray[np.uint64]],
) -> NDArray[np.bool_]:
    """Tell by their sketches which pairs `is_copy` has to look at; of all others it says no.

    Args:
        counts: ``(n,)`` runs of the first and of the second text of each pair.
        marks: ``(n, words)`` theirs, the coarse or the fine ones.
    """
    common = most_in_common(counts, marks)
    all_runs = counts[0].astype(np.int64) + counts[1].astype(np.int64) - common
    needed = _needed_similarity(np.minimum(*counts))
    may_be: NDArray[np.bool_] = common / all_runs >= needed
    return may_be


def _needed_similarity(run_counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the similarity that makes copies, by the runs of the shorter of two texts."""
    shortness = np.maximum(0.0, 1 - run_counts.astype(np.float64) / LONG_RUN_COUNT)
    needed: NDArray[np.float64] = (
        COPY_SIMILARITY + (SHORT_COPY_SIMILARITY - COPY_SIMILARITY) * shortness
    )
    return needed


def _signature(runs: frozenset[str]) -> list[int]:
    minhash = RMinHash(num_perm=BANDS * _ROWS, seed=_SEED)
    minhash.update(list(runs))
    digest: list[int] = minhash.digest()
    return digest


def similarity(a: str, b: str) -> float:
    """Return the share of two texts' character runs that they have in common, in [0, 1]."""
    similarities, _ = _compare([fold(a)], [fold(b)])
    return float(similarities[0])


def is_copy(a: str, b: str) -> bool:
    """Tell whether two texts are copies of one; very short ones only when they read the same."""
    return bool(are_copies([a], [b])[0])


def are_copies(firsts: Sequence[str], seconds: Sequence[str]) -> NDArray[np.bool_]:
    """Tell the same of the first and the second text of each pair, ``(n,)``."""
    similarities, fewest_runs = _compare(list(map(fold, firsts)), list(map(fold, seconds)))
    copies: NDArray[np.bool_] = similarities >= _needed_similarity(fewest_runs)
    return copies


def _compare(
    firsts: Sequence[str], seconds: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.integer]]:
    """Return of pairs of folded texts how similar they are, and the runs of the shorter one."""
    rows = {text: row for row, text in enumerate(dict.fromkeys([*firsts, *seconds]))}
    runs = _run_matrix(list(rows))
    counts = np.diff(runs.indptr)
    a, b = (np.array([rows[text] for text in side], dtype=np.intp) for side in (firsts, seconds))
    common = np.asarray(runs[a].multiply(runs[b]).sum(axis=1)).ravel()
    return common / (counts[a] + counts[b] - common), np.minimum(counts[a], counts[b])


def _run_matrix(folded: Sequence[str]) -> csr_matrix:
    """Return which runs each of some different texts has, a one for each."""
    owners, numbers = number_runs([text if _has_runs(text) else "" for text in folded], RUN_LENGTH)
    found, columns = np.unique(numbers, return_inverse=True)
    short = [row for row, text in enumerate(folded) if not _has_runs(text)]
    columns = np.concatenate([columns, len(found) + np.arange(len(short))])
    owners = np.concatenate([owners, np.array(short, dtype=np.intp)])
    shape = (len(folded), len(found) + len(short))
    runs = csr_matrix((np.ones(len(owners), dtype=np.int32), (owners, columns)), shape)
    runs.sum_duplicates()
    runs.data[:] = 1
    return runs


def _runs(folded: str) -> frozenset[str]:
    """Return a folded text's runs of characters; a short text is one run, and never empty."""
    if not _has_runs(folded):
        return frozenset({folded})
    last = len(folded) - RUN_LENGTH
    return frozenset([folded[start : start + RUN_LENGTH] for start in range(last + 1)])


def _has_runs(folded: str) -> bool:
    return not folded.startswith(_SHORT)


@lru_cache(maxsize=1 << 13)
def fold(text: str) -> str:
    """Return of a masked text the words that count; of a short one all of it, marked.

    Tags come and go with the platform, accents with the keyboard.
    """
    seen = model_text(text)
    words = _WORD.findall(_TAG.sub("", seen))
    if len(words) < SHORTEST_WORD_COUNT:
        # The mark keeps a short text from equalling a run of a long one.
        return f"{_SHORT}{seen}"
    return strip_accents(" ".join(words), "NFD")


def copy_edges(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the pairs of copies among texts by digest, each pair and the list sorted.

    Every pair is compared, so this is for some thousands of texts at most.
    """
    return [(a, b) for a, b in combinations(sorted(texts), 2) if is_copy(texts[a], texts[b])]
