"""From posts as sources give them to rows as if nothing were stored yet.

What a post needs by itself (masking, pseudonyms, language, links) is prepared anywhere, and
any number of times; `motbild.core.row_placing` then keeps what is new. Everything personal is
masked or replaced here, before anything is written.
"""

from collections.abc import Iterable, Sequence
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

ROW = "row"  # column that names the post, by its place in the batch, to which a row belongs


def _owned(schema: pa.Schema) -> pa.Schema:
    return schema.append(pa.field(ROW, pa.int32()))


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


def _table(rows: Iterable[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)


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
                ROW: row,
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
                ROW: row,
            }


def _signal_rows(posts: Sequence[MaskedPost], key: bytes) -> Iterable[dict[str, Any]]:
    for row, post in enumerate(posts):
        for signal in find_signals(post.raw, key):
            yield {
                "kind": signal.kind,
                "signal_digest": signal.digest,
                "domain": signal.domain,
                ROW: row,
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
