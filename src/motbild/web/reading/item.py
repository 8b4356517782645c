"""One item in full: its posts, what they answer, and why they were flagged."""

from collections.abc import Mapping
from typing import Any

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.web.reading.places import read_order

MOST_TEXTS = 12


def read_item(snapshot: OpenSnapshot, family_id: str, explained: int = 1) -> dict[str, Any] | None:
    """Return an item with its wordings; None where the snapshot has none by that id.

    Args:
        snapshot: Where it is.
        family_id: Its id.
        explained: Of how many wordings what the model says is read too. The first is the
            post that the item stands for.
    """
    number = read_order(snapshot).places.get(family_id)
    if number is None:
        return None
    (item,) = snapshot.rows("FROM memory.main.items WHERE item_number = ?", [number])
    item["texts"] = _texts(snapshot, item, explained)
    item["flags"] = item["texts"][0]["flags"]
    return item


def read_family(snapshot: OpenSnapshot, family_id: str) -> dict[str, Any] | None:
    """Return what a group of copies amounts to; None where it is not told."""
    rows = snapshot.rows("FROM core.families WHERE family_id = ?", [family_id])
    return rows[0] if rows else None


def texts_to_decide(snapshot: OpenSnapshot, family_id: str) -> list[dict[str, str]]:
    """Return each text of an item, as it stands for itself or in answer to another."""
    return snapshot.rows(
        """
        SELECT text_digest, parent_digest, min(post_id) AS post_id
        FROM memory.main.item_posts
        WHERE item_number = ?
        GROUP BY text_digest, parent_digest
        ORDER BY text_digest, parent_digest
        """,
        [read_order(snapshot).places.get(family_id)],
    )


def _texts(snapshot: OpenSnapshot, item: Mapping[str, Any], explained: int) -> list[dict[str, Any]]:
    # In steps, since a join would read all of what the model says of every text.
    wordings = snapshot.rows(_WORDINGS, [item["post_id"], item["item_number"], MOST_TEXTS])
    posts = snapshot.rows(_POSTS + "WHERE post_id = ?", [item["post_id"]])
    if others := [wording["post_id"] for wording in wordings[1:]]:
        posts += snapshot.rows(_POSTS + _AMONG, [others])
    by_post = {post["post_id"]: post for post in posts}
    texts = [{**wording, **by_post[wording["post_id"]]} for wording in wordings]
    for number, text in enumerate(texts):
        row = text.pop("explained_row")
        found = snapshot.rows(_EXPLAINED, [row]) if number < explained else []
        text |= found[0] if found else dict.fromkeys(_EXPLANATIONS)
    return texts


# Each wording once, the post that the item stands for first.
_WORDINGS = """
    SELECT
        text_digest, parent_digest, arg_min(post_id, (post_id <> $1, post_id)) AS post_id,
        count(*) AS copy_count, min(explained_row) AS explained_row,
        arg_min(flags, (post_id <> $1, post_id)) AS flags
    FROM memory.main.item_posts WHERE item_number = $2
    GROUP BY text_digest, parent_digest
    ORDER BY bool_or(post_id = $1) DESC, copy_count DESC, text_digest
    LIMIT $3
"""
_POSTS = """
    SELECT
        post_id, text, parent_text, lang, platform, source_id, posted_at, posted_day, address,
        like_count, share_count, comment_count, view_count, reply_to_post_id
    FROM core.posts
"""
_AMONG = "SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS post_id) USING (post_id)"
_EXPLANATIONS = (
    "stance_probabilities",
    "narrative_probabilities",
    "stance",
    "threat_probability",
    "is_threat",
    "evidence",
    "model_version",
)
_EXPLAINED = f"""
    SELECT {", ".join(_EXPLANATIONS)}
    FROM core.classifications WHERE rowid = ?
"""  # noqa: S608 - the names above


def read_narratives(snapshot: OpenSnapshot) -> dict[str, dict[str, Any]]:
    """Return the narratives by id, in the order of their packs."""
    return snapshot.once(
        "narratives",
        lambda: {row["narrative_id"]: row for row in snapshot.rows("FROM core.narratives")},
    )
