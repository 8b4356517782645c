"""A person's request about posts: by whom, at which address or with which words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from motbild.core.privacy import public_address
from motbild.core.signals import canonical_link
from motbild.errors import InputError

AUTHOR, ADDRESS, TEXT = "author", "url", "text"
# Parameters that name the very comment that an address leads to.
_OF_COMMENTS = ("lc", "reply_comment_id", "comment_id", "comment")
_BLUESKY = re.compile(r"/profile/(did:[^/]+)/post/([^/]+)/?")
_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about.

    Attributes:
        kind: ``author``, ``url`` or ``text``.
        told: The name, address or words themselves; in no log and no record.

    Raises:
        InputError: Nothing is told, or the address is none.
    """

    kind: str
    told: str

    def __post_init__(self) -> None:
        if not self.told.strip():
            raise InputError(
                f"The {self.kind} of the request is empty; give it after --{self.kind}."
            )
        if self.kind == ADDRESS:
            _parse(self.told)


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a request.

    Attributes:
        kind: What it was about.
        case: Case number; may be empty.
        post_count: Posts that it was about, later wordings of one counted each.
        outside: Names of files outside the home that the posts were read from.
        is_done: Whether it was done; else it was only looked at, or refused when asked.
    """

    kind: str
    case: str
    post_count: int
    outside: tuple[str, ...] = ()
    is_done: bool = False


def same_address(a: str, b: str) -> bool:
    """Tell whether two addresses lead to one post, whoever's name stands in them."""
    return canonical_link(public_address(a, None)) == canonical_link(public_address(b, None))


def possible_ids(address: str) -> list[str]:
    """Return what in an address may be the platform's id of a post, the likeliest first.

    Raises:
        InputError: It is no address.
    """
    parts = _parse(address)
    asked = dict(parse_qsl(parts.query))
    found = [
        *_pieces([parts.fragment]),
        *(asked[name] for name in _OF_COMMENTS if name in asked),
        *reversed(parts.path.split("/")),
        *asked.values(),
    ]
    if post := _BLUESKY.fullmatch(parts.path):
        found.insert(0, f"at://{post[1]}/app.bsky.feed.post/{post[2]}")
    # Words of a path, such as status or video, name no post.
    return list(dict.fromkeys(piece for piece in found if any(map(str.isdigit, piece))))


def _parse(address: str) -> SplitResult:
    try:
        parts = urlsplit(address.strip())
        if parts.scheme in _SCHEMES and parts.hostname:
            return parts
    except ValueError:
        pass
    raise InputError(
        "The address cannot be read; give it whole, such as https://x.com/i/status/123."
    )


def _pieces(fragments: Iterable[str]) -> Iterator[str]:
    """Yield a fragment, and what stands in it after letters, such as the 12 of p12."""
    for fragment in fragments:
        yield fragment
        yield fragment.lstrip("abcdefghijklmnopqrstuvwxyz-_")
