"""Stand-ins for the model in tests of stages: quick, and their outcome is plain to see."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from motbild.core.narratives import Fact, FactSource, Narrative, Pack
from motbild.core.records import STANCES, Classification, Evidence
from motbild.core.verdicts import Thresholds

PACK = Pack(
    pack_id="test",
    version="1",
    digest="0" * 64,
    titles={"sv": "Test"},
    narratives=tuple(
        Narrative(name, {"sv": name, "en": name}, {"sv": name}, {"sv": name}, harm=0.5)
        for name in ("kidnappning", "barnhandel")
    ),
    facts=(
        Fact(
            fact_id="lagen",
            narratives=("kidnappning",),
            text={"sv": "Domstolen prövar."},
            sources=(FactSource("LVU", "Riksdagen", 1990),),
            caveat={},
            valid_from=date(1990, 7, 1),
            valid_to=None,
            review_by=date(2099, 1, 1),
        ),
    ),
)


class CountingEncoder:
    """Gives each text a vector made of its bytes, and counts what it encoded."""

    encoder_id = "counting@000000000000"
    dimension = 4

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, the same for the same text."""
        self.encoded.extend(texts)
        rows = np.array(
            [[len(text) + 1, *text.encode()[:3].ljust(3)] for text in texts], dtype=np.float32
        )
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


class WordClassifier:
    """Matches the narrative that a text names, with the stance that it names.

    A text with the word ``samma`` says what the text that it answers says, too.
    """

    model_version = "words-1"
    narratives = PACK.narrative_ids
    thresholds = Thresholds(dict.fromkeys(PACK.narrative_ids, 0.5), threat=0.5, asserts=0.5)

    def classify(
        self,
        texts: Sequence[str],
        langs: Sequence[str],  # noqa: ARG002 - the classifier's own signature
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
        parents: Sequence[str | None] | None = None,
    ) -> list[Classification]:
        """Classify by words alone; the vectors are asked for and not used."""
        encode(list(texts))
        known = parents or [None] * len(texts)
        return [self._judge(text, parent) for text, parent in zip(texts, known, strict=True)]

    def _judge(self, text: str, parent: str | None) -> Classification:
        words = text.lower().split()
        if "samma" in words and parent:
            words += parent.lower().split()
        matches = tuple(name for name in self.narratives if name in words)
        named = next((stance for stance in STANCES if stance in words), "asserts")
        stance = named if matches else "none"
        return Classification(
            narratives={name: 0.9 if name in matches else 0.1 for name in self.narratives},
            matches=matches,
            stance=stance,
            stance_probabilities={name: float(name == stance) for name in STANCES},
            threat_probability=0.9 if "hot" in words else 0.0,
            is_threat="hot" in words,
            is_flagged=bool(matches) and stance == "asserts",
            evidence=Evidence(matches[0], text, 0, len(text)) if matches else None,
        )
