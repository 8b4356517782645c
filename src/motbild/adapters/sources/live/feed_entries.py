"""Reading feeds, whole or damaged, and turning their entries into posts."""

from calendar import timegm
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any, TypeAlias

from motbild.adapters.sources.live.html_text import text_of_html
from motbild.adapters.sources.live.patience import ChangedError
from motbild.adapters.sources.mapping import DEFAULT_MAPPING
from motbild.adapters.sources.rows import make_post
from motbild.core.records import RawPost, Reject

# What feedparser makes of an entry.
Entry: TypeAlias = dict[str, Any]

_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
# Ids that are one of a kind in the whole world; any other is so in its own feed only.
_WORLD_WIDE = ("http://", "https://", "tag:", "urn:")
_MAPPING = replace(DEFAULT_MAPPING, ids_from_text=True, time_zone="UTC")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as far as it can be read.

    Attributes:
        entries: In the feed's order.
        lang: Its language as it tells it, or None.
        is_whole: Whether nothing in it is damaged.
    """

    entries: tuple[Entry, ...]
    lang: str | None
    is_whole: bool


def parse_feed(body: bytes, content_type: str) -> Feed:
    """Parse a feed.

    Args:
        body: Its bytes.
        content_type: Header that came along; may tell the encoding.

    Raises:
        ChangedError: It is none.
    """
    import feedparser
    from feedparser.exceptions import CharacterEncodingOverride, NonXMLContentType

    if b"<!ENTITY" in body:
        raise ChangedError("it declares entities, with which a small feed can grow without bound")
    try:
        parsed = feedparser.parse(
            BytesIO(body),  # bytes alone would be tried as the name of a file
            response_headers={"content-type": content_type},
            resolve_relative_uris=False,
            sanitize_html=False,  # no markup is kept
        )
    except Exception as error:
        # What its own loose reading stumbles over is its matter; here it concerns one feed.
        raise ChangedError(f"it cannot be parsed, {type(error).__name__}") from None
    if not parsed.get("version") and not parsed["entries"]:
        raise ChangedError("it is no feed")
    # A form or encoding that is told wrongly does no harm to what was read.
    harmless = CharacterEncodingOverride | NonXMLContentType
    is_whole = not parsed["bozo"] or isinstance(parsed["bozo_exception"], harmless)
    return Feed(tuple(parsed["entries"]), parsed["feed"].get("language"), is_whole)


def read_entry(
    entry: Entry, feed: Feed, line: int, *, host: str, platform: str
) -> RawPost | Reject:
    """Turn an entry into a post.

    Args:
        entry: From `parse_feed`.
        feed: The feed that it stands in.
        line: Its number there, from 1.
        host: Host of the feed, within which its ids are unique.
        platform: What the platform is called.
    """
    name = entry.get("id") or entry.get("link")
    is_unique = name is None or name.startswith(_WORLD_WIDE)
    fields = {
        "id": name if is_unique else f"{host}/{name}",
        "text": _text(entry),
        "platform": platform,
        "posted_at": _posted_at(entry),
        "author": entry.get("author_detail", {}).get("name") or entry.get("author"),
        "lang": _language(entry, feed),
        "url": entry.get("link"),
        "media": [item.get("href") or item.get("url") for item in _media(entry)],
    }
    return make_post(fields, line, _MAPPING)


def changed_at(entry: Entry) -> datetime | None:
    """Return when an entry's wording was changed last, where it tells that."""
    return _moment(dict.get(entry, "updated_parsed"))


def _text(entry: Entry) -> str:
    """Return title and body; a title that only repeats how the body begins is left out."""
    title = _plain(entry.get("title_detail"))
    bodies = entry.get("content") or [entry.get("summary_detail")]
    body = max((_plain(detail) for detail in bodies), key=len)
    beginning = title.rstrip(" .…")
    return body if body.startswith(beginning) else f"{title}\n\n{body}".strip()


def _plain(detail: Entry | None) -> str:
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    return text_of_html(value) if detail.get("type") in _MARKUP else value.strip()


def _posted_at(entry: Entry) -> object:
    """Return the moment as a date, or as it is written where it cannot be read."""
    # As a plain dictionary: the library's own would answer with another key and a warning.
    for name in ("published", "updated"):
        if moment := _moment(dict.get(entry, f"{name}_parsed")):
            return moment
    return dict.get(entry, "published") or dict.get(entry, "updated")


def _moment(told: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(told), UTC) if isinstance(told, struct_time) else None
    except (ValueError, OverflowError, OSError):
        return None


def _language(entry: Entry, feed: Feed) -> str | None:
    """Return the language told, unless it is English, which software writes unasked."""
    details = [*entry.get("content", []), entry.get("summary_detail"), entry.get("title_detail")]
    told = [detail.get("language") for detail in details if detail]
    language = next((name for name in (*told, feed.lang) if name), None)
    return None if language is None or language.lower().startswith("en") else language


def _media(entry: Entry) -> list[Entry]:
    return [*entry.get("enclosures", []), *entry.get("media_content", [])]
