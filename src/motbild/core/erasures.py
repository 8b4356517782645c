"""What was erased on request is remembered, so that it does not come back; nobody can read it.

A post is remembered by digests under a key of the home's own: of its id, of what a named
author said, or of what anybody said. Who has the key and a guess can confirm the guess, and
nobody can turn a digest back.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from motbild.core.intake import MaskedPost
from motbild.core.privacy import plain_author
from motbild.core.records import Reject

POST, SAID, TEXT = "post", "said", "text"
CODE = "erased"
_REASON = "This post was erased on request and is not taken in again; nothing is to be done."
_NAME_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Erasure:
    """One digest that is remembered.

    Attributes:
        kind: ``post`` (an id), ``said`` (an author and a text) or ``text`` (a text).
        digest: HMAC-SHA256 of it, hex.
        at: When it was erased.
        case: Case number of the request; may be empty.
    """

    kind: str
    digest: str
    at: datetime
    case: str


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered.

    Attributes:
        key: The home's lasting key.
        digests: Of every kind.
    """

    key: bytes = field(repr=False)
    digests: frozenset[str] = frozenset()

    def holds(self, post: MaskedPost) -> bool:
        """Tell whether a post was erased; it has its id already."""
        if not self.digests:
            return False
        if digest_post(post.post_id, self.key) in self.digests:
            return True
        if digest_text(post.digest, self.key) in self.digests:
            return True
        author = post.raw.author
        return bool(author) and digest_said(author or "", post.digest, self.key) in self.digests

    def part(self, posts: Iterable[MaskedPost]) -> tuple[list[MaskedPost], list[Reject]]:
        """Return the posts that may be stored, and a reject for each that was erased.

        What answers an erased post answers it under the name that it is counted under.
        """
        kept, rejects = [], []
        for post in posts:
            if self.holds(post):
                rejects.append(Reject(post.raw.line, CODE, _REASON))
            else:
                kept.append(self._answering(post))
        return kept, rejects

    def _answering(self, post: MaskedPost) -> MaskedPost:
        answered = post.reply_to_post_id
        if not answered or digest_post(answered, self.key) not in self.digests:
            return post
        return replace(post, reply_to_post_id=name_erased(answered, self.key))


def digest_post(post_id: str, key: bytes) -> str:
    """Return what the id of a post is remembered by; later wordings go by the first one's."""
    return _digest(POST, post_id, key)


def digest_text(text_digest: str, key: bytes) -> str:
    """Return what a text is remembered by, whoever says it."""
    return _digest(TEXT, text_digest, key)


def digest_said(author: str, text_digest: str, key: bytes) -> str:
    """Return what it is remembered by that an author said a text."""
    return _digest(SAID, f"{plain_author(author)}\0{text_digest}", key)


def name_erased(post_id: str, key: bytes) -> str:
    """Return the name that an erased post is counted under."""
    return f"erased:{_digest('name', post_id, key)[:_NAME_DIGITS]}"


def _digest(kind: str, told: str, key: bytes) -> str:
    return hmac.new(key, f"{kind}\0{told}".encode(), hashlib.sha256).hexdigest()
