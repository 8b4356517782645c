"""What an encoder is asked to do: find answers, find translations, tell arguments apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from motbild.core.metrics import Floats, macro_f1, ratio
from motbild.core.text import normalise
from motbild.core.vectors import Encode
from tests.benchmarks.linear import Turned, fit_logistic, products
from tests.benchmarks.page import read_rows, with_interval

Cell = Mapping[str, float | None]
LANGUAGES = {
    "sv": "Swedish",
    "ar": "Arabic",
    "tr": "Turkish",
    "fa": "Persian",
    "so": "Somali",
}
DEPTH = 10
LABELS = ("pro", "con", "non")
SPLITS = ("train", "dev", "test")
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0)


@dataclass(frozen=True)
class Ngrams:
    """Character TF-IDF: what no encoder should be worse than in one language."""

    encoder_id: str = "ngrams"

    def learn(self, texts: Sequence[str]) -> Callable[[Sequence[str]], Any]:
        """Learn the weights of n-grams; returns what turns texts into unit rows."""
        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, lowercase=False
        )
        vectorizer.fit([normalise(text) for text in texts])
        return lambda others: vectorizer.transform([normalise(text) for text in others])


@dataclass(frozen=True)
class Frozen:
    """An encoder as it is, which learns nothing of the texts it is measured on."""

    encoder_id: str
    encode: Encode

    def learn(self, texts: Sequence[str]) -> Callable[[Sequence[str]], Any]:
        """Return what turns texts into unit rows."""
        del texts
        return lambda others: self.encode([normalise(text) for text in others])


Reader = Ngrams | Frozen


def find_answers(bench: Path, reader: Reader) -> Cell:
    """Measure nDCG@10 of finding the answer to a question among all answers of SweFAQ."""
    rows = read_rows(bench / "sv_swefaq.jsonl")
    answers = [row["candidate_answers"][row["label"]] for row in rows]
    questions = [row["question"] for row in rows]
    vectors = reader.learn([*questions, *answers])
    gains = discount_gains(rank_own(products(vectors(questions), vectors(answers))))
    return with_interval(lambda weights: _mean(gains, weights), len(rows))


def find_translations(bench: Path, reader: Reader, lang: str) -> Cell:
    """Measure how often the nearest of 1 012 English sentences is the translation."""
    lines = (bench / "bitext" / f"{lang}-en.flores200_devtest.tsv").read_text("utf-8").split("\n")
    pairs = [line.split("\t") for line in lines if line.strip()]
    foreign, english = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    vectors = reader.learn(foreign + english)
    hits = (rank_own(products(vectors(foreign), vectors(english))) == 1).astype(float)
    return with_interval(lambda weights: _mean(hits, weights), len(pairs))


def tell_arguments(bench: Path, reader: Reader) -> Cell:
    """Measure the macro-F1 of for, against and neither, by topic, as the mean over topics.

    For each topic a logistic regression learns from its training sentences; the strength
    of its regularisation is what does best on the topic's development sentences.
    """
    rows = read_rows(bench / "sv_argumentation_sentences.jsonl")
    vectors = reader.learn([row["sentence"] for row in rows if row["split"] == "train"])
    topics = sorted({row["topic"] for row in rows})
    told = [_tell_topic([row for row in rows if row["topic"] == name], vectors) for name in topics]
    starts = np.cumsum([0, *(len(truths) for _, truths in told)])

    def measure(weights: Floats) -> Floats:
        parts = [
            macro_f1(predicted, truths, weights[:, start : start + len(truths)])
            for (predicted, truths), start in zip(told, starts, strict=False)
        ]
        mean: Floats = np.mean(parts, axis=0)
        return mean

    return with_interval(measure, int(starts[-1]))


def _tell_topic(
    rows: Sequence[Mapping[str, str]], vectors: Callable[[Sequence[str]], Any]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what is said of a topic's test sentences and what is so, ``(n, 3)`` each."""
    parts = {name: [row for row in rows if row["split"] == name] for name in SPLITS}
    labels = {n: np.array([LABELS.index(r["label"]) for r in part]) for n, part in parts.items()}
    raw = {name: vectors([r["sentence"] for r in part]) for name, part in parts.items()}
    turned = Turned(raw["train"])
    tried, asked = turned.turn(raw["dev"]), turned.turn(raw["test"])
    classes = np.eye(len(LABELS), dtype=bool)
    once = np.ones((1, len(tried)))
    models = [fit_logistic(turned.columns, labels["train"], strength) for strength in STRENGTHS]
    scores = [macro_f1(classes[m.predict(tried)], classes[labels["dev"]], once) for m in models]
    best = models[int(np.argmax(scores))]
    return classes[best.predict(asked)], classes[labels["test"]]


def rank_own(similarities: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return at which rank each row's own column (the one of its number) stands, from 1.

    Equal columns come before it: a tie is no find.
    """
    own = similarities[np.arange(len(similarities)), np.arange(len(similarities))]
    ranks: NDArray[np.intp] = (similarities >= own[:, None]).sum(axis=1)
    return ranks


def discount_gains(ranks: NDArray[np.intp]) -> Floats:
    """Return nDCG@10 of each question with one right answer at a rank."""
    return np.where(ranks <= DEPTH, 1 / np.log2(ranks + 1.0), 0.0)


def _mean(values: Floats, weights: Floats) -> Floats:
    return ratio(weights @ values, weights.sum(axis=1))
