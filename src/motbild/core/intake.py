"""From posts as sources give them to masked ones, each under the id that it is known by.

What is made of them to be stored is in `motbild.core.preparing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from motbild.core.language import identify_languages
from motbild.core.privacy import mask, mask_links, pseudonym
from motbild.core.records import RawPost
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
