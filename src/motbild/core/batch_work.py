"""What is done to a batch of texts: pure, so that any process may do it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from motbild.core.classification_rows import tell_rows
from motbild.core.classifier import Classifier
from motbild.core.families import Sketches, are_copies, sketch
from motbild.core.vectors import Encoder, input_digest
from motbild.errors import ModelError


@dataclass(frozen=True, slots=True)
class Texts:
    """A batch of masked texts; its representation tells none of them.

    Attributes:
        texts: As written.
        langs: ISO 639-1 or ``und``; empty where it makes no difference.
        parents: For each the text that it answers, or None; empty where none is read.
    """

    texts: Sequence[str] = field(repr=False)
    langs: Sequence[str] = field(default=(), repr=False)
    parents: Sequence[str | None] = field(default=(), repr=False)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Classified:
    """What came of a batch.

    Attributes:
        rows: What `motbild.core.classification_rows` tells of each text.
        digests: Of the model texts that were encoded for it, where vectors are to be kept.
        vectors: ``(len(digests), d)`` their unit rows.
    """

    rows: pa.Table = field(repr=False)
    digests: list[str] = field(default_factory=list, repr=False)
    vectors: NDArray[np.float32] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Classifying:
    """Encodes and classifies texts, away from where vectors are kept.

    Attributes:
        classifier: The model in use.
        encoder: Its encoder, as it is where the work is done.
        encoder_id: What it must be.
    """

    classifier: Classifier
    encoder: Encoder
    encoder_id: str

    def __call__(self, batch: Texts) -> Classified:
        """Encode and classify a batch.

        Raises:
            ModelError: The encoder is another one there.
        """
        if self.encoder.encoder_id != self.encoder_id:
            raise ModelError(
                f"The encoder {self.encoder.encoder_id} is on a worker where the night uses "
                f"{self.encoder_id}: install the same version of Motbild and its models on every "
                "worker."
            )
        encoded: dict[str, NDArray[np.float32]] = {}

        def encode(texts: Sequence[str]) -> NDArray[np.float32]:
            vectors = self.encoder.encode(texts)
            encoded.update(zip(texts, vectors, strict=True))
            return vectors

        outputs = self.classifier.classify(batch.texts, batch.langs, encode, parents=batch.parents)
        rows = np.array(list(encoded.values()), dtype=np.float32)
        digests = list(map(input_digest, encoded))
        return Classified(tell_rows(outputs), digests, rows.reshape(len(encoded), -1))


def sketch_batch(batch: Texts) -> Sketches:
    """Sketch texts, for copies to be found by."""
    return sketch(batch.texts)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of masked texts that may be copies; its representation tells none of them."""

    firsts: Sequence[str] = field(repr=False)
    seconds: Sequence[str] = field(repr=False)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.firsts)


def compare_batch(batch: Pairs) -> NDArray[np.bool_]:
    """Tell of each pair whether its texts are copies of one."""
    return are_copies(batch.firsts, batch.seconds)
