"""Tune a sentence encoder with SetFit; runs in an environment of its own.

    python setfit_rival.py JOB.json VECTORS.npy

Imports nothing of Motbild. The job names the encoder's folder, the texts with their
labels (one list of 0 and 1 a text), how many steps to take, and the texts to encode.
SetFit's own head, a logistic regression, is fitted by the caller like every rival's.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset  # type: ignore[import-not-found]
from numpy.typing import NDArray
from setfit import (  # type: ignore[import-not-found]
    SetFitModel,
    Trainer,
    TrainingArguments,
)

BATCH = 16
LEARNING_RATE = 2e-5  # SetFit's own


def tune(job: Mapping[str, Any]) -> NDArray[np.float32]:
    """Tune on pairs of texts and return the vectors of those asked for."""
    torch.manual_seed(0)
    model = SetFitModel.from_pretrained(
        job["body"], multi_target_strategy="one-vs-rest", local_files_only=True
    )
    lessons = Dataset.from_dict({"text": job["texts"], "label": job["labels"]})
    settings = TrainingArguments(
        output_dir=job["scratch"],
        batch_size=BATCH,
        num_epochs=1,
        max_steps=job["steps"],
        body_learning_rate=LEARNING_RATE,
        save_strategy="no",
        report_to="none",
        seed=0,
    )
    trainer = Trainer(model=model, args=settings, train_dataset=lessons)
    trainer.train_embeddings(*trainer.dataset_to_parameters(lessons), args=settings)
    vectors: NDArray[np.float32] = model.model_body.encode(
        job["asked"], batch_size=32, show_progress_bar=False
    )
    return vectors


if __name__ == "__main__":
    asked, told = sys.argv[1:]
    np.save(told, tune(json.loads(Path(asked).read_text(encoding="utf-8"))))
