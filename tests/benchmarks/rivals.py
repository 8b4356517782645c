"""The plain methods that Motbild is set against, each in its simplest good form.

A rival learns from labelled texts and scores others: one column for each narrative, one
for threats, one for each of the stances. Higher means likelier; nothing else is asked of
the numbers, which are calibrated in `tests.benchmarks.trials`.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from motbild.core.metrics import Flags, Floats
from motbild.core.records import STANCES
from motbild.core.vectors import Encode, unit_rows
from tests.benchmarks.lessons import ASSERTS, Lessons, one_hot
from tests.benchmarks.linear import products

STRENGTH = 10.0  # inverse regularisation; rows have length one
NEVER = -30.0  # score of what no example shows
SETFIT = Path(__file__).with_name("setfit_rival.py")


class Rival(Protocol):
    """A method that learns from lessons and scores texts."""

    @property
    def tells_stance(self) -> bool:
        """Whether it can tell stances and threats at all."""
        ...

    def score(self, lessons: Lessons, texts: Sequence[str]) -> Floats:
        """Learn, then score model texts; ``(n, narratives + 1 + stances)``."""
        ...


@dataclass(frozen=True)
class CharacterTfidf:
    """Character TF-IDF and logistic regression."""

    tells_stance: bool = True

    def score(self, lessons: Lessons, texts: Sequence[str]) -> Floats:
        """Learn, then score model texts."""
        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, lowercase=False
        )
        rows = vectorizer.fit_transform(lessons.texts)
        return score_linear(rows, lessons, vectorizer.transform(texts))


@dataclass(frozen=True)
class FrozenVectors:
    """Sentence vectors as they come and logistic regression."""

    encode: Encode
    tells_stance: bool = True

    def score(self, lessons: Lessons, texts: Sequence[str]) -> Floats:
        """Learn, then score model texts."""
        return score_linear(self.encode(lessons.texts), lessons, self.encode(texts))


@dataclass(frozen=True)
class SetFit:
    """Sentence vectors tuned on pairs of lessons, and logistic regression.

    The tuning runs in an environment of its own, whose pins may clash with ours.

    Attributes:
        python: Interpreter of that environment.
        body: Folder of the sentence encoder to start from.
        steps: Batches of sixteen pairs; one epoch at most.
    """

    python: Path
    body: Path
    steps: int
    tells_stance: bool = True

    def score(self, lessons: Lessons, texts: Sequence[str]) -> Floats:
        """Learn, then score model texts."""
        with tempfile.TemporaryDirectory() as scratch:
            job, told = Path(scratch, "job.json"), Path(scratch, "vectors.npy")
            labels = np.column_stack([lessons.truths[:, :-1], one_hot(lessons.stances)])
            asked = {
                "body": str(self.body.resolve()),
                "steps": self.steps,
                "scratch": scratch,
                "texts": list(lessons.texts),
                "labels": labels.astype(int).tolist(),
                "asked": [*lessons.texts, *texts],
            }
            job.write_text(json.dumps(asked), encoding="utf-8")
            subprocess.run([str(self.python), str(SETFIT), str(job), str(told)], check=True)
            rows = unit_rows(np.load(told))
        count = len(lessons.texts)
        return score_linear(rows[:count], lessons, rows[count:])


@dataclass(frozen=True)
class NearestSeed:
    """How much nearer the nearest seed with a label is than the nearest without it."""

    encode: Encode
    tells_stance: bool = True

    def score(self, lessons: Lessons, texts: Sequence[str]) -> Floats:
        """Score model texts; there is nothing to learn."""
        cosines = products(self.encode(texts), self.encode(lessons.texts))
        labels = np.column_stack([lessons.truths[:, :-1], one_hot(lessons.stances)])
        return np.column_stack([_lead(cosines, column) for column in labels.T])


@dataclass(frozen=True)
class Description:
    """How near a text is to the claim in one sentence; it has no idea of stance."""

    encode: Encode
    tells_stance: bool = False

    def score(self, lessons: Lessons, texts: Sequence[str]) -> Floats:
        """Score model texts; there is nothing to learn."""
        cosines = products(self.encode(texts), self.encode(lessons.claims))
        scores = np.full((len(texts), len(lessons.claims) + 1 + len(STANCES)), NEVER)
        scores[:, : len(lessons.claims)] = cosines
        scores[:, len(lessons.claims) + 1 + ASSERTS] = cosines.max(axis=1)
        return scores


def score_linear(rows: Any, lessons: Lessons, asked: Any) -> Floats:
    """Fit a logistic regression for each label on rows of lessons, and score other rows.

    Args:
        rows: ``(n, columns)`` of the lessons, sparse or dense.
        lessons: Their labels.
        asked: ``(m, columns)`` of the texts to score.
    """
    labels = np.column_stack([lessons.truths[:, :-1], one_hot(lessons.stances)])
    return np.column_stack([_score_label(rows, column, asked) for column in labels.T])


def _score_label(rows: Any, truths: Flags, asked: Any) -> Floats:
    if truths.all() or not truths.any():
        return np.full(asked.shape[0], -NEVER if truths.all() else NEVER)
    # In its dual form a hundred thousand n-grams are fitted in a second.
    model = LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="liblinear", dual=True, tol=1e-3, max_iter=5000
    )
    scores: Floats = model.fit(rows, truths).decision_function(asked)
    return scores


def _lead(cosines: Floats, bearing: Flags) -> Floats:
    """Return by how much the nearest of some seeds is nearer than the nearest other."""
    if bearing.all() or not bearing.any():
        return np.full(len(cosines), -NEVER if bearing.all() else NEVER)
    lead: Floats = cosines[:, bearing].max(axis=1) - cosines[:, ~bearing].max(axis=1)
    return lead
