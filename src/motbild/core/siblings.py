"""Siblings: families that say the same in different languages, and what else ties families.

A translation agrees with its original as a whole and sentence by sentence. Two stories of
one subject agree as a whole too, the longer they are the more, and seldom in their parts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from motbild.core.units import split_units, unit_texts
from motbild.core.vectors import Encode

# Placed on translations and on seeds of one narrative: docs/benchmarks.md.
LEAST_WHOLE = 0.55
LEAST_PARTS = 0.5
MOST_LENGTH_RATIO = 2.0  # of the longer text to the shorter, in characters
MOST_DAYS_APART = 14
MOST_WORDINGS = 2_000  # each is held against each: these take a second


@dataclass(frozen=True, slots=True)
class Wording:
    """A family by the text that most of its posts have.

    Attributes:
        family_id: The family.
        text: Masked.
        lang: ISO 639-1 or ``und``.
        narrative_ids: What it bears on.
        account_count: Accounts that posted it.
        first_day: Of its posts, as a day number.
        last_day: Likewise.
    """

    family_id: str
    text: str
    lang: str
    narrative_ids: frozenset[str]
    account_count: int
    first_day: int
    last_day: int

    def may_be_sibling(self, other: "Wording") -> bool:
        """Tell whether all but the wording agrees: narrative, time, length, another language."""
        apart = max(self.first_day, other.first_day) - min(self.last_day, other.last_day)
        lengths = sorted((len(self.text), len(other.text)))
        return (
            self.lang != other.lang
            and "und" not in (self.lang, other.lang)
            and bool(self.narrative_ids & other.narrative_ids)
            and apart <= MOST_DAYS_APART
            and lengths[1] <= MOST_LENGTH_RATIO * lengths[0]
        )


@dataclass(frozen=True, slots=True)
class Shared:
    """A family's part in one link or medium that several families share.

    Attributes:
        signal: Which, by a number that means nothing outside of a night.
        kind: ``link`` or ``media``.
        family_id: The family.
        narrative_ids: What the family bears on.
        first_day: Of its posts that hold it, as a day number.
        last_day: Likewise.
    """

    signal: int
    kind: str
    family_id: str
    narrative_ids: frozenset[str]
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two families that belong together, and by what: ``sibling``, ``link`` or ``media``."""

    a: str
    b: str
    kind: str
    signal: int = -1


def find_siblings(wordings: Sequence[Wording], encode: Encode) -> list[Tie]:
    """Find the families that say the same in another language.

    Args:
        wordings: In any order; of more than `MOST_WORDINGS` those that most accounts posted.
        encode: Turns model texts into unit rows; what a night has encoded is not done again.
    """
    chosen = sorted(wordings, key=lambda one: (-one.account_count, one.family_id))[:MOST_WORDINGS]
    if len({one.lang for one in chosen}) < 2:
        return []
    inputs = [unit_texts(split_units(one.text, one.lang)) for one in chosen]
    vectors = encode([text for units in inputs for text in units])
    places = np.cumsum([0, *(len(units) for units in inputs)])
    wholes = vectors[places[:-1]]
    alike = np.triu(wholes @ wholes.T, k=1)
    return [
        _sibling(chosen[row], chosen[column])
        for row, column in np.argwhere(alike >= LEAST_WHOLE).tolist()
        if chosen[row].may_be_sibling(chosen[column])
        and compare_parts(_parts(vectors, places, row), _parts(vectors, places, column))
        >= LEAST_PARTS
    ]


def compare_parts(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return how well each sentence of either text is found in the other, in [-1, 1].

    Args:
        a: ``(n, d)`` unit rows, one for each sentence.
        b: ``(m, d)`` likewise.
    """
    cosines = a @ b.T
    return float(min(cosines.max(axis=1).mean(), cosines.max(axis=0).mean()))


def find_shared(rows: Iterable[Shared]) -> list[Tie]:
    """Tie the families that share a link or a medium within `MOST_DAYS_APART` of each other.

    Each is tied to the one before it in time, which joins as many as tying all with all.
    """
    ordered = sorted(rows, key=lambda row: (row.signal, row.first_day, row.family_id))
    return [
        tie for _, held in groupby(ordered, lambda row: row.signal) for tie in _chain(list(held))
    ]


def _chain(held: Sequence[Shared]) -> Iterator[Tie]:
    before: dict[str, Shared] = {}
    for row in held:
        for narrative_id in sorted(row.narrative_ids):
            last = before.get(narrative_id)
            if last is not None and row.first_day - last.last_day <= MOST_DAYS_APART:
                yield Tie(last.family_id, row.family_id, row.kind, row.signal)
            if last is None or row.last_day >= last.last_day:
                before[narrative_id] = row


def _sibling(a: Wording, b: Wording) -> Tie:
    low, high = sorted((a.family_id, b.family_id))
    return Tie(low, high, "sibling")


def _parts(
    vectors: NDArray[np.float32], places: NDArray[np.int64], number: int
) -> NDArray[np.float32]:
    """Return the sentences of a text, or the text itself where it is one sentence."""
    start, end = places[number], places[number + 1]
    return vectors[start + 1 : end] if end - start > 1 else vectors[start:end]
