"""Posts to measure a night by: everyday sentences in six languages, some of them about rumours.

What is written is real where the parallel corpora are there, and put together to posts as long
as posts are; without them the seeds' own sentences serve. A sentence that was used before comes
back with other words in most places, since a large night would else be made of copies. More than
a third are copies, of which few are copied often.
"""

import csv
import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from motbild.core.narratives import Seed
from tests.benchmarks.page import ROOT

CORPORA = ROOT.parent / "shared" / "encoder-data"
COPY_SHARE = 0.35
SEED_SHARE = 0.05  # of the distinct texts that talk of what is watched, or of what is near it
_LANGS = {"sv": 0.62, "en": 0.14, "ar": 0.1, "fa": 0.05, "tr": 0.05, "so": 0.04}
_SENTENCES_EACH = 60_000
_MEDIAN_LENGTH, _LENGTH_SPREAD, _LONGEST = 110, 0.8, 2_500  # characters; spread of the logarithm
_WORDS_CHANGED = 0.6  # of a sentence that was used before
_COPIED = 3.0  # exponent: how unevenly copies fall on what is copied
_LAST = datetime(2026, 11, 20, 22, tzinfo=UTC)
_DAYS, _ACCOUNTS = 14, 0.2
_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+")


@dataclass(frozen=True, slots=True)
class Writing:
    """What posts are made of.

    Attributes:
        sentences: By language, ISO 639-1.
        seeds: Of the pack.
        is_real: Whether the sentences are from the corpora.
    """

    sentences: Mapping[str, Sequence[str]]
    seeds: Sequence[Seed]
    is_real: bool


def read_writing(seeds: Sequence[Seed], corpora: Path = CORPORA) -> Writing:
    """Return sentences of everyday writing, from the corpora where they are there."""
    if corpora.is_dir():
        return Writing({lang: _read_side(corpora, lang) for lang in _LANGS}, seeds, True)
    parts = {
        lang: [
            sentence
            for seed in seeds
            if seed.lang == lang
            for sentence in _SENTENCE_END.split(seed.text)
        ]
        for lang in _LANGS
    }
    return Writing({lang: found for lang, found in parts.items() if found}, seeds, False)


def _read_side(corpora: Path, lang: str) -> list[str]:
    """Return one side of parallel sentences, evenly over the whole file."""
    column, name = (1, "sv-en") if lang == "en" else (0, f"{lang}-en")
    with gzip.open(corpora / f"{name}.open.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        texts = [row[column] for row in rows if len(row) > column and row[column].strip()]
    return texts[:: max(1, len(texts) // _SENTENCES_EACH)][:_SENTENCES_EACH]


def write_posts(path: Path, writing: Writing, count: int, draw_seed: int) -> None:
    """Write so many posts as JSON Lines; the same draw gives the same posts."""
    with path.open("w", encoding="utf-8") as file:
        for number, (text, lang) in enumerate(draw_texts(writing, count, draw_seed)):
            file.write(json.dumps(_make_post(number, count, text, lang), ensure_ascii=False))
            file.write("\n")


def draw_texts(writing: Writing, count: int, draw_seed: int) -> Iterator[tuple[str, str]]:
    """Yield so many texts with their languages, a part of them copies of earlier ones."""
    draw = random.Random(draw_seed)
    distinct: list[tuple[str, str]] = []
    originals = _originals(writing, draw)
    for _ in range(count):
        if distinct and draw.random() < COPY_SHARE:
            yield distinct[int(len(distinct) * draw.random() ** _COPIED)]
        else:
            distinct.append(next(originals))
            yield distinct[-1]


def _originals(writing: Writing, draw: random.Random) -> Iterator[tuple[str, str]]:
    """Yield texts no two of which are the same, and few alike."""
    langs = [lang for lang in _LANGS if lang in writing.sentences]
    shares = [_LANGS[lang] for lang in langs]
    seen: set[str] = set()
    used: set[str] = set()
    while True:
        lang = draw.choices(langs, shares)[0]
        length = min(draw.lognormvariate(0, _LENGTH_SPREAD) * _MEDIAN_LENGTH, _LONGEST)
        parts: list[str] = []
        if draw.random() < SEED_SHARE:
            seed = draw.choice(writing.seeds)
            parts, lang = [seed.text], seed.lang
            if seed.text not in seen:
                length = 0.0
        while not parts or sum(map(len, parts)) < length:
            sentence = draw.choice(writing.sentences[lang])
            parts.append(
                _vary(sentence, writing.sentences[lang], draw) if sentence in used else sentence
            )
            used.add(sentence)
        text = " ".join(parts)
        if text not in seen:
            seen.add(text)
            yield text, lang


def _vary(sentence: str, sentences: Sequence[str], draw: random.Random) -> str:
    """Return a sentence with most of its words taken from others, as often as these use them."""
    return " ".join(
        draw.choice(draw.choice(sentences).split()) if draw.random() < _WORDS_CHANGED else word
        for word in sentence.split()
    )


def _make_post(number: int, count: int, text: str, lang: str) -> dict[str, str]:
    earlier = timedelta(days=_DAYS * (1 - number / count))
    account = number * 7919 % max(1, int(count * _ACCOUNTS))
    return {
        "id": str(number),
        "platform": "x",
        "text": text,
        "author": f"konto{account}",
        "created_at": (_LAST - earlier).isoformat(),
        "lang": lang,
    }
