"""What posts share besides their words: links and media, known by keyed digests.

That two posts carry one link or one film says that a message is spread; which it is need
not be kept for that, and an address may lead to a person.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from motbild.core.privacy import links, mask_links
from motbild.core.records import RawPost

# What platforms and mailings append to tell who shared a link; it leads to the same page.
_TRACKING = re.compile(
    r"utm_\w+|mc_\w+|fb_?\w*clid|[gdy]clid|msclkid|twclid|ttclid|igshid?|mibextid|rdid"
    r"|share_?(?:id|app_?id|token|source|link)?|sh|si|feature|ref|ref_?src|ref_?url|source|src|_[rt]"
    r"|is_from_webapp|sender_device|_hs\w+",
    re.IGNORECASE,
)
# Where single letters tell who shared and when.
_X_TRACKING = frozenset({"s", "t"})
_MOBILE = re.compile(r"^(?:www|m|mobile|amp|l|lm)\.")
_SHORT_VIDEO = re.compile(r"^/(?:shorts/|embed/|live/)?([\w-]{11})$")
_SCHEME = re.compile(r"^\w+://")


@dataclass(frozen=True, slots=True)
class Signal:
    """One link or medium of a post.

    Attributes:
        kind: ``link`` or ``media``.
        digest: HMAC-SHA256 of what it is, hex.
        domain: Domain of a link without what names an account; None for media.
    """

    kind: str
    digest: str
    domain: str | None


def find_signals(post: RawPost, key: bytes) -> list[Signal]:
    """Return the links in a post's text and its media, each once, sorted.

    Args:
        post: As its source gave it.
        key: Secret key of the pseudonyms.
    """
    return sorted(set(_signals(post, key)), key=lambda signal: (signal.kind, signal.digest))


def canonical_link(address: str) -> str:
    """Return one form for all addresses that lead to one page; idempotent.

    Scheme, ``www.`` and its like, fragment, order of parameters and those that only tell who
    shared it make no difference.
    """
    try:
        parts = urlsplit("https://" + _SCHEME.sub("", address.strip()))
        host = (parts.hostname or "").rstrip(".")
    except ValueError:  # brackets as of an address of IPv6 that is none
        return address.strip()
    host = _MOBILE.sub("", host)
    path = parts.path.strip().rstrip("/")
    if host in ("youtu.be", "youtube.com") and (video := _SHORT_VIDEO.match(path)):
        host, path, query = "youtube.com", "/watch", [("v", video[1])]
    else:
        query = [pair for pair in parse_qsl(parts.query) if not _is_tracking(host, pair[0])]
    return f"{host}{path}" + (f"?{urlencode(sorted(query))}" if query else "")


def _signals(post: RawPost, key: bytes) -> Iterator[Signal]:
    for link in links(post.text):
        yield Signal("link", _digest(canonical_link(link), key), mask_links(link))
    for name in post.media:
        is_address = _SCHEME.match(name)
        yield Signal("media", _digest(canonical_link(name) if is_address else name, key), None)


def _is_tracking(host: str, name: str) -> bool:
    if host in ("x.com", "twitter.com", "youtube.com") and name in _X_TRACKING:
        return True
    return _TRACKING.fullmatch(name) is not None


def _digest(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
