"""Stand-ins for the model that a cluster's workers import: slow, faulty, or another."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from motbild.core.records import Classification
from tests.stages.fakes import CountingEncoder, WordClassifier


class SlowClassifier(WordClassifier):
    """Takes its time, so that its worker can be killed at it."""

    def classify(
        self,
        texts: Sequence[str],
        langs: Sequence[str],
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
        parents: Sequence[str | None] | None = None,
    ) -> list[Classification]:
        """Classify by words, half a second a batch."""
        time.sleep(0.5)
        return super().classify(texts, langs, encode, parents)


class QuotingClassifier(WordClassifier):
    """Fails, and quotes what it was given."""

    def classify(
        self,
        texts: Sequence[str],
        langs: Sequence[str],  # noqa: ARG002 - the classifier's own signature
        encode: Callable[[Sequence[str]], NDArray[np.float32]],  # noqa: ARG002
        parents: Sequence[str | None] | None = None,  # noqa: ARG002
    ) -> list[Classification]:
        """Fail."""
        raise ValueError(texts[0])


class ChangedEncoder(CountingEncoder):
    """Has another id on each side of a pickle, as other weights on a worker would."""

    def __setstate__(self, told: dict[str, object]) -> None:
        """Become another encoder."""
        self.__dict__.update(told)
        self.encoder_id = "counting@ffffffffffff"
