"""What of a batch is new, given which posts are stored already.

The second step of taking posts in; the first is `motbild.core.preparing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from motbild.core import schemas
from motbild.core.preparing import ROW, Prepared


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one batch to be stored, with schemas of `motbild.core.schemas`."""

    posts: pa.Table
    texts: pa.Table
    engagement: pa.Table
    links: pa.Table
    signals: pa.Table


def place_batch(prepared: Prepared, stored: Mapping[str, str]) -> Batch:
    """Keep of a batch what is new.

    A post whose id is stored with the same text is an observation of its reach and
    no new post; with another text it is a later wording, and a row of its own.

    Args:
        prepared: The batch.
        stored: Text digest by post id, for those of its candidate ids that are stored.
    """
    ids, new = _place_all(prepared, stored)
    owners = [post_id if is_new else None for post_id, is_new in zip(ids, new, strict=True)]
    return Batch(
        posts=_renamed(prepared.posts, owners),
        texts=_new_texts(prepared, new),
        engagement=_latest(_owned_by(prepared.engagement, ids)),
        links=_owned_by(prepared.links, owners),
        signals=_owned_by(prepared.signals, owners),
    )


def _place_all(prepared: Prepared, stored: Mapping[str, str]) -> tuple[list[str], list[bool]]:
    """Return the id of each post, and whether it is new."""
    known = dict(stored)
    ids, new = [], []
    columns = (prepared.posts[name].to_pylist() for name in ("post_id", "text_digest"))
    for first_id, digest, edited_id in zip(*columns, prepared.edited_ids, strict=True):
        post_id, is_new = _place((first_id, edited_id), digest, known)
        ids.append(post_id)
        new.append(is_new)
    return ids, new


def _place(ids: tuple[str, str], digest: str, known: dict[str, str]) -> tuple[str, bool]:
    """Return the id of a post and whether it is new, and make it known."""
    for post_id in ids:
        found = known.setdefault(post_id, "")
        if found == digest:
            return post_id, False
        if found == "":
            known[post_id] = digest
            return post_id, True
    return ids[-1], False


def _renamed(posts: pa.Table, owners: Sequence[str | None]) -> pa.Table:
    """Return the new posts under the ids that they have, later wordings told as such."""
    first_ids = posts["post_id"].to_pylist()
    edited = [
        first if owner != first else None for owner, first in zip(owners, first_ids, strict=True)
    ]
    named = _with_column(posts, "post_id", pa.array(owners, pa.string()))
    named = _with_column(named, "edit_of_post_id", pa.array(edited, pa.string()))
    return named.filter(named["post_id"].is_valid())


def _new_texts(prepared: Prepared, new: Sequence[bool]) -> pa.Table:
    """Return the texts of new posts, each once, as the first of these told it."""
    posts = prepared.posts
    firsts: dict[str, int] = {}
    for row, (digest, is_new) in enumerate(zip(posts["text_digest"].to_pylist(), new, strict=True)):
        if is_new:
            firsts.setdefault(digest, row)
    told = posts.append_column(
        "lang_probability",
        pa.array(prepared.lang_probabilities, schemas.TEXTS.field("lang_probability").type),
    )
    return told.select(schemas.TEXTS.names).take(pa.array(firsts.values(), pa.int64()))


def _owned_by(rows: pa.Table, owners: Sequence[str | None]) -> pa.Table:
    """Return the rows of the posts that have an owner's id, under that id."""
    ids = pa.array(owners, pa.string()).take(rows[ROW].combine_chunks())
    named = _with_column(rows, "post_id", ids).drop_columns([ROW])
    return named.filter(named["post_id"].is_valid())


def _latest(observed: pa.Table) -> pa.Table:
    """Return observations of which no two are of one post and moment; the later row counts."""
    moments = observed["observed_at"].cast(pa.int64()).to_pylist()
    keys = zip(observed["post_id"].to_pylist(), moments, strict=True)
    last = {key: row for row, key in enumerate(keys)}
    return observed.take(pa.array(last.values(), pa.int64()))


def _with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)
