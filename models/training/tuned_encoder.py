"""(c) Does tuning the static vectors on the labelled seeds help on voices it has not seen?

    python models/training/tuned_encoder.py --encoder models/encoder

As SetFit does, texts of one narrative and stance are drawn together and others apart, and
a logistic regression is fitted on the vectors. Each fifth of the voices is held out in
turn, from the tuning too. Printed beside it: the same without tuning. Nothing is shipped.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold
from static_encoder import Cutter, Ids, StaticStudent, gather
from tokenizers import Tokenizer
from torch.nn.functional import normalize

from motbild.adapters.packs import load_pack
from motbild.core.privacy import mask
from motbild.core.text import model_text

ROOT = Path(__file__).parents[2]
STEPS, BATCH, RATE, SCALE = 300, 256, 0.003, 10.0


def tune(
    table: NDArray[np.float32], texts: list[Ids], labels: list[str], seed: int
) -> StaticStudent:
    """Return the table after supervised contrastive steps.

    Source:
        Tunstall et al., Efficient Few-Shot Learning Without Prompts, 2022 (SetFit);
        Khosla et al., Supervised Contrastive Learning, 2020 (the loss).
    """
    student, chance = StaticStudent(table.copy()), random.Random(seed)
    numbers = {label: n for n, label in enumerate(sorted(set(labels)))}
    keys = torch.tensor([numbers[label] for label in labels])
    for step in range(STEPS):
        chosen = chance.sample(range(len(texts)), BATCH)
        rows, counts = gather([texts[n] for n in chosen])
        vectors = student.table[rows].requires_grad_()
        unit = normalize(torch.sparse.mm(counts, vectors))
        scores = (unit @ unit.T * SCALE).fill_diagonal_(-1e4)
        same = keys[chosen][:, None] == keys[chosen][None, :]
        same.fill_diagonal_(False)
        held = same.any(dim=1)
        likelihoods = scores.log_softmax(dim=1).masked_fill(~same, 0.0)
        loss = -(likelihoods.sum(1) / same.sum(1).clamp(min=1))[held].mean()
        (gradient,) = torch.autograd.grad(loss, vectors)
        student.update(rows, gradient, RATE * (1 - step / STEPS))
    return student


def main() -> None:
    """Compare from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--encoder", type=Path, default=ROOT / "models" / "encoder")
    asked = parser.parse_args()
    from safetensors.numpy import load_file

    table = load_file(asked.encoder / "model.safetensors")["embedding.weight"].astype(np.float32)
    cut = Cutter(Tokenizer.from_file(str(asked.encoder / "tokenizer.json")))
    seeds = load_pack(ROOT / "models" / "narratives" / "socialtjansten").seeds
    texts = cut.all([model_text(mask(seed.text)) for seed in seeds])
    labels = ["+".join([*sorted(seed.narratives), seed.stance]) for seed in seeds]
    asserts = np.array([seed.stance == "asserts" for seed in seeds])
    hard = np.array([seed.origin != "background" for seed in seeds])
    scores = {"as trained": np.zeros(len(seeds)), "tuned": np.zeros(len(seeds))}
    for seen, unseen in GroupKFold(5).split(texts, groups=[seed.voice for seed in seeds]):
        tuned = tune(table, [texts[n] for n in seen], [labels[n] for n in seen], seed=0)
        for name, student in (("as trained", StaticStudent(table.copy())), ("tuned", tuned)):
            rows = student.encode(texts).numpy()
            model = LogisticRegression(C=8.0, class_weight="balanced", max_iter=500)
            model.fit(rows[seen], asserts[seen])
            scores[name][unseen] = model.decision_function(rows[unseen])
    for name, found in scores.items():
        reached = average_precision_score(asserts[hard], found[hard])
        print(f"{name}: average precision of asserting, unseen voices: {reached:.3f}")


if __name__ == "__main__":
    main()
