"""What a night is held against: the pipeline of a textbook, and what no pipeline can beat."""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import duckdb
import numpy as np
import pyarrow as pa
from sklearn.linear_model import LogisticRegression

from motbild.adapters.encoder import DiskEncoder
from motbild.core.narratives import Seed
from motbild.core.units import split_units, unit_texts
from tests.benchmarks.encoder_speed import INNER, LAYERS, LONGEST, WIDTH, build_yardstick

LESSONS = 200  # labelled texts that the textbook's classifier learns from
_DISK_BYTES = 256 << 20
_MATRIX = 2_048
_TOKEN_LENGTH = 4  # characters, about


@dataclass(frozen=True, slots=True)
class Textbook:
    """What the textbook's pipeline took for each post.

    Attributes:
        post_count: Posts that it was given.
        encode: Seconds a post, which is what SetFit's ``predict`` spends too.
        classify: Likewise.
        write: Likewise, row by row.
    """

    post_count: int
    encode: float
    classify: float
    write: float

    @property
    def seconds(self) -> float:
        """Seconds a post, all in all."""
        return self.encode + self.classify + self.write


def run_textbook(posts: Sequence[str], seeds: Sequence[Seed], tokenizer: Path) -> Textbook:
    """Encode each post with the shape that many would take, classify it, and insert it.

    Args:
        posts: Lines of JSON.
        seeds: What the classifier learns from.
        tokenizer: Folder of the tokenizer that the encoder takes.
    """
    with tempfile.TemporaryDirectory() as name:
        encoder = build_yardstick(Path(name), tokenizer)
        lessons = seeds[:: len(seeds) // LESSONS][:LESSONS]
        learned = encoder.encode([seed.text for seed in lessons])
        head = LogisticRegression(max_iter=200).fit(learned, [bool(s.narratives) for s in lessons])
        rows = [json.loads(line) for line in posts]
        begun = time.perf_counter()
        vectors = encoder.encode([row["text"] for row in rows])
        encoded = time.perf_counter()
        scores = [head.predict_proba(vector[None])[0, 1] for vector in vectors]
        classified = time.perf_counter()
        with duckdb.connect(str(Path(name) / "posts.duckdb")) as warehouse:
            warehouse.execute("CREATE TABLE posts (id VARCHAR, text VARCHAR, score DOUBLE)")
            for row, score in zip(rows, scores, strict=True):
                values = [row["id"], row["text"], float(score)]
                warehouse.execute("INSERT INTO posts VALUES (?, ?, ?)", values)
        written = time.perf_counter()
    count = len(rows)
    return Textbook(
        count, (encoded - begun) / count, (classified - encoded) / count,
        (written - classified) / count,
    )  # fmt: skip


def measure_bounds(texts: Sequence[str], encoder: DiskEncoder) -> dict[str, float]:
    """Return how many posts a second each single thing could do at most.

    Args:
        texts: Distinct texts as posted.
        encoder: The encoder in use.
    """
    begun = time.perf_counter()
    units = [unit for text in texts for unit in unit_texts(split_units(text, "sv"))]
    read = len(texts) / (time.perf_counter() - begun)
    encoder.encode(units[:16])
    begun = time.perf_counter()
    encoder.encode(units)
    encoded = len(texts) / (time.perf_counter() - begun)
    return {
        "cutting texts into units and undoing disguises, on one core": read,
        "encoding all units": encoded,
        "the textbook's matrix products": _matrix_rate() / _operations(texts),
        "rows into DuckDB, in bulk": _insert_rate(texts),
        "bytes to the disk": _disk_rate() / fmean(len(text.encode()) for text in texts),
    }


def _operations(texts: Sequence[str]) -> float:
    """Return the multiplications and additions that the textbook's encoder spends on a post."""
    tokens = min(fmean(map(len, texts)) / _TOKEN_LENGTH, LONGEST)
    layer = 8 * WIDTH * WIDTH + 4 * WIDTH * INNER + 4 * tokens * WIDTH
    return LAYERS * layer * tokens


def _matrix_rate() -> float:
    """Return the operations a second of this CPU's matrix product."""
    matrix = np.random.default_rng(0).random((_MATRIX, _MATRIX), dtype=np.float32)
    matrix @ matrix
    begun = time.perf_counter()
    matrix @ matrix
    return float(2 * _MATRIX**3 / (time.perf_counter() - begun))


def _insert_rate(texts: Sequence[str]) -> float:
    rows = pa.table({"id": pa.array(range(len(texts))), "text": list(texts)})
    with tempfile.TemporaryDirectory() as name, duckdb.connect(f"{name}/a.duckdb") as warehouse:
        warehouse.register("rows", rows)
        begun = time.perf_counter()
        warehouse.execute("CREATE TABLE posts AS FROM rows")
        warehouse.execute("CHECKPOINT")
        return len(texts) / (time.perf_counter() - begun)


def _disk_rate() -> float:
    """Return the bytes a second that reach the disk."""
    block = os.urandom(1 << 20)
    with tempfile.NamedTemporaryFile() as file:
        begun = time.perf_counter()
        for _ in range(_DISK_BYTES >> 20):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
        return _DISK_BYTES / (time.perf_counter() - begun)
