"""From posts as sources give them to rows that may be stored.

Everything personal is masked or replaced here, before anything is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from motbild.core import schemas
from motbild.core.language import identify_languages
from motbild.core.privacy import links, mask, mask_links, pseudonym, public_address
from motbild.core.records import RawPost, Reject
from motbild.core.signals import find_signals
from motbild.core.text import text_digest

LOCAL_ZONE = ZoneInfo("Europe/Stockholm")
UNKNOWN_PLATFORM = "unknown"
_EDIT_DIGITS = 12
_ID_DIGITS = 24
_SHORTEST_HANDLE = 4


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a batch of posts comes from, and which run brings it in."""

    source_id: str
    file_digest: str
    file_name: str
    first_seen_at: datetime
    run_id: str


@dataclass(frozen=True, slots=True)
class MaskedPost:
    """A post with its masked text and the digest of what that says.

    Attributes:
        raw: The post as its source gave it.
        text: Its text, masked.
        digest: Digest of the normalised text.
        post_id: Id of the post's first wording.
        reply_to_post_id: Id of the post it answers, or None.
    """

    raw: RawPost
    text: str
    digest: str
    post_id: str = ""
    reply_to_post_id: str | None = None

    @property
    def edited_post_id(self) -> str:
        """Id it has if it is a later wording of a post that is known already."""
        return f"{self.post_id}#{self.digest[:_EDIT_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one batch, with schemas of `motbild.core.schemas`."""

    posts: pa.Table
    texts: pa.Table
    engagement: pa.Table
    links: pa.Table
    signals: pa.Table


def local_day(moment: datetime) -> date:
    """Return the day of a moment in Europe/Stockholm."""
    return moment.astimezone(LOCAL_ZONE).date()


def mask_posts(raws: Iterable[RawPost]) -> list[MaskedPost]:
    """Mask the texts of posts and reduce their links to domains."""
    masked = []
    for raw in raws:
        text = mask(mask_links(raw.text), raw.author)
        masked.append(MaskedPost(raw, text, text_digest(text)))
    return masked


def identify_posts(posts: Iterable[MaskedPost], *, source_id: str, key: bytes) -> list[MaskedPost]:
    """Give each post the id that it is stored under.

    That is platform and the platform's own id; where no platform was told, the source
    stands for it, since two exports may both number their rows from one. An id that
    is an address or names an account is stored as a keyed digest.
    """
    identified = []
    for post in posts:
        raw = post.raw
        place = raw.platform if raw.platform != UNKNOWN_PLATFORM else source_id
        reply_to = _safe_id(raw.reply_to, None, key) if raw.reply_to else None
        identified.append(
            replace(
                post,
                post_id=f"{place}:{_safe_id(raw.native_id, raw.author, key)}",
                reply_to_post_id=f"{place}:{reply_to}" if reply_to else None,
            )
        )
    return identified


def _safe_id(native_id: str, author: str | None, key: bytes) -> str:
    handle = (author or "").lstrip("@").casefold()
    names_author = len(handle) >= _SHORTEST_HANDLE and handle in native_id.casefold()
    if names_author or "@" in native_id or "/" in native_id:
        return keyed_id(native_id, key)
    return native_id


def keyed_id(native_id: str, key: bytes) -> str:
    """Return what stands for an id that names an account."""
    return pseudonym(native_id, key)[:_ID_DIGITS]


def tell_languages(posts: Sequence[MaskedPost]) -> list[tuple[str, float]]:
    """Return the language of each post and how sure it is.

    What a source told stands (probability 1); else it is identified.
    """
    untold = [index for index, post in enumerate(posts) if post.raw.lang is None]
    identified = identify_languages([posts[index].text for index in untold])
    languages = [(post.raw.lang or "und", 1.0) for post in posts]
    for index, found in zip(untold, identified, strict=True):
        languages[index] = found
    return languages


def candidate_ids(posts: Iterable[MaskedPost]) -> list[str]:
    """Return every id under which one of the posts may be stored already."""
    return sorted({name for post in posts for name in (post.post_id, post.edited_post_id)})


def build_batch(
    posts: Sequence[MaskedPost],
    stored: Mapping[str, str],
    *,
    provenance: Provenance,
    key: bytes,
) -> Batch:
    """Turn masked posts into rows.

    A post whose id is stored with the same text is an observation of its reach and
    no new post; with another text it is a later wording, and a row of its own.

    Args:
        posts: The batch, in the order of its file.
        stored: Text digest by post id, for those of `candidate_ids` that are stored.
        provenance: Where the batch comes from.
        key: Secret key of the pseudonyms.
    """
    known = dict(stored)
    languages = tell_languages(posts)
    post_rows: list[dict[str, Any]] = []
    text_rows: dict[str, dict[str, Any]] = {}
    observations: dict[tuple[str, datetime], dict[str, Any]] = {}
    link_rows: list[dict[str, Any]] = []
    signal_rows: list[dict[str, Any]] = []
    for post, (lang, lang_probability) in zip(posts, languages, strict=True):
        post_id, is_new = _place(post, known)
        observation = _observation(post, post_id, provenance)
        if observation is not None:
            observations[post_id, observation["observed_at"]] = observation
        if not is_new:
            continue
        post_rows.append(_post_row(post, post_id, lang, provenance, key))
        link_rows.extend(_link_rows(post, post_id))
        signal_rows.extend(_signal_rows(post, post_id, key))
        text_rows.setdefault(
            post.digest,
            {
                "text_digest": post.digest,
                "text": post.text,
                "lang": lang,
                "lang_probability": lang_probability,
                "run_id": provenance.run_id,
            },
        )
    return Batch(
        posts=pa.Table.from_pylist(post_rows, schema=schemas.POSTS),
        texts=pa.Table.from_pylist(list(text_rows.values()), schema=schemas.TEXTS),
        engagement=pa.Table.from_pylist(list(observations.values()), schema=schemas.ENGAGEMENT),
        links=pa.Table.from_pylist(link_rows, schema=schemas.LINKS),
        signals=pa.Table.from_pylist(signal_rows, schema=schemas.POST_SIGNALS),
    )


def build_rejects(rejects: Sequence[Reject], provenance: Provenance) -> pa.Table:
    """Turn rows that were set aside into rows of `ops.rejects`."""
    return pa.Table.from_pylist(
        [
            {
                "file_digest": provenance.file_digest,
                "line_number": reject.line,
                "code": reject.code,
                "reason": reject.reason,
                "file_name": provenance.file_name,
                "source_id": provenance.source_id,
                "run_id": provenance.run_id,
            }
            for reject in {(r.line, r.code): r for r in rejects}.values()
        ],
        schema=schemas.REJECTS,
    )


def _place(post: MaskedPost, known: dict[str, str]) -> tuple[str, bool]:
    """Return the id of a post and whether it is new, and make it known."""
    for post_id in (post.post_id, post.edited_post_id):
        digest = known.setdefault(post_id, "")
        if digest == post.digest:
            return post_id, False
        if digest == "":
            known[post_id] = post.digest
            return post_id, True
    return post.edited_post_id, False


def _post_row(
    post: MaskedPost, post_id: str, lang: str, provenance: Provenance, key: bytes
) -> dict[str, Any]:
    raw = post.raw
    return {
        "post_id": post_id,
        "platform": raw.platform,
        "source_id": provenance.source_id,
        "author_pseudonym": pseudonym(raw.author, key) if raw.author else None,
        "posted_at": raw.posted_at.astimezone(UTC) if raw.posted_at else None,
        "posted_day": local_day(raw.posted_at or provenance.first_seen_at),
        "lang": lang,
        "text": post.text,
        "text_digest": post.digest,
        "reply_to_post_id": post.reply_to_post_id,
        "edit_of_post_id": post.post_id if post_id != post.post_id else None,
        "file_digest": provenance.file_digest,
        "line_number": raw.line,
        "run_id": provenance.run_id,
    }


def _observation(post: MaskedPost, post_id: str, provenance: Provenance) -> dict[str, Any] | None:
    reach = post.raw.engagement
    if reach is None:
        return None
    return {
        "post_id": post_id,
        "observed_at": (reach.observed_at or provenance.first_seen_at).astimezone(UTC),
        "like_count": reach.like_count,
        "share_count": reach.share_count,
        "comment_count": reach.comment_count,
        "view_count": reach.view_count,
        "run_id": provenance.run_id,
    }


def _link_rows(post: MaskedPost, post_id: str) -> list[dict[str, Any]]:
    raw = post.raw
    addresses = dict(enumerate(links(raw.text), start=1))
    if raw.url:
        addresses[0] = raw.url
    return [
        {
            "post_id": post_id,
            "link_number": number,
            "address": public_address(address, raw.author),
        }
        for number, address in sorted(addresses.items())
    ]


def _signal_rows(post: MaskedPost, post_id: str, key: bytes) -> list[dict[str, Any]]:
    return [
        {
            "post_id": post_id,
            "kind": signal.kind,
            "signal_digest": signal.digest,
            "domain": signal.domain,
        }
        for signal in find_signals(post.raw, key)
    ]
