"""Turning the fields of one row into a post, or into the reason why not.

What a row tells wrongly about anything but id, text and time never costs the
post: a count that is no number is None, a language that is no code is None.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from motbild.adapters.sources.dates import ImpossibleDateError, parse_date
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.rejects import make_reject
from motbild.core.records import Engagement, RawPost, Reject
from motbild.core.text import text_digest

TEXT_LIMIT = 100_000
ID_LIMIT = 1_000
MEDIA_LIMIT = 20

# What a text may hold without saying anything: zero-width characters and blank letters.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u2800\u3164"
_SURROGATE = re.compile("[\ud800-\udfff]")
_COUNT = re.compile(r"(\d{1,18})(?:\.0+)?")
_COUNT_LIMIT = 10**18
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?")
# Codes that X and others write for "no language".
_NO_LANGUAGES = frozenset(
    {"und", "zxx", "mis", "mul", "art", "qam", "qct", "qht", "qme", "qst", "un", "nan"}
)
_PLATFORMS = {"twitter": "x", "fb": "facebook", "ig": "instagram", "yt": "youtube"}
_DOMAINS = {
    **{
        f"{name}.com": name
        for name in ("tiktok", "instagram", "facebook", "youtube", "x", "reddit", "snapchat")
    },
    "twitter.com": "x",
    "youtu.be": "youtube",
    "t.me": "telegram",
    "bsky.app": "bluesky",
    "threads.net": "threads",
    "threads.com": "threads",
    "flashback.org": "flashback",
    "linkedin.com": "linkedin",
}
_REDDIT_KIND = re.compile(r"^t[13]_(?=[a-z0-9]+$)")
_HOST = re.compile(r"(?:https?://)?([\w.-]+)(?:[:/?#].*)?", re.DOTALL)


_DIGEST_ID_DIGITS = 20


class BadFieldError(ValueError):
    """A field that costs the row its place among the posts.

    Attributes:
        code: One of the codes in `rejects.REASONS`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_row(row: Mapping[str, object], line: int, mapping: ColumnMapping) -> RawPost | Reject:
    """Turn a row with columns of its own into a post or a reject."""
    return make_post(mapping.pick_fields(row), line, mapping)


def make_post(fields: Mapping[str, object], line: int, mapping: ColumnMapping) -> RawPost | Reject:
    """Turn a row's fields into a post or a reject.

    Args:
        fields: What the row tells, by the names in `mapping.USUAL_COLUMNS`.
        line: 1-based line, row or item number in the file.
        mapping: Tells the default platform and the zone of naive moments.
    """
    try:
        text = _read_text(fields.get("text"))
        if mapping.ids_from_text and fields.get("id") is None:
            native_id = text_digest(text)[:_DIGEST_ID_DIGITS]
        else:
            native_id = _read_id(fields.get("id"))
        return RawPost(
            native_id=native_id,
            text=text,
            platform=_read_platform(fields.get("platform")) or mapping.default_platform,
            line=line,
            posted_at=parse_date(fields.get("posted_at"), mapping.zone),
            author=_read_name(fields.get("author")),
            lang=_read_language(fields.get("lang")),
            url=_read_name(fields.get("url")),
            reply_to=_read_parent(fields.get("reply_to"), native_id),
            engagement=_read_engagement(fields, mapping),
            media=_read_media(fields.get("media")),
        )
    except BadFieldError as error:
        return make_reject(line, error.code)
    except ImpossibleDateError:
        return make_reject(line, "impossible-date")


def platform_of(address: object) -> str | None:
    """Tell the platform that a link or a domain belongs to, or None where it is not known."""
    host = _HOST.fullmatch(address.strip().lower()) if isinstance(address, str) else None
    return _DOMAINS.get(".".join(host[1].split(".")[-2:])) if host else None


def _read_id(value: object) -> str:
    name = _number_as_text(value)
    if name is None or (isinstance(name, str) and not name.strip()):
        raise BadFieldError("missing-id")
    if not isinstance(name, str):
        raise BadFieldError("id-not-a-string")
    if len(name) > ID_LIMIT:
        raise BadFieldError("id-too-long")
    return _checked(name.strip())


def _read_text(value: object) -> str:
    if value is None:
        raise BadFieldError("missing-text")
    if not isinstance(value, str):
        raise BadFieldError("text-not-a-string")
    if not value.strip().strip(_INVISIBLE).strip():
        raise BadFieldError("missing-text")
    if len(value) > TEXT_LIMIT:
        raise BadFieldError("text-too-long")
    return _checked(value)


def _read_name(value: object) -> str | None:
    """Read what may be told or not: a name, a link, another post's id."""
    name = _number_as_text(value)
    return _checked(name.strip()) or None if isinstance(name, str) else None


def _read_parent(value: object, native_id: str) -> str | None:
    """Read the id of the answered post, without the kind that Reddit writes before that id only."""
    parent = _read_name(value) or ""
    if not _REDDIT_KIND.match(native_id):
        parent = _REDDIT_KIND.sub("", parent)
    return None if parent in ("", native_id) else parent


def _read_platform(value: object) -> str | None:
    name = (_read_name(value) or "").lower().removesuffix("-comments")
    return platform_of(name) or _PLATFORMS.get(name, name) or None


def _read_language(value: object) -> str | None:
    match = _LANGUAGE.fullmatch((_read_name(value) or "").lower())
    return match[1] if match and match[1] not in _NO_LANGUAGES else None


def _read_media(value: object) -> tuple[str, ...]:
    """Read ids or addresses of media: one, several parted by commas, or a list."""
    if isinstance(value, str):
        value = value.removeprefix("[").removesuffix("]").split(",")
    if not isinstance(value, list | tuple):
        return ()
    told = (item.strip(" \t\r\n\"'") for item in value if isinstance(item, str))
    usable = (name for name in told if name and "\0" not in name and not _SURROGATE.search(name))
    return tuple(dict.fromkeys(name for name in usable if len(name) <= ID_LIMIT))[:MEDIA_LIMIT]


def _read_engagement(fields: Mapping[str, object], mapping: ColumnMapping) -> Engagement | None:
    likes, shares, comments, views = (
        _read_count(fields.get(name)) for name in ("likes", "shares", "comments", "views")
    )
    if likes is shares is comments is views is None:
        return None
    return Engagement(
        observed_at=_read_observed(fields.get("observed_at"), mapping),
        like_count=likes,
        share_count=shares,
        comment_count=comments,
        view_count=views,
    )


def _read_observed(value: object, mapping: ColumnMapping) -> datetime | None:
    try:
        return parse_date(value, mapping.zone)
    except ImpossibleDateError:
        return None


def _read_count(value: object) -> int | None:
    """Read a whole number that is not negative and fits 64 bits; anything else is unknown."""
    if type(value) is int:  # as most files tell it
        return value if 0 <= value < _COUNT_LIMIT else None
    text = _number_as_text(value)
    match = _COUNT.fullmatch(text.strip()) if isinstance(text, str) else None
    return int(match[1]) if match and match[1].isascii() else None


def _number_as_text(value: object) -> object:
    """Write whole numbers as digits; leave anything else as it is."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, int) and abs(value) < 10**40:
        return str(value)
    return value


def _checked(text: str) -> str:
    """Return a text that any store can keep."""
    if "\0" in text:
        raise BadFieldError("nul-character")
    if _SURROGATE.search(text):
        raise BadFieldError("lone-surrogate")
    return text
