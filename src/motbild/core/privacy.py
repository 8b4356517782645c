"""What may be kept of what people write: texts masked, authors and links reduced."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from motbild.core.identifiers import (
    Span,
    find_civic_numbers,
    find_emails,
    find_mentions,
    find_phones,
    find_plates,
    find_streets,
)
from motbild.core.obfuscation import is_invisible, strip_invisible
from motbild.core.topic_stems import TOPIC_STEMS

# In the order in which they win where two of them claim the same characters.
_FINDERS: tuple[tuple[str, Callable[[str], Iterator[Span]]], ...] = (
    ("[e-post]", find_emails),
    ("[personnummer]", find_civic_numbers),
    ("[telefon]", find_phones),
    ("[konto]", find_mentions),
    ("[adress]", find_streets),
    ("[regnummer]", find_plates),
)
# What cannot stand in a text without a digit.
_NUMBERED = frozenset({find_civic_numbers, find_phones, find_streets, find_plates})
_DIGIT = re.compile(r"\d")
PLACEHOLDERS: tuple[str, ...] = tuple(label for label, _ in _FINDERS)
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS)))

_SHORTEST_NAME = 4
_PLAIN_RUN = re.compile(r"[0-9a-hjl-rt-z]+")
# Display names that are words of the subject: masking them would blind the classifier.
_PLAIN_NAMES = (
    "socialen socialtjänsten socialstyrelsen kommunen förskolan skolan barnen sverige svensk mamma"
    " pappa mammor pappor förälder föräldrar familj mother father parent admin anonym anonymous"
    " user konto sanningen"
)
_WORDS_AS_NAMES = frozenset(TOPIC_STEMS) | frozenset(_PLAIN_NAMES.split())

_STOP = r"\s<>\"“”„«»|\\^`"
_TLD = (
    "se|nu|com|org|net|eu|io|me|info|tv|no|dk|fi|de|uk|ly|be|gl|gg|co|app|social|news|online|site"
    "|blog|page|link|live|video|club|xyz|ru|tr|ir|so|sa|ae|eg|sy|iq|us|ca|fr|nl|ch|at|es|it|pl"
)
_LINK = re.compile(
    rf"(?:h(?:tt|xx)ps?|ftp)://[^{_STOP}]+|(?<![\w@.])www\.[^{_STOP}]+"
    rf"|(?<![\w@./-])(?:[\w-]+\.)+(?:{_TLD})(?::\d+)?/[^{_STOP}]*",
    re.IGNORECASE,
)
_CLOSING = ".,;:!?…'’)]}*~،؛؟"  # signs that end a sentence or bracket, and no link
_SCHEME = re.compile(r"^(?:\w+://)?(?:[^/?#]*@)?(?:www\.)*", re.IGNORECASE)
# Where each account has a sub-domain of its own.
_ACCOUNT_HOST = re.compile(
    r"(?<![\w-])[\w-]++\.(bsky\.social|tumblr\.com|substack\.com|wordpress\.com|blogspot\.\w+|blogg\.se"
    r"|medium\.com|github\.io|weebly\.com)"
)
# The part of an address in which well-known platforms name an account.
_ACCOUNT_PATHS = tuple(
    re.compile(rf"^(\w+://(?:[\w-]+\.)*(?:{host})/{before})(?!(?:{reserved})(?:[/?#]|$))[^/?#]+")
    for host, before, reserved in (
        (r"x\.com|twitter\.com", "", "i|hashtag|search|intent|home|share"),
        (r"instagram\.com", "(?:stories/)?", "p|reel|reels|tv|stories|explore"),
        (
            r"facebook\.com",
            "",
            r"groups|watch|share|sharer|reel|photo|events|hashtag|stories|[\w.]+\.php",
        ),
        (r"t\.me|telegram\.me", "(?:s/)?", "s|c|joinchat|share"),
        (r"snapchat\.com", "add/", "-"),
        (r"youtube\.com", "(?:c|user)/", "-"),
        (r"reddit\.com", "(?:u|user)/", "-"),
        (r"bsky\.app", "profile/", "-"),
        (r"linkedin\.com", "in/", "-"),
    )
)


def pseudonym(author: str, key: bytes) -> str:
    """Return an author's pseudonym: HMAC-SHA256 under a secret key, as 64 hex digits.

    Case, outer white space and a leading ``@`` make no difference.
    """
    return hmac.new(key, plain_author(author).encode(), hashlib.sha256).hexdigest()


def plain_author(author: str) -> str:
    """Return an author's name without what makes no difference."""
    name = unicodedata.normalize("NFKC", strip_invisible(author)).casefold()
    return name.strip().lstrip("@")


def mask(text: str, author: str | None = None) -> str:
    """Replace what identifies a person by placeholders of its kind; idempotent.

    Args:
        text: A text as written. Links are left as they are; see `mask_links`.
        author: The author's name or handle, which is masked where it stands in the text.

    Returns:
        The text with `PLACEHOLDERS`, otherwise as written. Digits of any script
        count, and invisible characters hide nothing.
    """
    while True:
        masked = _mask_once(text, author)
        if masked == text:
            return masked
        text = masked


def _mask_once(text: str, author: str | None) -> str:
    plain, places = _plain(text)
    plain = _PLACEHOLDER.sub(_blank, plain)
    if may_hold_link(plain):
        plain = _LINK.sub(_blank, plain)
    has_digit = _DIGIT.search(plain) is not None
    claims = [
        (start, end, rank)
        for rank, (_, find) in enumerate(_FINDERS)
        if has_digit or find not in _NUMBERED
        for start, end in find(plain)
    ]
    claims.extend((*span, PLACEHOLDERS.index("[konto]")) for span in _find_author(plain, author))
    for start, end, rank in reversed(_merge(claims)):
        rest = text[places[end] :] if end < len(places) else ""
        text = text[: places[start]] + PLACEHOLDERS[rank] + rest
    return text


def _blank(found: re.Match[str]) -> str:
    return "\0" * len(found[0])


def _merge(claims: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Unite claims that overlap, under the label of the best rank among them."""
    merged: list[tuple[int, int, int]] = []
    for start, end, rank in sorted(claims):
        if merged and start < merged[-1][1]:
            first, last, best = merged[-1]
            merged[-1] = (first, max(last, end), min(best, rank))
        else:
            merged.append((start, end, rank))
    return merged


def _plain(text: str) -> tuple[str, range | list[int]]:
    """Return a text as finders read it, and where each of its characters stood."""
    if text.isascii():
        return text, range(len(text))
    read = {ord(character): _plain_character(character) for character in set(text)}
    plain = text.translate(read)
    if all(read.values()):
        return plain, range(len(text))
    return plain, [place for place, character in enumerate(text) if read[ord(character)]]


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    """Return one plain character, or none where it cannot be seen or only frames a digit."""
    category = unicodedata.category(character)
    if character == "\u20e3" or is_invisible(character):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in {"Pd", "Zs"} or character == "\u2212":
        return " " if category == "Zs" else "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _find_author(plain: str, author: str | None) -> Iterator[Span]:
    """Yield where the author's name stands as whole words, with ``@`` or genitive s."""
    name = _handle(author)
    if len(name) < _SHORTEST_NAME or name in _WORDS_AS_NAMES:
        return
    if not _may_stand(name, plain):
        return
    words = r"[\s._-]*".join(map(re.escape, re.split(r"[\s._-]+", name)))
    for found in re.finditer(rf"(?<!\w)@?{words}(?=s?(?!\w))", plain, re.IGNORECASE):
        yield found.span()


def _may_stand(name: str, plain: str) -> bool:
    """Tell in one look that a name does not stand in a text, whatever its case.

    Held against the text is the longest run of letters that have no other case than their own
    capital: not i, k and s, which pass for a dotless one, for kelvin and for a long one.
    """
    run = max(_PLAIN_RUN.findall(name), key=len, default="")
    return run in plain.lower()


def _handle(author: str | None) -> str:
    """Return an author's name for comparing: folded, without ``@`` or server."""
    name, _ = _plain(unicodedata.normalize("NFC", author or ""))
    return name.casefold().strip().strip("@._-").partition("@")[0].strip("._- ")


def links(text: str) -> list[str]:
    """Return the links in a text as written, in order, without closing punctuation."""
    if not may_hold_link(text):
        return []
    return [found[0].rstrip(_CLOSING) for found in _LINK.finditer(text)]


def may_hold_link(text: str) -> bool:
    """Tell in one look whether a text may hold a link: each has a slash, or begins ``www.``."""
    return "/" in text or "www." in text.lower()


def reduce_links(text: str) -> str:
    """Reduce each link to its domain in lower case, without ``www.``; idempotent."""
    return _replace_links(text, _domain)


def mask_links(text: str) -> str:
    """Reduce each link to a domain that names no account, such as ``bsky.social``."""
    return _replace_links(text, lambda link: _ACCOUNT_HOST.sub(r"\1", _domain(link)))


def _replace_links(text: str, replace: Callable[[str], str]) -> str:
    def replace_one(found: re.Match[str]) -> str:
        link = found[0].rstrip(_CLOSING)
        return replace(link) + found[0][len(link) :]

    if not may_hold_link(text):
        return text
    while (reduced := _LINK.sub(replace_one, text)) != text:
        text = reduced
    return text


def _domain(link: str) -> str:
    host = _SCHEME.sub("", strip_invisible(link))
    found = re.match(r"[\w.-]*", host)
    return found[0].strip(".-").lower() if found else ""


def public_address(url: str, author: str | None) -> str:
    """Return a post's address without the names of accounts, its author's above all.

    ``x.com/name/status/1`` becomes ``x.com/i/status/1``, which leads to the same
    post; elsewhere the part that names an account becomes ``_``. Sign-in parts
    go; every other part stays.
    """
    address = re.sub(r"^(\w+://)[^/?#]*@", r"\1", url.strip())
    for pattern in _ACCOUNT_PATHS:
        address = pattern.sub(r"\1_", address)
    address = re.sub(
        r"^(\w+://(?:[\w-]+\.)*(?:x|twitter)\.com)/_/status/", r"\1/i/status/", address
    )
    parts = re.split(r"([/?#&=])", address)
    return "".join(_public_part(part, _handle(author)) for part in parts)


def _public_part(part: str, handle: str) -> str:
    name = _handle(unquote(part))
    if unquote(part).startswith("@"):
        return "@_"
    if name and name == handle:
        return "_"
    if handle and part.casefold().startswith(f"{handle}."):
        return "_" + part[len(handle) :]
    return part
