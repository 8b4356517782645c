"""Asking a live source in tests: no wait is real, and all of them are kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from motbild.adapters.sources import LIVE_KINDS, LiveSpec, Page, Window
from motbild.adapters.sources.live.patience import Patience
from motbild.core.records import RawPost, Reject

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Asking:
    """One source and how it is asked.

    Attributes:
        kind: Kind of the source.
        settings: What `sources.toml` says of it.
        credentials: By name.
        waits: Seconds that were waited, one by one.
    """

    kind: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    clock: Callable[[], float] = field(default=lambda: 0.0)

    def pages(self, cursor: str | None = None, **window: Any) -> Iterator[Page]:
        """Yield the pages that follow a cursor."""
        kind = LIVE_KINDS[self.kind]
        options = kind.options(**{"pause_seconds": 0.0, "timeout_seconds": 5.0, **self.settings})
        patience = Patience(
            "källa",
            pause_seconds=options.pause_seconds,
            most_tries=options.most_tries,
            most_wait_seconds=options.most_wait_seconds,
            sleep=self.waits.append,
            clock=self.clock,
            jitter=lambda: 0.0,
        )
        spec = LiveSpec("källa", self.kind, options)
        wanted = Window(**{"until": NOW, "cursor": cursor, **window})
        return kind.collect(spec, wanted, patience, self.credentials)

    def rows(self, cursor: str | None = None, **window: Any) -> list[RawPost | Reject]:
        """Return all that the pages hold."""
        return [row for page in self.pages(cursor, **window) for row in page.rows]

    def posts(self, cursor: str | None = None, **window: Any) -> list[RawPost]:
        """Return the posts that the pages hold."""
        return [row for row in self.rows(cursor, **window) if isinstance(row, RawPost)]


@dataclass
class Follower:
    """Asks one source again and again, each time behind the last page that was taken.

    Attributes:
        kind: Kind of the source.
        settings: What `sources.toml` says of it.
        credentials: By name.
        cursor: Where it stands.
        waits: Seconds that were waited, one by one.
    """

    kind: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str] = field(default_factory=dict)
    cursor: str | None = None
    waits: list[float] = field(default_factory=list)

    def pages(self, until: datetime = NOW, since: datetime | None = None) -> Iterator[Page]:
        """Yield pages; each moves the cursor when the next is asked for."""
        asking = Asking(self.kind, self.settings, self.credentials, self.waits)
        cursor = None if since else self.cursor
        for page in asking.pages(cursor, until=until, since=since):
            yield page
            if since is None:
                self.cursor = page.cursor or self.cursor

    def rows(self, until: datetime = NOW, since: datetime | None = None) -> list[RawPost | Reject]:
        """Return all that the pages hold."""
        return [row for page in self.pages(until, since) for row in page.rows]

    def texts(self, until: datetime = NOW, since: datetime | None = None) -> list[str]:
        """Return what the posts say."""
        return [row.text for row in self.rows(until, since) if isinstance(row, RawPost)]
