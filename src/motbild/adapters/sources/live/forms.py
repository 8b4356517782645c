"""What every live source has in common: its settings, its pages and how it is asked.

A live source is asked over the network, page by page. Each page comes with a cursor,
a text in the platform's own terms that says where to go on once the page is stored,
so that a run that is cut short loses nothing and asks for nothing twice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from motbild.adapters.sources.live.patience import Patience
from motbild.core.records import RawPost, Reject


class LiveOptions(BaseModel):
    """What `sources.toml` may say of any live source; each kind adds its own.

    Attributes:
        hourly: Whether the hourly catch-up asks it too, and not the night alone.
        first_days: How far back it is asked the first time.
        overlap_minutes: How far back a run asks again, for what a platform shows late.
        most_posts: Posts that one run takes at most; the next goes on behind them.
        pause_seconds: Least time between two requests.
        timeout_seconds: How long one answer may take.
        most_tries: How often one request is tried before the source counts as failed.
        most_wait_seconds: Longest wait that a platform may ask for before the next try.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    hourly: bool = False
    first_days: int = Field(default=1, ge=0, le=3650)
    overlap_minutes: int = Field(default=15, ge=0, le=1440)
    most_posts: int = Field(default=20_000, ge=1)
    pause_seconds: float = Field(default=1.0, ge=0)
    timeout_seconds: float = Field(default=30.0, gt=0)
    most_tries: int = Field(default=5, ge=1)
    most_wait_seconds: float = Field(default=900.0, ge=0)


@dataclass(frozen=True, slots=True)
class Window:
    """What a live source is asked for.

    Attributes:
        until: Moment of asking; nothing later is wanted.
        cursor: Where an earlier run ended, or None the first time.
        since: Earliest moment wanted, where a span is collected again whatever was
            collected before; such a run has no cursor and leaves none.
    """

    until: datetime
    cursor: str | None = None
    since: datetime | None = None

    def start(self, options: LiveOptions) -> datetime:
        """Return the moment from which to ask where no cursor tells it."""
        return self.since or self.until - timedelta(days=options.first_days)


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer brought.

    Attributes:
        rows: Posts, and items that cannot be posts; lines count from 1 on each page.
        cursor: Where to go on once these are stored; None to leave it as it was.
        remaining: How many more requests the platform grants for now, where it tells.
        warning: What is missing although nothing failed, in one sentence; None as a rule.
    """

    rows: tuple[RawPost | Reject, ...]
    cursor: str | None = None
    remaining: int | None = None
    warning: str | None = None


@dataclass(frozen=True)
class LiveSpec:
    """A live source as `sources.toml` names it.

    Attributes:
        name: Lower-case name, unique in the file.
        kind: One of `LIVE_KINDS`.
        options: Its settings, of the kind's own form.
        secrets_folder: Folder of the home that may hold its credentials.
    """

    name: str
    kind: str
    options: LiveOptions
    secrets_folder: Path = field(default=Path("secrets"))

    @property
    def is_hourly(self) -> bool:
        """Whether the hourly catch-up asks it."""
        return self.options.hourly


Collect = Callable[[LiveSpec, Window, Patience, Mapping[str, str]], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class LiveKind:
    """A kind of live source.

    Attributes:
        name: What it goes by in `sources.toml`.
        title: What it is, for people.
        options: The form of its settings.
        collect: Yields pages, given the source, what is wanted, how to ask politely, and
            its credentials by name; raises `SourceError` where it cannot go on.
        secrets: Names of the credentials that it needs.
        optional_secrets: Names of those that it can do without.
    """

    name: str
    title: str
    options: type[LiveOptions]
    collect: Collect
    secrets: tuple[str, ...] = ()
    optional_secrets: tuple[str, ...] = ()
