"""Jetstream: every public post of Bluesky as it is written, of which few are kept.

The stream goes back for as long as its server keeps it, so that a run reads from where the
last one ended up to its own moment. A cursor is a moment in microseconds, which holds on
every server of its kind.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Annotated, cast

from pydantic import Field, model_validator

from motbild.adapters.sources.dates import EPOCH
from motbild.adapters.sources.live.addresses import WssAddress
from motbild.adapters.sources.live.bluesky import LanguageCode, Word
from motbild.adapters.sources.live.bluesky_stream import MICROSECOND, REWIND, Jetstream, PostFilter
from motbild.adapters.sources.live.forms import LiveKind, LiveOptions, LiveSpec, Page, Window
from motbild.adapters.sources.live.patience import Patience


class JetstreamOptions(LiveOptions):
    """Settings of a Jetstream source.

    Attributes:
        words: Beginnings of words; a post is kept where one of them stands in it.
        langs: Languages whose posts are kept, as ISO 639-1 codes; empty for all.
        service: Address of the Jetstream server.
        most_minutes: How long a run reads at most; the next goes on behind it.
    """

    words: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    langs: Annotated[tuple[LanguageCode, ...], Field(strict=False)] = ()
    service: WssAddress = "wss://jetstream.us-east.bsky.network"
    most_minutes: int = Field(default=60, ge=1, le=1440)

    @model_validator(mode="after")
    def _check_filter(self) -> "JetstreamOptions":
        if not self.words and not self.langs:
            raise ValueError("it needs 'words' or 'langs', since the stream is everything")
        return self


def collect(
    spec: LiveSpec, window: Window, patience: Patience, credentials: Mapping[str, str]
) -> Iterator[Page]:
    """Yield what the stream held since the cursor, a page for each stretch of it."""
    del credentials
    options = cast(JetstreamOptions, spec.options)
    wanted = window.since or _parse_cursor(window.cursor)
    start = wanted or window.start(options)
    ends = patience.clock() + options.most_minutes * 60
    is_clamped = False
    kept = PostFilter(options.words, options.langs)
    opened = Jetstream(options.service, kept, start, window.until, options.timeout_seconds)
    with closing(opened) as stream:
        while patience.clock() < ends:
            batch = patience.ask(partial(stream.read_batch, patience.clock))
            is_clamped |= batch.is_clamped
            warning = None
            if is_clamped and wanted and batch.first_moment:
                warning, wanted = _tell_gap(spec.name, wanted, batch.first_moment), None
            yield Page(tuple(batch.rows), _form_cursor(batch.moment), warning=warning)
            if batch.is_last:
                return


def _tell_gap(name: str, wanted: datetime, first: datetime) -> str:
    return (
        f"Source '{name}' was away for longer than its stream goes back: what was posted from "
        f"{wanted:%Y-%m-%d %H:%M} to {first:%Y-%m-%d %H:%M} UTC is missing; ask it each hour "
        "('hourly = true'), and collect that span by a source of kind bluesky."
    )


def _form_cursor(moment: datetime | None) -> str | None:
    return str((moment - EPOCH) // MICROSECOND) if moment else None


def _parse_cursor(cursor: str | None) -> datetime | None:
    """Return the moment to go on from; None where no run of this kind left one."""
    if not cursor or not cursor.isdecimal() or len(cursor) != 16:
        return None
    return EPOCH + int(cursor) * MICROSECOND - REWIND


KIND = LiveKind(
    "bluesky-jetstream",
    "Bluesky: the stream of all posts, of which those with some words are kept",
    JetstreamOptions,
    collect,
)
