"""What a model's own files tell of it, before any of its weights are read."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from motbild.errors import ModelError

WEIGHTS = "model.safetensors"
CARD = "card.json"
MODULES = "modules.json"
TABLE = "embedding.weight"  # name in the weights file of vectors that texts are means of
_TABLE_MODULES = (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


def read_dimension(folder: Path) -> int:
    """Read from a model's files how many columns its vectors have.

    Raises:
        ModelError: The files do not tell.
    """
    found = 0
    try:
        for module in json.loads((folder / MODULES).read_text(encoding="utf-8")):
            settings = folder / module["path"] / "config.json"
            if settings.is_file():
                values = json.loads(settings.read_text(encoding="utf-8"))
                keys = ("out_features", "embedding_dimension", "word_embedding_dimension")
                found = next((values[key] for key in keys if key in values), found)
                found = found or values.get("hidden_size", 0)
        if not found and (shape := _table_shape(folder)):
            found = shape[1]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"The encoder in {folder} is incomplete ({error}): install it again."
        ) from error
    if not found:
        raise ModelError(f"The encoder in {folder} does not tell its size: install it again.")
    return int(found)


def is_plain_table(folder: Path) -> bool:
    """Tell whether a model's vectors are means of stored ones, and nothing is done to them."""
    try:
        modules = json.loads((folder / MODULES).read_text(encoding="utf-8"))
        kinds = [module["type"].rsplit(".", 1)[-1] for module in modules]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False
    return kinds in _TABLE_MODULES and _table_shape(folder) is not None


def _table_shape(folder: Path) -> tuple[int, int] | None:
    """Read the size of a table of vectors from the head of its weights file.

    Returns:
        Rows and columns, or None where the model is no such table.
    """
    try:
        with (folder / WEIGHTS).open("rb") as stream:
            head = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
        rows, columns = head[TABLE]["shape"] if TABLE in head else (0, 0)
    except (OSError, ValueError, MemoryError, OverflowError, LookupError, TypeError):
        return None
    return (rows, columns) if columns else None


def check_files(folder: Path) -> None:
    """See that files are what the model's card says they are, where there is one that tells.

    A tokenizer with some bytes changed may still be read, and turns texts into other vectors
    than those that are kept.

    Raises:
        ModelError: A file is missing or another one, or the card cannot be read.
    """
    card = folder / CARD
    try:
        told = json.loads(card.read_text(encoding="utf-8")) if card.is_file() else {}
        files = dict(told.get("files", {}))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"The encoder's card {card} cannot be read: install the encoder again."
        ) from error
    for name, digest in files.items():
        if file_digest(folder / name) != digest:
            raise ModelError(
                f"The encoder's file {folder / name} is not the one that its card tells of: "
                "install the encoder again."
            )


@lru_cache(maxsize=16)
def file_digest(path: Path) -> str:
    """Compute the SHA-256 of a file, once in the life of the process.

    Raises:
        ModelError: The file is not there.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The encoder's file {path} cannot be read: install the encoder again."
        ) from error
