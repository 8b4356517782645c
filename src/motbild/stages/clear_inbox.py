"""Remove the files of the inbox that have been read, and what none could read for as long.

They hold posts as they were written, with names. A file goes when its days are over, and
before that when it holds a post whose text was taken away.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa

from motbild.adapters.inbox_files import InboxFile, list_inbox
from motbild.adapters.sources import file_digest, read_posts
from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.disposal import record
from motbild.core.erasures import Memory
from motbild.core.intake import MaskedPost, identify_posts, mask_posts
from motbild.core.records import RawPost
from motbild.core.retention import Deletion, Limit, Taking, list_deletion
from motbild.errors import SourceError

SOURCE = "inbox"
_BATCH = 2_000
_TAKEN = """
SELECT 1 FROM wanted JOIN core.posts AS posts USING (post_id) WHERE posts.text IS NULL LIMIT 1
"""


def clear_inbox(
    warehouse: Warehouse,
    folder: Path,
    limit: Limit,
    memory: Memory,
    taking: Taking,
) -> list[Deletion]:
    """Remove the files whose time is over, and write the protocol.

    Args:
        warehouse: Knows which files were read, and whose texts were taken away.
        folder: The inbox.
        limit: How long a file stays.
        memory: What was erased on request.
        taking: The run that takes them.

    Returns:
        One, or none where nothing goes. Keys are the digests of the files.
    """
    going = {
        digest: file.path
        for file in list_inbox(folder)
        if (digest := _goes(warehouse, file, limit, memory, taking.now)) is not None
    }
    if not going:
        return []
    keys = sorted(going)
    deletions = [list_deletion(limit, "inbox", keys, taking)]
    if not taking.is_dry:
        taking.before()
        with warehouse.transaction():
            record(warehouse, deletions, run_id=taking.run_id, now=taking.now)
        for path in going.values():
            path.unlink(missing_ok=True)
    return deletions


def _goes(
    warehouse: Warehouse, file: InboxFile, limit: Limit, memory: Memory, now: datetime
) -> str | None:
    """Return the digest of a file that goes; None where it stays."""
    before = limit.before(now)
    try:
        digest = file_digest(file.path)
    except SourceError:
        digest = hashlib.sha256(str(file.path.name).encode("utf-8", "replace")).hexdigest()
    known = warehouse.read_rows(
        "SELECT completed_at FROM ops.files WHERE file_digest = ? AND completed_at IS NOT NULL",
        [digest],
    )
    kept_since = known[0][0] if known else file.changed_at
    if before is not None and kept_since < before:
        return digest
    return digest if known and _holds_taken(warehouse, file.path, memory) else None


def _holds_taken(warehouse: Warehouse, path: Path, memory: Memory) -> bool:
    with suppress(SourceError):  # what cannot be read (any more) goes in its time
        for posts in _identified(path, memory):
            if any(map(memory.holds, posts)):
                return True
            wanted = pa.table({"post_id": pa.array([p.post_id for p in posts], pa.string())})
            with warehouse.registered("wanted", wanted):
                if warehouse.read_rows(_TAKEN):
                    return True
    return False


def _identified(path: Path, memory: Memory) -> Iterator[list[MaskedPost]]:
    raws = (row for row in read_posts(path) if isinstance(row, RawPost))
    while batch := list(islice(raws, _BATCH)):
        # Masking is what takes time, and only what was erased is known by its words.
        posts = mask_posts(batch) if memory.digests else [MaskedPost(raw, "", "") for raw in batch]
        yield identify_posts(posts, source_id=SOURCE, key=memory.key)
