"""What a model's own files tell of it, before any of its weights are read."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from motbild.errors import ModelError

WEIGHTS = "model.safetensors"
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


@lru_cache(maxsize=8)
def weights_digest(path: Path) -> str:
    """Compute the SHA-256 of a weights file, once in the life of the process.

    Raises:
        ModelError: The file is not there.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The encoder's weights {path} cannot be read: install the encoder again."
        ) from error
