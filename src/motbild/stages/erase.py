"""Erase posts on request: nothing of them stays but what was counted, under another name.

The row of a post stays with its day, its hour, its language and what was made of it, so
that no count changes. Its id becomes a keyed digest, in every table.
"""

from collections.abc import Sequence

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.disposal import describe_taken, followed, record, take
from motbild.core.erasures import digest_post, digest_text, name_erased
from motbild.core.retention import ERASURE, Deletion, Taking

REQUEST = "request"
_RENAMED = ("core.flags", "core.questions", "core.threats", "core.decisions")
_FIRST = """
SELECT coalesce(edit_of_post_id, post_id), post_id, text_digest FROM core.posts
WHERE post_id NOT LIKE 'erased:%'
"""


def erase(warehouse: Warehouse, key: bytes, taking: Taking) -> list[Deletion]:
    """Erase the posts in the temporary table `due`, and write the protocol.

    Args:
        warehouse: Holds them.
        key: The home's lasting key, which new names are made under.
        taking: The run that takes them, with the case as its reference.

    Returns:
        One for each table that loses something.
    """
    with followed(warehouse):
        deletions = describe_taken(
            warehouse, ERASURE, decided_by=REQUEST, reference=taking.reference
        )
        if deletions and not taking.is_dry:
            taking.before()
            with warehouse.transaction():
                take(warehouse)
                _rename(warehouse, key)
                record(warehouse, deletions, run_id=taking.run_id, now=taking.now)
    return deletions


def find_remembered(warehouse: Warehouse, digests: frozenset[str], key: bytes) -> list[str]:
    """Return the stored posts that were erased before, as after an older copy was put back."""
    if not digests:
        return []
    return [
        post_id
        for first_id, post_id, text in warehouse.read_rows(_FIRST)
        if digest_post(first_id, key) in digests or digest_text(text, key) in digests
    ]


def _rename(warehouse: Warehouse, key: bytes) -> None:
    with warehouse.registered("names", _names(warehouse, key)):
        warehouse.execute(
            "DELETE FROM core.engagement WHERE post_id IN (SELECT post_id FROM names)"
        )
        for table in _RENAMED:
            warehouse.execute(
                f"UPDATE {table} SET post_id = names.new_id FROM names "  # noqa: S608
                f"WHERE names.post_id = {table}.post_id"
            )
        for column in ("reply_to_post_id", "edit_of_post_id"):
            warehouse.execute(
                f"UPDATE core.posts SET {column} = names.new_id FROM names "  # noqa: S608
                f"WHERE names.post_id = core.posts.{column}"
            )
        # To the hour, as it is counted: the second of a post may tell it from all others.
        warehouse.execute(
            "UPDATE core.posts SET post_id = names.new_id, line_number = 0, "
            "posted_at = date_trunc('hour', posted_at) FROM names "
            "WHERE names.post_id = core.posts.post_id"
        )


def _names(warehouse: Warehouse, key: bytes) -> pa.Table:
    ids: Sequence[str] = warehouse.read("SELECT post_id FROM due")["post_id"].to_pylist()
    return pa.table(
        {
            "post_id": pa.array(ids, pa.string()),
            "new_id": pa.array([name_erased(post_id, key) for post_id in ids], pa.string()),
        }
    )
