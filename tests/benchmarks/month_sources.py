"""Where a simulated month is read from: two servers that are asked, and two folders of exports."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.month_posts import MonthPost, Plan
from tests.data.platforms.feeds import FeedHost, FeedItem
from tests.data.platforms.mastodon import MastodonServer
from tests.data.platforms.server import Reply, Request

_FEED = "/flode.xml"
_FEED_LENGTH = 60  # entries that a feed shows
_PLATFORMS = {"forum": "flashback", "x": "x"}
_CHANGED_DAYS = 2  # that the platform answers in another form, until its clients are mended


class ChangingMastodon(MastodonServer):
    """A server that for some days calls the text of its posts something else."""

    has_changed = False

    def _timeline(self, request: Request) -> Reply:
        reply = super()._timeline(request)
        if not self.has_changed or not isinstance(reply.content, list):
            return reply
        changed = [_renamed(status, "content", "body_html") for status in reply.content]
        return Reply(changed, reply.status, reply.headers)


class MonthSources:
    """Shows the posts of a month as their time comes, and breaks as planned.

    Attributes:
        shown: Platform and native id of what has been shown, by source.
    """

    def __init__(self, folder: Path, mastodon: ChangingMastodon, feeds: FeedHost) -> None:
        self.shown: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self._folder = folder
        self._mastodon = mastodon
        self._feeds = feeds

    def write_settings(self, home: Path) -> None:
        """Name the four sources in a home's `sources.toml`."""
        home.mkdir(parents=True, exist_ok=True)
        polite = "pause_seconds = 0.0\nmost_tries = 2\nmost_wait_seconds = 1.0"
        (home / "sources.toml").write_text(
            f'[[sources]]\nname = "mastodon"\nkind = "mastodon"\n'
            f'server = "{self._mastodon.address}"\ntimeline = "public"\n{polite}\n\n'
            f'[[sources]]\nname = "flode"\nkind = "feed"\n'
            f'addresses = ["{self._feeds.address(_FEED)}"]\n{polite}\n\n'
            + "\n".join(
                f'[[sources]]\nname = "{name}"\npath = "{self._folder / name}"\n'
                f'platform = "{platform}"\n'
                for name, platform in _PLATFORMS.items()
            ),
            encoding="utf-8",
        )

    def show(self, day: int, posts: Iterable[MonthPost], plan: Plan) -> None:
        """Show the posts of a day, in the state that the sources are in that day."""
        by_source: defaultdict[str, list[MonthPost]] = defaultdict(list)
        for post in posts:
            by_source[post.source].append(post)
        for name in _PLATFORMS:
            self._export(name, day, by_source[name])
        for post in by_source["mastodon"]:
            self._toot(post)
        if day < plan.dead_source:
            self._publish(by_source["flode"])
        else:
            self._feeds.server.failures.extend([Reply({}, 503)] * 10)
        self._mastodon.has_changed = 0 <= day - plan.schema_change < _CHANGED_DAYS

    def _export(self, name: str, day: int, posts: list[MonthPost]) -> None:
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        rows = [
            {
                "id": str(post.number),
                "text": post.text,
                "created_at": post.posted_at.isoformat(),
                "author": post.account,
                "lang": post.lang,
                "media": [post.media] if post.media else None,
            }
            for post in posts
        ]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"dag-{day:02}.jsonl").write_text(lines, encoding="utf-8")
        self.shown[name] |= {(_PLATFORMS[name], str(post.number)) for post in posts}

    def _toot(self, post: MonthPost) -> None:
        fields: dict[str, Any] = {
            "language": post.lang,
            "account": {"id": post.account, "acct": post.account, "username": post.account},
            "content": f"<p>{escape(post.text)}</p>",
        }
        if post.media:
            address = f"https://media.exempel.se/{post.media}.jpg"
            fields["media_attachments"] = [
                {"id": "1", "type": "image", "url": address, "remote_url": address}
            ]
        number = self._mastodon.add(post.text, post.posted_at.astimezone(UTC), **fields)
        host = urlsplit(self._mastodon.address).netloc
        self.shown["mastodon"].add(("mastodon", f"{host}/{number}"))

    def _publish(self, posts: list[MonthPost]) -> None:
        items = [
            FeedItem(f"inlagg-{p.number}", html=escape(p.text), posted_at=p.posted_at)
            for p in posts
        ]
        self._feeds.post(_FEED, *reversed(items))
        del self._feeds.items[_FEED][_FEED_LENGTH:]
        host = urlsplit(self._feeds.server.address).hostname
        self.shown["flode"] |= {("rss", f"{host}/{item.name}") for item in items}


@contextmanager
def month_sources(folder: Path) -> Iterator[MonthSources]:
    """Run the servers for as long as the block."""
    feeds = FeedHost()
    with ChangingMastodon() as mastodon, feeds.server:
        yield MonthSources(folder, mastodon, feeds)


def _renamed(status: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if name == old else name): value for name, value in status.items()}
