"""(a) A vector for each word piece; a text is the mean of its pieces' vectors.

Nothing is computed but a sum, so that a laptop encodes thousands of posts a second.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from corpus import Pair, damage
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.preprocessing import normalize as normalize_rows
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, normalize

Ids = NDArray[np.int32]
BETAS = (0.9, 0.999)  # how long Adam remembers


@dataclass(frozen=True, slots=True)
class StaticRecipe:
    """What is chosen before training.

    Attributes:
        dimension: Columns of the vectors; the teacher's own, so that it can be followed.
        steps: How many batches.
        batch: Pairs in a batch; each pair's others are its negatives.
        learning_rate: Of SparseAdam at the start; it falls linearly to a twentieth.
        scale: Factor on the cosines before the softmax.
        teacher_weight: Of one minus the cosine to the teacher, beside the contrast.
        damaged: Share of the left sides that are misspelt.
        own_share: How much of a piece's vector is its own at the start, the rest being
            that of its runs of letters.
        mix: How often a batch is of each kind.
    """

    dimension: int = 384
    steps: int = 6000
    batch: int = 1024
    learning_rate: float = 0.02
    scale: float = 20.0
    teacher_weight: float = 1.0
    damaged: float = 0.1
    own_share: float = 0.5
    mix: Mapping[str, float] = field(
        default_factory=lambda: {
            "sv": 0.26, "ar": 0.13, "tr": 0.12, "fa": 0.10, "so": 0.08,
            "answer": 0.12, "domain": 0.05, "halves": 0.14,
        }
    )  # fmt: skip


class StaticStudent:
    """The table of vectors, and the moments that Adam keeps of each row.

    Only the rows of the pieces in a batch are touched, as `torch.optim.SparseAdam` would;
    gathered once a batch they cost a fifth of what its sparse gradients do.

    Attributes:
        table: ``(pieces, dimension)``.
    """

    def __init__(self, table: NDArray[np.float32]) -> None:
        """Start from a table."""
        self.table = torch.from_numpy(table)
        self.means, self.squares = torch.zeros_like(self.table), torch.zeros_like(self.table)
        self.steps = torch.zeros(len(table), 1)

    def encode(self, texts: Sequence[Ids]) -> torch.Tensor:
        """Return unit rows for texts given as piece ids."""
        rows, counts = gather(texts)
        return normalize(torch.sparse.mm(counts, self.table[rows]))

    def update(self, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
        """Move some rows by one step of Adam."""
        steps = self.steps[rows] + 1
        means = self.means[rows].lerp_(gradient, 1 - BETAS[0])
        squares = self.squares[rows].lerp_(gradient.square(), 1 - BETAS[1])
        self.steps[rows], self.means[rows], self.squares[rows] = steps, means, squares
        scaled = (squares / (1 - BETAS[1] ** steps)).sqrt_().add_(1e-8)
        self.table[rows] -= rate * (means / (1 - BETAS[0] ** steps)) / scaled


def gather(texts: Sequence[Ids]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the distinct pieces of texts, and how much of each is in each text.

    Returns:
        ``(pieces,)`` ids, and sparse ``(n, pieces)`` shares that sum to one by row.
    """
    lengths = np.array([len(text) for text in texts])
    rows, columns = np.unique(np.concatenate(texts), return_inverse=True)
    starts = torch.from_numpy(np.concatenate([[0], np.cumsum(lengths)]))
    shares = torch.from_numpy(np.repeat(1 / lengths, lengths).astype(np.float32))
    matrix = torch.sparse_csr_tensor(
        starts, torch.from_numpy(columns.astype(np.int64)), shares, (len(texts), len(rows))
    )
    return torch.from_numpy(rows.astype(np.int64)), matrix


def start_table(
    pieces: Sequence[str], weights: NDArray[np.float32], recipe: "StaticRecipe", seed: int
) -> NDArray[np.float32]:
    """Return the vectors to start from, alike where pieces are spelt alike.

    A piece starts as a sum of random directions: one of its own, and one for each run of
    letters in it, so that *vaccination* and *vaccinera* begin as neighbours.

    Args:
        pieces: The vocabulary in order.
        weights: ``(pieces,)`` length of each piece's vector.
        recipe: Tells the dimension, and how much of the squared length is a piece's own.
        seed: Seeds the directions.

    Returns:
        ``(pieces, dimension)``.

    Source:
        Bojanowski et al., Enriching Word Vectors with Subword Information, TACL 2017.
    """
    composition = compose(pieces, weights, recipe.own_share)
    directions = np.random.default_rng(seed).standard_normal(
        (composition.shape[1], recipe.dimension), dtype=np.float32
    )
    table: NDArray[np.float32] = composition @ (directions / np.float32(recipe.dimension**0.5))
    return table


def compose(pieces: Sequence[str], weights: NDArray[np.float32], own_share: float) -> csr_matrix:
    """Say which directions each piece's vector is the sum of.

    Args:
        pieces: The vocabulary in order.
        weights: ``(pieces,)`` length of each piece's vector at the start.
        own_share: How much of the squared length is the piece's own.

    Returns:
        ``(pieces, directions)``; the first of them are the pieces' own.
    """
    numbers: dict[str, int] = {}
    rows, columns = [], []
    for row, piece in enumerate(pieces):
        for gram in sorted(letter_runs(piece)):
            rows.append(row)
            columns.append(numbers.setdefault(gram, len(numbers)))
    holders = np.bincount(columns, minlength=len(numbers))
    shared = np.flatnonzero(holders > 1)
    told = np.log(len(pieces) / np.maximum(holders, 1))  # a rare run tells more
    runs = csr_matrix((told[columns], (rows, columns)), shape=(len(pieces), len(numbers)))
    runs = normalize_rows(runs[:, shared]) * np.sqrt(1 - own_share)
    own = diags(np.full(len(pieces), np.sqrt(own_share)))
    return csr_matrix(diags(weights) @ hstack([own, runs]), dtype=np.float32)


def letter_runs(piece: str) -> set[str]:
    """Return the runs of three to five letters of a piece, its word's start and end marked."""
    word = piece.replace("\u2581", "<") + ">"
    return {
        word[start : start + length]
        for length in (3, 4, 5)
        for start in range(len(word) - length + 1)
    }


def rarity(texts: Sequence[Ids], pieces: int) -> NDArray[np.float32]:
    """Return the smooth inverse frequency of each piece, between 0 and 1.

    Source:
        Arora et al., A Simple but Tough-to-Beat Baseline for Sentence Embeddings, 2017.
    """
    counts = np.bincount(np.concatenate(texts), minlength=pieces)
    return (1e-3 / (1e-3 + counts / counts.sum())).astype(np.float32)


def train_static(
    tokenizer: Tokenizer,
    pairs: Sequence[Pair],
    teacher: Mapping[str, NDArray[np.float16]],
    recipe: StaticRecipe,
    seed: int,
    report: Callable[[int, StaticStudent], None],
) -> StaticStudent:
    """Train a table of vectors.

    Args:
        tokenizer: Cuts texts into pieces.
        pairs: What to learn from.
        teacher: The teacher's vector by English text, as far as there is one.
        recipe: What is chosen before training.
        seed: Seeds everything.
        report: Told the step and the student every thousand steps.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    cut = Cutter(tokenizer)
    by_kind = _by_kind(pairs, cut)
    sizes = tokenizer.get_vocab_size()
    some = [ids for kind in by_kind.values() for pair in kind[:20_000] for ids in pair[:2]]
    names = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    student = StaticStudent(start_table(names, rarity(some, sizes), recipe, seed))
    kinds = [kind for kind in recipe.mix if by_kind.get(kind)]
    weights = [recipe.mix[kind] for kind in kinds]
    targets = torch.arange(recipe.batch)
    started, losses = time.monotonic(), []
    for step in range(recipe.steps):
        kind = chance.choices(kinds, weights)[0]
        chosen = chance.choices(by_kind[kind], k=recipe.batch)
        if kind == "halves":
            sides = [halve(ids, chance) for ids, _, _, _ in chosen]
            left, right = [side[0] for side in sides], [side[1] for side in sides]
        else:
            left = [
                cut(damage(text, chance)) if chance.random() < recipe.damaged else ids
                for ids, _, text, _ in chosen
            ]
            right = [ids for _, ids, _, _ in chosen]
        rows, counts = gather([*left, *right])
        vectors = student.table[rows].requires_grad_()
        a, b = normalize(torch.sparse.mm(counts, vectors)).split(recipe.batch)
        cosines = a @ b.T * recipe.scale
        same = _same(chosen)
        cosines = cosines.masked_fill(same, -1e4)
        loss = (cross_entropy(cosines, targets) + cross_entropy(cosines.T, targets)) / 2
        known = [n for n, pair in enumerate(chosen) if pair[3] in teacher and kind != "halves"]
        if known and recipe.teacher_weight:
            told = normalize(
                torch.from_numpy(np.stack([teacher[chosen[n][3]] for n in known])).float()
            )
            apart = 2 - (a[known] * told).sum(1) - (b[known] * told).sum(1)
            loss = loss + recipe.teacher_weight * apart.mean() * len(known) / recipe.batch
        (gradient,) = torch.autograd.grad(loss, vectors)
        student.update(rows, gradient, recipe.learning_rate * max(1 - step / recipe.steps, 0.05))
        losses.append(float(loss.detach()))
        if (step + 1) % 500 == 0:
            pace = (step + 1) / (time.monotonic() - started)
            print(f"step {step + 1}: loss {np.mean(losses[-500:]):.3f}, {pace:.1f} a second")
            if (step + 1) % 1000 == 0:
                report(step + 1, student)
    return student


class Cutter:
    """Cuts texts into piece ids and never returns an empty row."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Take the vocabulary."""
        self.tokenizer = tokenizer

    def __call__(self, text: str) -> Ids:
        """Return the ids of one text."""
        return self.all([text])[0]

    def all(self, texts: Sequence[str]) -> list[Ids]:
        """Return the ids of many texts."""
        found = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [np.array(entry.ids or [1], dtype=np.int32) for entry in found]


def halve(ids: Ids, chance: random.Random) -> tuple[Ids, Ids]:
    """Split a text's pieces into two halves by chance: what stands together belongs together."""
    order = list(range(len(ids)))
    chance.shuffle(order)
    middle = len(order) // 2
    return ids[order[:middle]], ids[order[middle:]]


Row = tuple[Ids, Ids, str, str]


def _by_kind(pairs: Sequence[Pair], cut: Cutter) -> dict[str, list[Row]]:
    kinds: dict[str, list[Row]] = {}
    lefts, rights = cut.all([p.left for p in pairs]), cut.all([p.right for p in pairs])
    for pair, left, right in zip(pairs, lefts, rights, strict=True):
        row = (left[:128], right[:128], pair.left, pair.right)
        kinds.setdefault(pair.kind, []).append(row)
        if pair.kind in ("sv", "answer") and len(left) >= 12:
            kinds.setdefault("halves", []).append(row)
        if pair.kind == "answer" and len(right) >= 12:
            kinds.setdefault("halves", []).append((right[:128], left, pair.right, pair.left))
    return kinds


def _same(chosen: Sequence[Row]) -> torch.Tensor:
    """Mark pairs of rows whose right sides are the same text, which are no negatives."""
    numbers: dict[str, int] = {}
    keys = np.array([numbers.setdefault(row[3], len(numbers)) for row in chosen])
    same = keys[:, None] == keys[None, :]
    np.fill_diagonal(same, False)
    return torch.from_numpy(same)
