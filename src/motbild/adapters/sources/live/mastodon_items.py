"""What Mastodon's servers send, and others that speak its language, as posts.

Source: the entity `Status` in the documentation of Mastodon's API.
"""

from collections.abc import Iterable
from datetime import datetime

from motbild.adapters.sources.live.html_text import text_of_html
from motbild.adapters.sources.live.moments import trust_moment
from motbild.adapters.sources.mapping import DEFAULT_MAPPING
from motbild.adapters.sources.native_items import Native, dig, first
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.rows import make_post
from motbild.core.records import RawPost, Reject

_PUBLIC = ("public", "unlisted")


def read_statuses(items: Iterable[object], host: str, until: datetime) -> list[RawPost | Reject]:
    """Return the posts on a page, oldest as they stand; what is none is passed over.

    Boosts are reach and no posts of their own; what has no words, or is not for everyone,
    is none either.

    Args:
        items: The page's items.
        host: Name of the server, in whose terms its ids stand.
        until: Moment of asking.
    """
    rows: list[RawPost | Reject] = []
    for item in items:
        row = _read_status(item, len(rows) + 1, host, until)
        if row is not None:
            rows.append(row)
    return rows


def _read_status(item: object, line: int, host: str, until: datetime) -> RawPost | Reject | None:
    if not isinstance(item, dict):
        return make_reject(line, "unknown-form")
    if isinstance(item.get("reblog"), dict) or item.get("visibility", "public") not in _PUBLIC:
        return None
    content = item.get("content")
    if not isinstance(content, str) or not isinstance(item.get("account"), dict):
        return make_reject(line, "unknown-form")
    text = _read_text(item, content)
    if not text:
        return None
    fields = {
        "id": _global_id(item.get("id"), host),
        "text": text,
        "platform": "mastodon",
        "posted_at": trust_moment(item.get("created_at"), until),
        "author": _account_name(dig(item, "account", "acct"), host),
        "lang": item.get("language"),
        "url": first(item.get("url"), item.get("uri")),
        "reply_to": _global_id(item.get("in_reply_to_id"), host),
        "likes": item.get("favourites_count"),
        "shares": item.get("reblogs_count"),
        "comments": item.get("replies_count"),
        "media": _read_media(item.get("media_attachments")),
    }
    return make_post(fields, line, DEFAULT_MAPPING)


def _read_text(item: Native, content: str) -> str:
    """Join what a post warns of, what it says, and what it lets people vote on."""
    warning, options = item.get("spoiler_text"), dig(item, "poll", "options")
    parts = [warning.strip() if isinstance(warning, str) else "", text_of_html(content)]
    if isinstance(options, list):
        titles = (dig(option, "title") for option in options)
        parts.append("\n".join(f"- {title}" for title in titles if isinstance(title, str)))
    return "\n\n".join(part for part in parts if part)


def _global_id(local_id: object, host: str) -> object:
    """Return an id that is unique beyond its server, which numbers its posts itself."""
    if isinstance(local_id, int) and not isinstance(local_id, bool):
        local_id = str(local_id)
    return f"{host}/{local_id}" if isinstance(local_id, str) and local_id.strip() else local_id


def _account_name(told: object, host: str) -> object:
    """Return an account with its server, which is left out for the server's own."""
    if not isinstance(told, str) or not told or "@" in told:
        return told
    return f"{told}@{host}"


def _read_media(told: object) -> list[object]:
    """Return the addresses of media where they first stood, the same on every server."""
    if not isinstance(told, list):
        return []
    return [first(dig(item, "remote_url"), dig(item, "url")) for item in told]
