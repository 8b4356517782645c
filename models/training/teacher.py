"""The teacher's vectors of English text, kept on disk since they take most of the time."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from motbild.core.vectors import Encoder

CHUNK = 4096
LONGEST = 110  # characters; longer sentences cost the teacher most and teach little more

Vectors = dict[str, NDArray[np.float16]]


def teach(texts: Sequence[str], teacher: Encoder, cache: Path) -> Vectors:
    """Return the teacher's vector of each text that is short enough.

    Args:
        texts: Normalised English texts.
        teacher: The encoder to follow.
        cache: File (.npz) that keeps vectors between runs; one that belongs to another
            teacher is made anew.
    """
    known = _load(cache, teacher.encoder_id)
    wanted = sorted({text for text in texts if len(text) <= LONGEST}, key=lambda t: (len(t), t))
    missing = [text for text in wanted if _key(text) not in known]
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        rows = teacher.encode(chunk).astype(np.float16)
        known.update(zip(map(_key, chunk), rows, strict=True))
        sys.stderr.write(f"teacher: {start + len(chunk)} of {len(missing)} sentences\n")
    if missing:
        _save(cache, teacher.encoder_id, known)
    return {text: known[_key(text)] for text in wanted}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _load(cache: Path, encoder_id: str) -> Vectors:
    if not cache.is_file():
        return {}
    with np.load(cache) as stored:
        if str(stored["encoder_id"]) != encoder_id:
            return {}
        return dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))


def _save(cache: Path, encoder_id: str, known: Vectors) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_suffix(".partial.npz")
    np.savez(partial, encoder_id=encoder_id, keys=list(known), rows=np.stack(list(known.values())))
    partial.replace(cache)
