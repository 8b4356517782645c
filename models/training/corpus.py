"""The parallel text that the encoder learns from, and what is held out of it.

All text is brought to the form that the classifier hands to encoders: NFKC, folded,
white space collapsed (`motbild.core.text.normalise`).
"""

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from motbild.core.text import normalise

HELD_OUT_SHARE = 50  # one pair in so many, by digest of its English side
LANGUAGES = ("sv", "ar", "tr", "fa", "so")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that mean the same, or a question and its answer.

    Attributes:
        left: Normalised text.
        right: Normalised text; the English one where there is one.
        kind: Language of the left side, or ``answer`` or ``domain`` for own text.
    """

    left: str
    right: str
    kind: str


@dataclass(frozen=True)
class Corpus:
    """Pairs to learn from and pairs to measure on."""

    training: tuple[Pair, ...]
    held_out: tuple[Pair, ...]

    def of_kind(self, kind: str) -> list[Pair]:
        """Return the training pairs of a kind."""
        return [pair for pair in self.training if pair.kind == kind]


def load_corpus(parallel: Path, own: Path) -> Corpus:
    """Load everything, split by a digest so that each run holds out the same pairs.

    Args:
        parallel: Folder with ``<lang>-en.open.tsv.gz``.
        own: Folder with the project's own pairs.
    """
    pairs = dict.fromkeys([*_read_parallel(parallel), *_read_own(own)])
    training, held_out = [], []
    for pair in pairs:
        (held_out if _is_held_out(pair) else training).append(pair)
    return Corpus(tuple(training), tuple(held_out))


def _read_parallel(folder: Path) -> Iterator[Pair]:
    for lang in LANGUAGES:
        with gzip.open(folder / f"{lang}-en.open.tsv.gz", "rt", encoding="utf-8") as stream:
            yield from _pairs_of_lines(stream, lang)


def _read_own(folder: Path) -> Iterator[Pair]:
    for lang in LANGUAGES:
        path = folder / f"{lang}-en.tsv"
        if path.is_file():
            with path.open(encoding="utf-8") as stream:
                yield from _pairs_of_lines(stream, lang)
    for row in _read_rows(folder / "answers.jsonl"):
        yield Pair(normalise(row["question"]), normalise(row["answer"]), "answer")
    for row in _read_rows(folder / "sentences.jsonl"):
        for left, right in combinations(sorted(row, key=lambda lang: lang == "en"), 2):
            yield Pair(normalise(row[left]), normalise(row[right]), "domain")


def _read_rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _pairs_of_lines(lines: Iterable[str], lang: str) -> Iterator[Pair]:
    for line in lines:
        sides = [normalise(side) for side in line.rstrip("\n").split("\t")]
        if len(sides) == 2 and all(sides):
            yield Pair(sides[0], sides[1], lang)


def _is_held_out(pair: Pair) -> bool:
    # By the right side, so that one English sentence is never on both sides of the split.
    digest = hashlib.sha256(pair.right.encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELD_OUT_SHARE == 0


def damage(text: str, chance: random.Random) -> str:
    """Spell a text as hurried people do: dots and rings left out, a letter lost or doubled."""
    if chance.random() < 0.5:
        text = text.translate(_PLAIN)
    words = text.split()
    for _ in range(1 + len(words) // 8):
        n = chance.randrange(len(words))
        word = words[n]
        if len(word) > 4:
            at = chance.randrange(1, len(word) - 1)
            words[n] = chance.choice(
                [
                    word[:at] + word[at + 1 :],
                    word[:at] + word[at] + word[at:],
                    word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
                ]
            )
    return " ".join(words)


_PLAIN = str.maketrans("åäöçğıöşüâ", "aaocgiosua")
