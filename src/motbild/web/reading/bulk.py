"""Many items at once."""

from collections import defaultdict
from collections.abc import Sequence

from motbild.adapters.warehouse.reading import OpenSnapshot


def read_first_texts(snapshot: OpenSnapshot, post_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return text and language of posts, by post."""
    rows = snapshot.rows(
        """
        SELECT post_id, text, lang FROM core.posts
        WHERE list_contains(?::VARCHAR[], post_id)
        """,
        [list(post_ids)],
    )
    return {row["post_id"]: row for row in rows}


def texts_of_many(
    snapshot: OpenSnapshot, family_ids: Sequence[str]
) -> dict[str, list[dict[str, str]]]:
    """Return the texts to decide on, by item, in the order given."""
    rows = snapshot.rows(
        """
        SELECT family_id, text_digest, parent_digest, min(post_id) AS post_id
        FROM memory.main.item_posts
        WHERE list_contains(?::VARCHAR[], family_id)
        GROUP BY family_id, text_digest, parent_digest
        ORDER BY ALL
        """,
        [list(family_ids)],
    )
    found = defaultdict(list)
    for row in rows:
        found[row["family_id"]].append(row)
    return {family: found[family] for family in dict.fromkeys(family_ids) if family in found}
