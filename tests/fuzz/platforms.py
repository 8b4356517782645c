"""Parsers of what platforms and feeds answer."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from motbild.adapters.sources.live import answers, cursors
from motbild.adapters.sources.live.bluesky_items import read_view
from motbild.adapters.sources.live.bluesky_stream import (
    Batch,
    Jetstream,
    PostFilter,
    _BrokenError,
)
from motbild.adapters.sources.live.feed_entries import changed_at, parse_feed, read_entry
from motbild.adapters.sources.live.html_text import text_of_html
from motbild.adapters.sources.live.mastodon_items import read_statuses
from motbild.adapters.sources.live.patience import ChangedError, RefusedError, UnavailableError
from motbild.adapters.sources.live.web import Answer
from motbild.adapters.sources.live.youtube import api
from motbild.adapters.sources.live.youtube.rows import read_threads
from motbild.errors import MotbildError
from tests.data.platforms.bluesky import make_view
from tests.data.platforms.feeds import FeedItem, render
from tests.data.platforms.mastodon import make_status
from tests.fuzz.parser import Parser, whole_text

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# What `Patience` turns into a sentence for people.
_REFUSALS = (MotbildError, ChangedError, RefusedError, UnavailableError)
_STREAM = (*_REFUSALS, _BrokenError)


def _bluesky(data: bytes) -> None:
    told = answers.parse_json(data)
    posts = told.get("posts") if isinstance(told, dict) else None
    for line, view in enumerate(posts if isinstance(posts, list) else [told], start=1):
        read_view(view, line, NOW)


def _bluesky_seeds() -> list[bytes]:
    link = {"index": {"byteStart": 0, "byteEnd": 3}, "features": [{"uri": "https://a.example/"}]}
    parts: dict[str, Any] = {
        "facets": [link],
        "langs": ["sv"],
        "reply": {"parent": {"uri": "at://did:plc:a/app.bsky.feed.post/3k"}},
        "embed": {
            "images": [{"image": {"ref": {"$link": "baf"}}}],
            "external": {"uri": "https://b.example"},
        },
    }
    views = [make_view(1, "hej på er", NOW, **parts), make_view(2, "nej", NOW)]
    return [json.dumps({"posts": views, "cursor": "2"}, ensure_ascii=False).encode()]


def _jetstream(data: bytes) -> None:
    stream = Jetstream(
        "wss://a.example", PostFilter(("kidnapp",), ("sv",)), NOW - timedelta(days=1), NOW, 5.0
    )
    batch = Batch()
    for frame in data.split(b"\n"):
        stream._take(frame, batch)


def _jetstream_seeds() -> list[bytes]:
    method = "network.bsky.jetstream.subscribeEvents"
    payload = {
        "$type": f"{method}#commit",
        "operation": "create",
        "witnessedAt": "2026-11-20T10:00:00Z",
        "did": "did:plc:a",
        "rkey": "3k",
        "rev": "1",
        "record": {"text": "de kidnappar", "langs": ["sv"], "createdAt": "2026-11-20T10:00:00Z"},
    }
    told = [{"$type": "message", "payload": payload}, {"payload": {"$type": f"{method}#info"}}]
    return ["\n".join(map(json.dumps, told)).encode()]


def _mastodon(data: bytes) -> None:
    told = answers.parse_json(data)
    read_statuses(told if isinstance(told, list) else [told], "a.example", NOW)


def _mastodon_seeds() -> list[bytes]:
    status = {
        **make_status("1", "<p>hej på <a href='https://a.example'>er</a></p>", NOW),
        "media_attachments": [{"url": "https://a.example/b", "remote_url": None}],
        "poll": {"options": [{"title": "ja"}]},
    }
    return [json.dumps([status, make_status("2", "nej", NOW)], ensure_ascii=False).encode()]


def _feed(data: bytes) -> None:
    feed = parse_feed(data, "application/xml")
    for line, entry in enumerate(feed.entries[:20], start=1):
        read_entry(entry, feed, line, host="a.example", platform="rss")
        changed_at(entry)


def _feed_seeds() -> list[bytes]:
    item = FeedItem("1", "Rubrik", "<p>Text</p>", NOW, NOW, "Asta", ("https://a.example/b.jpg",))
    return [render([item], form, "sv") for form in ("rss", "atom")]


def _youtube(data: bytes) -> None:
    answer = Answer("https://a.example", 200, {}, data)
    told = api._read_object(answer)
    api._reasons(told)
    listing = api._read_listing(told)
    for thread in read_threads(listing.items, "video"):
        for comment in thread.comments:
            comment.is_within(NOW, NOW)


def _youtube_seeds() -> list[bytes]:
    snippet = {
        "textDisplay": "hej",
        "authorDisplayName": "@asta",
        "publishedAt": "2026-11-20T10:00:00Z",
        "updatedAt": "2026-11-20T10:00:00Z",
        "likeCount": 1,
        "parentId": "p",
    }
    comment = {"id": "c", "snippet": snippet}
    thread = {
        "id": "c",
        "snippet": {"topLevelComment": comment, "totalReplyCount": 1},
        "replies": {"comments": [comment]},
    }
    error = {"error": {"errors": [{"reason": "quotaExceeded"}], "details": [{"reason": "x"}]}}
    page = {"items": [thread], "nextPageToken": "t", "pageInfo": {"totalResults": 1}}
    return [json.dumps(page).encode(), json.dumps(error).encode()]


def _headers(data: bytes) -> None:
    lines = (line.partition(":") for line in whole_text(data).split("\n"))
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    answers.read_wait(headers)
    answers.read_remaining(headers)
    answers.check_status(429, headers)


_HEADERS = (
    b"retry-after: 120\ndate: Fri, 20 Nov 2026 12:00:00 GMT\nratelimit-remaining: 3",
    b"retry-after: Fri, 20 Nov 2026 12:00:00 GMT\nx-ratelimit-remaining: 0",
    b"ratelimit-reset: 1790000000\nx-ratelimit-reset: 2026-11-20T12:00:00Z",
)


@cache
def _places() -> tuple[str, ...]:
    return ("a.example", "b.example")


def _cursor(data: bytes) -> None:
    for place in _places():
        told = cursors.parse_cursor(whole_text(data), place)
        cursors.form_cursor(place, told)


_HTML = (b"<p>", b"</p>", b"<a href='", b"<script>", b"<!--", b"-->", b"<svg", b"&#", b"&amp;")

PARSERS = (
    Parser("bluesky", _bluesky, _bluesky_seeds, (b'"record"', b'"at://'), 1.5, _REFUSALS),
    Parser("jetstream", _jetstream, _jetstream_seeds, (b'"payload"',), 1.5, _STREAM),
    Parser("mastodon", _mastodon, _mastodon_seeds, _HTML, 1.5, _REFUSALS),
    Parser("feed", _feed, _feed_seeds, (*_HTML, b"<item>", b"<![CDATA[", b"<?xml"), 0.3, _REFUSALS),
    Parser("youtube", _youtube, _youtube_seeds, (b'"snippet"', b'"items"'), 1.5, _REFUSALS),
    Parser("headers", _headers, lambda: _HEADERS, (b"GMT", b"date:", b"-1"), 1.5, _REFUSALS),
    Parser(
        "cursor",
        _cursor,
        lambda: [cursors.form_cursor("a.example", {"a": {"b": "c"}}).encode()],
        (b'"strands"', b'"place"'),
        1.5,
    ),
    Parser(
        "html",
        lambda data: text_of_html(whole_text(data)),
        lambda: [b"<p>Ett &amp; <a href='https://a.example'>tv\xc3\xa5</a><br>tre</p>"],
        _HTML,
        1.5,
    ),
)
