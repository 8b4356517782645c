"""A host of feeds that answers as careful ones do: with tags, and 304 where nothing is new."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.data.platforms.server import LoopbackServer, Reply, Request


@dataclass(frozen=True)
class FeedItem:
    """One entry.

    Attributes:
        name: Its id.
        title: Plain text.
        html: Its body.
        posted_at: When it was published; None to tell no time.
        updated_at: When it was changed; None where it was not.
        author: Who wrote it.
        enclosures: Addresses of media.
    """

    name: str
    title: str = ""
    html: str = ""
    posted_at: datetime | None = None
    updated_at: datetime | None = None
    author: str | None = None
    enclosures: tuple[str, ...] = ()


@dataclass
class FeedHost:
    """Serves feeds by path.

    Attributes:
        items: Entries by path of their feed, in the feed's order.
        raw: Bytes that a path gives instead, with their content type.
        moved: Where a path leads instead.
        form: ``rss`` or ``atom``.
        lang: Language that the feeds tell.
    """

    items: dict[str, list[FeedItem]] = field(default_factory=dict)
    raw: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    form: str = "rss"
    lang: str = "sv"

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self._answer)

    def address(self, path: str) -> str:
        """Address of a feed."""
        return f"{self.server.address}{path}"

    def post(self, path: str, *items: FeedItem) -> None:
        """Put entries on top of a feed; one with a known name takes its place."""
        names = {item.name for item in items}
        kept = [item for item in self.items.get(path, []) if item.name not in names]
        self.items[path] = [*items, *kept]

    def edit(self, path: str, name: str, html: str, updated_at: datetime) -> None:
        """Change the wording of an entry."""
        [old] = [item for item in self.items[path] if item.name == name]
        self.post(path, replace(old, html=html, updated_at=updated_at))

    def _answer(self, request: Request) -> Reply:
        if request.path in self.moved:
            return Reply(b"", 301, {"Location": self.moved[request.path]})
        if request.path in self.raw:
            body, content_type = self.raw[request.path]
        elif request.path in self.items:
            body = render(self.items[request.path], self.form, self.lang)
            content_type = f"application/{self.form}+xml; charset=utf-8"
        else:
            return Reply(b"", 404)
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        if request.headers.get("if-none-match") == tag:
            return Reply(b"", 304, {"ETag": tag})
        return Reply(body, headers={"ETag": tag, "Content-Type": content_type})


def render(items: list[FeedItem], form: str, lang: str) -> bytes:
    """Write a feed as RSS 2.0 or as Atom."""
    if form == "rss":
        inner = "".join(map(_rss_item, items))
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Flödet</title>'
            f"<language>{lang}</language>{inner}</channel></rss>"
        ).encode()
    inner = "".join(map(_atom_entry, items))
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{lang}"><title>Flödet</title>{inner}</feed>'
    ).encode()


def _rss_item(item: FeedItem) -> str:
    return "".join(
        (
            f'<item><guid isPermaLink="false">{escape(item.name)}</guid>',
            f"<link>https://blogg.exempel.se/{escape(item.name)}</link>",
            f"<title>{escape(item.title)}</title>" if item.title else "",
            f"<description>{escape(item.html)}</description>",
            f"<pubDate>{format_datetime(item.posted_at)}</pubDate>" if item.posted_at else "",
            f"<dc:creator>{escape(item.author)}</dc:creator>" if item.author else "",
            *(f'<enclosure url="{escape(a)}" type="audio/mpeg"/>' for a in item.enclosures),
            "</item>",
        )
    )


def _atom_entry(item: FeedItem) -> str:
    moments = {"published": item.posted_at, "updated": item.updated_at or item.posted_at}
    return "".join(
        (
            f"<entry><id>{escape(item.name)}</id><title>{escape(item.title)}</title>",
            f'<link href="https://blogg.exempel.se/{escape(item.name)}"/>',
            *(f"<{key}>{at.isoformat()}</{key}>" for key, at in moments.items() if at),
            f"<author><name>{escape(item.author)}</name></author>" if item.author else "",
            f'<content type="html">{escape(item.html)}</content></entry>',
        )
    )
