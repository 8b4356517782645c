"""How fast an encoder is, beside the shape of one that many would take instead.

The shape is that of paraphrase-multilingual-MiniLM-L12-v2. Its weights are random,
which costs the same time as learned ones.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from motbild.adapters.encoder import DiskEncoder
from motbild.core.vectors import Encoder
from tests.benchmarks.page import read_rows

LAYERS, WIDTH, HEADS, INNER, VOCABULARY = 12, 384, 12, 1536, 250_037
LONGEST = 128  # tokens that it reads
TEXT_COUNT = 256
REPEATS = 5
LEAST_SECONDS = 1.0  # a shorter run measures the clock


def build_yardstick(folder: Path, tokenizer: Path) -> DiskEncoder:
    """Write an encoder of the yardstick's shape, with random weights.

    Args:
        folder: An empty folder to write it to.
        tokenizer: Folder of a model whose tokenizer it takes. One made for English cuts
            Swedish into more pieces than its own would, which makes it a little slower.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    body = folder / "body"
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
    )
    BertModel(shape).save_pretrained(body)
    pieces = AutoTokenizer.from_pretrained(tokenizer, local_files_only=True)
    if pieces.pad_token is None:
        pieces.add_special_tokens({"pad_token": "[PAD]"})
    pieces.save_pretrained(body)
    modules = [Transformer(str(body), max_seq_length=LONGEST), Pooling(WIDTH)]
    SentenceTransformer(modules=modules).save(str(folder / "model"))
    return DiskEncoder("yardstick", folder / "model")


def read_texts(bench: Path) -> list[str]:
    """Return real Swedish texts of all kinds to encode."""
    texts = [row["text"] for row in read_rows(bench / "sv_real_text.jsonl")]
    return texts[:: len(texts) // TEXT_COUNT][:TEXT_COUNT]


def compare_speed(
    encoder: Encoder, yardstick: Encoder, texts: Sequence[str]
) -> dict[str, float | list[float]]:
    """Time two encoders in turn, so that whatever else the machine does hits both.

    Returns:
        Median texts a second of each, and the median, least and greatest of the ratios.
    """
    for warmed in (encoder, yardstick):
        warmed.encode(texts[:16])
    pairs = [(rate(encoder, texts), rate(yardstick, texts)) for _ in range(REPEATS)]
    ratios = [ours / theirs for ours, theirs in pairs]
    return {
        "ours": median(ours for ours, _ in pairs),
        "yardstick": median(theirs for _, theirs in pairs),
        "ratio": median(ratios),
        "ratios": sorted(ratios),
    }


def rate(encoder: Encoder, texts: Sequence[str]) -> float:
    """Return texts encoded a second, over as many rounds as a clock needs."""
    started, spent, rounds = time.perf_counter(), 0.0, 0
    while spent < LEAST_SECONDS:
        encoder.encode(texts)
        rounds += 1
        spent = time.perf_counter() - started
    return rounds * len(texts) / spent
