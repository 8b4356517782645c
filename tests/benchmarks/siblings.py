"""How well families that say the same in different languages are told from those that do not.

Translations: chain messages written for this, which no encoder has learned from, and pairs of
single sentences that were held out when the encoder learned. What is none: seeds that assert
one narrative in different languages, by voices of which the limits were not placed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from motbild.adapters.encoder import load_encoder
from motbild.core.siblings import LEAST_PARTS, LEAST_WHOLE, Wording, compare_parts
from motbild.core.text import normalise
from motbild.core.units import split_units, unit_texts
from motbild.core.vectors import Encode
from motbild.settings import Settings
from tests.benchmarks.page import ROOT, read_rows, render_table

ENCODER = "motbild-encoder"
MESSAGES = Path(__file__).with_name("chain_messages.jsonl")
SENTENCES = ROOT / "models" / "training" / "texts" / "sentences.jsonl"
SEEDS = ROOT / "models" / "narratives" / "socialtjansten" / "seeds.jsonl"
HELD_OUT_SHARE = 50  # as in models/training/corpus.py
LIMITS = ((0.5, 0.4), (0.55, 0.45), (LEAST_WHOLE, LEAST_PARTS), (0.6, 0.55), (0.65, 0.6))


@dataclass(frozen=True)
class Read:
    """A wording with its vectors: of the whole, and of each sentence."""

    wording: Wording
    whole: NDArray[np.float32]
    parts: NDArray[np.float32]


def measure_siblings() -> str:
    """Return a table: what is found of translations, and what is taken for one by mistake."""
    encode = load_encoder(ENCODER, Settings.load().encoders_file).encode
    columns = {
        "chain messages": _compare(_pairs(read_rows(MESSAGES), encode)),
        "held-out sentences": _compare(_held_out(encode)),
        "false, limits placed on": _compare(_apart(_seeds(encode, is_placed_on=True))),
        "false, others": _compare(_apart(_seeds(encode, is_placed_on=False))),
    }
    rows = [
        (
            f"{whole}, {parts}" + (" (used)" if (whole, parts) == LIMITS[2] else ""),
            [_rate(found, whole, parts) for found in columns.values()],
        )
        for whole, parts in LIMITS
    ]
    return render_table(["whole, parts at least", *columns], rows)


def _compare(pairs: Iterable[tuple[Read, Read]]) -> NDArray[np.float64]:
    """Return whole and parts of each pair, ``(n, 2)``; what cannot be siblings has -1."""
    return np.array(
        [
            (float(a.whole @ b.whole), compare_parts(a.parts, b.parts))
            if a.wording.may_be_sibling(b.wording)
            else (-1.0, -1.0)
            for a, b in pairs
        ]
    )


def _pairs(rows: Iterable[Mapping[str, str]], encode: Encode) -> Iterator[tuple[Read, Read]]:
    for row in rows:
        yield from combinations(_read([(text, lang) for lang, text in row.items()], encode), 2)


def _held_out(encode: Encode) -> Iterator[tuple[Read, Read]]:
    for row in read_rows(SENTENCES):
        for left, right in combinations(sorted(row, key=lambda lang: lang == "en"), 2):
            digest = hashlib.sha256(normalise(row[right]).encode()).digest()
            if int.from_bytes(digest[:4], "big") % HELD_OUT_SHARE == 0:
                yield from _pairs([{left: row[left], right: row[right]}], encode)


def _apart(reads: Sequence[Read]) -> Iterator[tuple[Read, Read]]:
    """Yield pairs in two languages that assert one narrative."""
    for a, b in combinations(reads, 2):
        if a.wording.lang != b.wording.lang and a.wording.narrative_ids & b.wording.narrative_ids:
            yield a, b


def _seeds(encode: Encode, *, is_placed_on: bool) -> list[Read]:
    chosen = [
        row
        for row in read_rows(SEEDS)
        if row["stance"] == "asserts"
        and row["narratives"]
        and (hashlib.sha256(row["voice"].encode()).digest()[0] % 2 == 0) is is_placed_on
    ]
    reads = _read([(row["text"], row["lang"]) for row in chosen], encode)
    return [
        Read(_wording(row["text"], row["lang"], row["narratives"]), read.whole, read.parts)
        for row, read in zip(chosen, reads, strict=True)
    ]


def _read(said: Sequence[tuple[str, str]], encode: Encode) -> list[Read]:
    units = [unit_texts(split_units(text, lang)) for text, lang in said]
    vectors = encode([text for one in units for text in one])
    ends = np.cumsum([len(one) for one in units])
    held = np.split(vectors, ends[:-1])
    return [
        Read(_wording(text, lang, ["n"]), rows[0], rows[1:] if len(rows) > 1 else rows)
        for (text, lang), rows in zip(said, held, strict=True)
    ]


def _wording(text: str, lang: str, narratives: Iterable[str]) -> Wording:
    return Wording(text, text, lang, frozenset(narratives), 2, 0, 0)


def _rate(found: NDArray[np.float64], whole: float, parts: float) -> str:
    count = int(((found[:, 0] >= whole) & (found[:, 1] >= parts)).sum())
    share = count / len(found)
    return f"{count} of {len(found)}" + (f" ({100 * share:.0f} %)" if share > 0.01 else "")
