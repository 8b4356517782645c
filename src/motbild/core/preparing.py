"""From posts as sources give them to rows that may be stored, in two steps.

What a post needs by itself (masking, pseudonyms, language, links) is prepared anywhere, and
any number of times. What depends on the posts that are stored already is placed afterwards.
Everything personal is masked or replaced in the first step, before anything is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import pyarrow as pa

from motbild.core import schemas
from motbild.core.erasures import Memory
from motbild.core.intake import (
    MaskedPost,
    Provenance,
    identify_posts,
    local_day,
    mask_posts,
    tell_languages,
)
from motbild.core.privacy import links, pseudonym, public_address
from motbild.core.records import RawPost, Reject
from motbild.core.signals import find_signals

_ROW = "row"  # column that names the post, by its place in the batch, to which a row belongs


def _owned(schema: pa.Schema) -> pa.Schema:
    return schema.append(pa.field(_ROW, pa.int32()))


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch of a source's rows; its representation tells none of them.

    Attributes:
        rows: Posts, and what was set aside.
        provenance: Where they come from.
    """

    rows: Sequence[RawPost | Reject] = field(repr=False)
    provenance: Provenance

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows of a batch as if nothing were stored yet.

    Attributes:
        posts: One row a post, in the order of its file, as a first wording.
        edited_ids: For each the id that it has if it is a later wording.
        lang_probabilities: For each how sure its language is.
        engagement: What was observed, each with the `row` of its post.
        links: Full addresses, likewise.
        signals: Likewise.
        rejects: What was set aside, also as erased.
    """

    posts: pa.Table
    edited_ids: list[str] = field(repr=False)
    lang_probabilities: list[float]
    engagement: pa.Table
    links: pa.Table
    signals: pa.Table
    rejects: pa.Table

    @property
    def candidate_ids(self) -> list[str]:
        """Every id under which one of the posts may be stored already."""
        return sorted({*self.posts["post_id"].to_pylist(), *self.edited_ids})


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one batch to be stored, with schemas of `motbild.core.schemas`."""

    posts: pa.Table
    texts: pa.Table
    engagement: pa.Table
    links: pa.Table
    signals: pa.Table


@dataclass(frozen=True)
class Preparing:
    """Masks and names posts.

    Attributes:
        key: Secret key of the pseudonyms.
        memory: What was erased on request, with the key that ids of posts are made under.
    """

    key: bytes = field(repr=False)
    memory: Memory

    def __call__(self, batch: Rows) -> Prepared:
        """Prepare a batch."""
        told = batch.provenance
        posts, erased = self.memory.part(
            identify_posts(
                mask_posts(row for row in batch.rows if isinstance(row, RawPost)),
                source_id=told.source_id,
                key=self.memory.key,
            )
        )
        languages = tell_languages(posts)
        set_aside = [row for row in batch.rows if isinstance(row, Reject)]
        return Prepared(
            posts=_table(
                (
                    _post_row(post, lang, told, self.key)
                    for post, (lang, _) in zip(posts, languages, strict=True)
                ),
                schemas.POSTS,
            ),
            edited_ids=[post.edited_post_id for post in posts],
            lang_probabilities=[probability for _, probability in languages],
            engagement=_table(_observations(posts, told), _owned(schemas.ENGAGEMENT)),
            links=_table(_link_rows(posts), _owned(schemas.LINKS)),
            signals=_table(_signal_rows(posts, self.key), _owned(schemas.POST_SIGNALS)),
            rejects=_reject_table([*set_aside, *erased], told),
        )


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


def _table(rows: Iterable[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)


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
    ids = pa.array(owners, pa.string()).take(rows[_ROW].combine_chunks())
    named = _with_column(rows, "post_id", ids).drop_columns([_ROW])
    return named.filter(named["post_id"].is_valid())


def _latest(observed: pa.Table) -> pa.Table:
    """Return observations of which no two are of one post and moment; the later row counts."""
    moments = observed["observed_at"].cast(pa.int64()).to_pylist()
    keys = zip(observed["post_id"].to_pylist(), moments, strict=True)
    last = {key: row for row, key in enumerate(keys)}
    return observed.take(pa.array(last.values(), pa.int64()))


def _with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)


def _post_row(post: MaskedPost, lang: str, told: Provenance, key: bytes) -> dict[str, Any]:
    raw = post.raw
    return {
        "post_id": post.post_id,
        "platform": raw.platform,
        "source_id": told.source_id,
        "author_pseudonym": pseudonym(raw.author, key) if raw.author else None,
        "posted_at": raw.posted_at.astimezone(UTC) if raw.posted_at else None,
        "posted_day": local_day(raw.posted_at or told.first_seen_at),
        "lang": lang,
        "text": post.text,
        "text_digest": post.digest,
        "reply_to_post_id": post.reply_to_post_id,
        "edit_of_post_id": None,
        "file_digest": told.file_digest,
        "line_number": raw.line,
        "run_id": told.run_id,
    }


def _observations(posts: Sequence[MaskedPost], told: Provenance) -> Iterable[dict[str, Any]]:
    for row, post in enumerate(posts):
        reach = post.raw.engagement
        if reach is not None:
            yield {
                "observed_at": (reach.observed_at or told.first_seen_at).astimezone(UTC),
                "like_count": reach.like_count,
                "share_count": reach.share_count,
                "comment_count": reach.comment_count,
                "view_count": reach.view_count,
                "run_id": told.run_id,
                _ROW: row,
            }


def _link_rows(posts: Sequence[MaskedPost]) -> Iterable[dict[str, Any]]:
    for row, post in enumerate(posts):
        raw = post.raw
        addresses = dict(enumerate(links(raw.text), start=1))
        if raw.url:
            addresses[0] = raw.url
        for number, address in sorted(addresses.items()):
            yield {
                "link_number": number,
                "address": public_address(address, raw.author),
                _ROW: row,
            }


def _signal_rows(posts: Sequence[MaskedPost], key: bytes) -> Iterable[dict[str, Any]]:
    for row, post in enumerate(posts):
        for signal in find_signals(post.raw, key):
            yield {
                "kind": signal.kind,
                "signal_digest": signal.digest,
                "domain": signal.domain,
                _ROW: row,
            }


def _reject_table(rejects: Sequence[Reject], told: Provenance) -> pa.Table:
    """Turn rows that were set aside into rows of `ops.rejects`."""
    return pa.Table.from_pylist(
        [
            {
                "file_digest": told.file_digest,
                "line_number": reject.line,
                "code": reject.code,
                "reason": reject.reason,
                "file_name": told.file_name,
                "source_id": told.source_id,
                "run_id": told.run_id,
            }
            for reject in {(r.line, r.code): r for r in rejects}.values()
        ],
        schema=schemas.REJECTS,
    )
