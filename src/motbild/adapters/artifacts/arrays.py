"""Arrays by name in a skops archive, of which nothing but arrays is ever made.

The reader of skops imports all of scikit-learn, and torch with it, to know which types it may
trust. Where there are only arrays nothing needs to be trusted, and a model is read in a tenth
of the time.

Source: decision 0042.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

# Unpacked; the model that comes along takes 15 MB.
MOST_BYTES = 1 << 30
_SCHEMA = "schema.json"
_ARRAY = {"__module__": "numpy", "__class__": "ndarray", "__loader__": "NdArrayNode"}


def dump_arrays(arrays: Arrays) -> bytes:
    """Write arrays as an archive that skops reads, too."""
    import skops.io  # takes two seconds, and only training writes

    content: bytes = skops.io.dumps(dict(arrays), compression=8)
    return content


def load_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """Read an archive of arrays.

    Raises:
        ValueError: It unpacks to more than any model, or holds something else than arrays;
            what is no archive at all raises whatever its libraries do.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            raise ValueError("It unpacks to more than any model.")
        nodes = json.loads(archive.read(_SCHEMA))["content"]
        return {name: _read(archive, node) for name, node in nodes.items()}


def join_words(words: Sequence[str]) -> NDArray[np.uint8]:
    """Turn n-grams into one array, in their order.

    Raises:
        ValueError: One holds a line break.
    """
    joined = "\n".join(words)
    if words and joined.count("\n") != len(words) - 1:
        raise ValueError("A word holds a line break.")
    return np.frombuffer(joined.encode(), dtype=np.uint8)


def part_words(joined: NDArray[np.uint8]) -> list[str]:
    """Return the words of an array that `join_words` made."""
    return joined.tobytes().decode().split("\n")


def _read(archive: zipfile.ZipFile, node: Mapping[str, Any]) -> NDArray[Any]:
    if node["type"] != "numpy" or any(node[key] != value for key, value in _ARRAY.items()):
        raise ValueError("It holds something else than arrays.")
    array: NDArray[Any] = np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False)
    return array
