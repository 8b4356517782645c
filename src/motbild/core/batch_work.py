"""What is done to a batch of texts: pure, so that any process may do it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from motbild.core.records import Classification
from motbild.core.units import split_units, unit_texts
from motbild.core.vectors import Encode, Encoder
from motbild.errors import ModelError


@dataclass(frozen=True, slots=True)
class Texts:
    """A batch of masked texts; its representation tells none of them.

    Attributes:
        texts: As written.
        langs: ISO 639-1 or ``und``.
        parents: For each the text that it answers, or None; empty where none is read.
    """

    texts: Sequence[str] = field(repr=False)
    langs: Sequence[str] = field(repr=False)
    parents: Sequence[str | None] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Cut:
    """The model texts of a batch's units, with their vectors where these were made.

    Attributes:
        inputs: Text by text, each whole before its sentences.
        vectors: ``(len(inputs), d)`` unit rows, or None.
    """

    inputs: list[str] = field(repr=False)
    vectors: NDArray[np.float32] | None = field(default=None, repr=False)


class Classifies(Protocol):
    """What `Classifying` asks of a classifier."""

    def classify(
        self,
        texts: Sequence[str],
        langs: Sequence[str],
        encode: Encode,
        parents: Sequence[str | None] | None = None,
    ) -> list[Classification]:
        """Classify texts, each read with the text that it answers."""
        ...


def cut(batch: Texts) -> Cut:
    """Cut texts into the units that are encoded."""
    pairs = zip(batch.texts, batch.langs, strict=True)
    return Cut([unit for text, lang in pairs for unit in unit_texts(split_units(text, lang))])


@dataclass(frozen=True)
class Encoding:
    """Cuts texts into units, and encodes these.

    Attributes:
        encoder: As it is where the work is done.
        encoder_id: What it must be.
    """

    encoder: Encoder
    encoder_id: str

    def __call__(self, batch: Texts) -> Cut:
        """Cut and encode a batch.

        Raises:
            ModelError: The encoder is another one there.
        """
        check_encoder(self.encoder, self.encoder_id)
        inputs = cut(batch).inputs
        return Cut(inputs, self.encoder.encode(inputs))


@dataclass(frozen=True)
class Classifying:
    """Classifies texts.

    Attributes:
        classifier: The model in use.
        encoder: Its encoder, as it is where the work is done.
        encoder_id: What it must be.
    """

    classifier: Classifies
    encoder: Encoder
    encoder_id: str

    def __call__(self, batch: Texts) -> list[Classification]:
        """Classify a batch.

        Raises:
            ModelError: The encoder is another one there.
        """
        check_encoder(self.encoder, self.encoder_id)
        return self.classifier.classify(
            batch.texts, batch.langs, self.encoder.encode, parents=batch.parents
        )


def check_encoder(encoder: Encoder, wanted: str) -> None:
    """See that an encoder is the one that is in use.

    Raises:
        ModelError: It is another.
    """
    if encoder.encoder_id != wanted:
        raise ModelError(
            f"The encoder {encoder.encoder_id} is on a worker where the night uses {wanted}: "
            "install the same version of Motbild and its models on every worker."
        )
