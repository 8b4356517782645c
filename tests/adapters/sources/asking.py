"""Asking a live source in tests, with waits that cost no time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motbild.adapters.sources import LIVE_KINDS, LiveSpec, Page, Window
from motbild.adapters.sources.live.patience import Patience
from motbild.core.records import RawPost, Reject

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@dataclass
class Asker:
    """Asks one source again and again, each time behind the last page.

    Attributes:
        kind: Name of its kind.
        settings: Its options.
        credentials: By name.
        cursor: Where it stands.
        waits: Seconds that were waited for.
    """

    kind: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str] = field(default_factory=dict)
    cursor: str | None = None
    waits: list[float] = field(default_factory=list)

    def pages(self, until: datetime = NOW, since: datetime | None = None) -> Iterator[Page]:
        """Yield pages; each moves the cursor when the next is asked for."""
        kind = LIVE_KINDS[self.kind]
        options = kind.options(**{"pause_seconds": 0.0, **self.settings})
        patience = Patience(
            "prov",
            pause_seconds=0.0,
            most_tries=options.most_tries,
            most_wait_seconds=options.most_wait_seconds,
            sleep=self.waits.append,
            jitter=lambda: 0.0,
        )
        window = Window(until, None if since else self.cursor, since)
        spec = LiveSpec("prov", self.kind, options, Path())
        for page in kind.collect(spec, window, patience, self.credentials):
            yield page
            if since is None:
                self.cursor = page.cursor or self.cursor

    def rows(self, until: datetime = NOW, since: datetime | None = None) -> list[RawPost | Reject]:
        """Return all rows."""
        return [row for page in self.pages(until, since) for row in page.rows]

    def texts(self, until: datetime = NOW, since: datetime | None = None) -> list[str]:
        """Return what the posts say."""
        return [row.text for row in self.rows(until, since) if isinstance(row, RawPost)]
