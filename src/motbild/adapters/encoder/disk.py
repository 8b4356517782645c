"""A sentence-transformers model in a folder: the only importer of torch and its kin.

Importing torch takes ten seconds. A model that is a plain table of vectors is therefore
encoded without it, and any other imports it at its first `encode`.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from motbild.adapters.encoder.files import (
    WEIGHTS,
    check_files,
    file_digest,
    is_plain_table,
    read_dimension,
)
from motbild.adapters.encoder.table import load_table
from motbild.core.vectors import Encode, unit_rows
from motbild.errors import ModelError

BATCH_SIZE = 16  # fastest on a CPU once the texts are sorted by length


@dataclass
class DiskEncoder:
    """A sentence-transformers model in a folder.

    Attributes:
        name: The name it goes by in the registry.
        folder: Where its files lie.
        prefix: What it expects before each text.
        revision: The hub revision it is, or None to know it by its weights.
    """

    name: str
    folder: Path
    prefix: str = ""
    revision: str | None = None

    def __getstate__(self) -> dict[str, object]:
        """Leave out what was read: another process reads its own disk."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**told, "folder": self.folder.resolve()}

    @cached_property
    def encoder_id(self) -> str:
        """Name and first twelve hex digits of the revision or of the weights' digest.

        Raises:
            ModelError: The files are not those that the model's card tells of.
        """
        check_files(self.folder)
        version = self.revision or file_digest(self.folder / WEIGHTS)
        return f"{self.name}@{version[:12]}"

    @cached_property
    def dimension(self) -> int:
        """Columns of the vectors, as the model's own files tell it."""
        return read_dimension(self.folder)

    @cached_property
    def is_table(self) -> bool:
        """Whether it is a plain table of vectors, for which torch is not needed."""
        return is_plain_table(self.folder)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode model texts into unit rows, in the order given."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit_rows(self._encode([self.prefix + text for text in texts]))

    @cached_property
    def _encode(self) -> Encode:
        """What turns texts into vectors; reads the weights."""
        if self.is_table:
            return load_table(self.folder).encode
        return _load_model(self.folder)


def _load_model(folder: Path) -> Encode:
    # Even a model on disk makes transformers ask the hub about its tokenizer.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # More threads than cores make torch ten times slower, not faster.
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    try:
        model = SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"The encoder in {folder} cannot be loaded: install it again.") from error

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        # Batches of like length are padded least; the library sorts by length itself, in
        # tokens, but only within what it is given, which is everything here.
        vectors: NDArray[np.float32] = model.encode(
            list(texts), batch_size=BATCH_SIZE, show_progress_bar=False, convert_to_numpy=True
        )
        return vectors

    return encode
