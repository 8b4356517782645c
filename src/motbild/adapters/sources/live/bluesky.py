"""Bluesky's search: the posts that hold some words, in spans of time.

Results come with the newest first, so that a span is read backwards: where a run is cut,
the cursor holds the span and the page in it, and the next run reads that span to its end
before it asks for what came after. Searches take turns, page by page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, cast

from pydantic import Field

from motbild.adapters.sources.live.addresses import HttpsAddress
from motbild.adapters.sources.live.bluesky_items import read_view
from motbild.adapters.sources.live.bluesky_service import BlueskyService, LostPlaceError, Results
from motbild.adapters.sources.live.cursors import form_cursor, parse_cursor
from motbild.adapters.sources.live.forms import LiveKind, LiveOptions, LiveSpec, Page, Window
from motbild.adapters.sources.live.moments import read_moment
from motbild.adapters.sources.live.patience import ChangedError, Patience
from motbild.adapters.sources.native_items import dig
from motbild.core.records import RawPost, Reject

# What searches are told apart by in the cursor holds for every service.
_PLACE = "bluesky"
_MOMENT = timedelta(seconds=1)
_MOMENTS = ("since", "until", "edge", "ceiling", "clock")

Word = Annotated[str, Field(min_length=2, max_length=200)]
LanguageCode = Annotated[str, Field(pattern="^[a-z]{2}$")]


class BlueskyOptions(LiveOptions):
    """Settings of a Bluesky search.

    Attributes:
        queries: What is searched for, each by itself: words, ``"a phrase"``, ``#hashtag``.
        langs: Languages whose posts are wanted, as ISO 639-1 codes; empty for all.
        service: Address of the service that the account belongs to.
    """

    queries: Annotated[tuple[Word, ...], Field(strict=False, min_length=1)]
    langs: Annotated[tuple[LanguageCode, ...], Field(strict=False)] = ()
    service: HttpsAddress = "https://bsky.social"

    @property
    def searches(self) -> dict[str, tuple[str, str | None]]:
        """Each query with each language, by a name for the cursor."""
        if not self.langs:
            return {query: (query, None) for query in self.queries}
        return {f"{q} [{lang}]": (q, lang) for q in self.queries for lang in self.langs}


@dataclass(frozen=True, slots=True)
class _Span:
    """A span of time that is read backwards, and how far that has come.

    Attributes:
        since: Where it begins.
        until: Where it ends; what is at this moment is not in it.
        page: The service's word for the page that comes next; empty for the first.
        edge: Moment of the newest post on the page that was read last; what is after it
            has been read.
        ceiling: Where the pages begin, if not at the end.
        clock: What the service's clock showed when the span was first asked for.
    """

    since: datetime
    until: datetime
    page: str = ""
    edge: datetime | None = None
    ceiling: datetime | None = None
    clock: datetime | None = None

    @property
    def end(self) -> datetime:
        """Up to when it holds everything: no post was there that is not written yet.

        Our clock may be ahead of the service's, and what it has not seen is still to come.
        """
        return min(self.until, self.clock or self.until)

    @property
    def strand(self) -> dict[str, str]:
        """What the cursor says of it while it is not read to its end."""
        told = {name: getattr(self, name) for name in _MOMENTS}
        moments = {name: moment.isoformat() for name, moment in told.items() if moment}
        return {**moments, "page": self.page}

    @property
    def terms(self) -> dict[str, str]:
        """What the service is asked for."""
        return {"since": _written(self.since), "until": _written(self.ceiling or self.until)}

    def behind(self, results: Results) -> "_Span | None":
        """Return what is left of it behind a page, or None where that was the last.

        Raises:
            ChangedError: The page says that it follows on itself.
        """
        if not results.views or not results.next_page:
            return None
        if results.next_page == self.page:
            raise ChangedError("one page follows on itself")
        moments = [moment for moment in map(_sort_moment, results.views) if moment]
        edge = min(max(moments, default=self.until), self.edge or self.until)
        return replace(self, page=results.next_page, edge=edge)

    def narrowed(self) -> "_Span | None":
        """Return it from its edge on, where the service has forgotten the page; or None."""
        if self.edge is None or self.edge + _MOMENT >= (self.ceiling or self.until):
            return None
        return replace(self, page="", edge=None, ceiling=self.edge + _MOMENT)


def collect(
    spec: LiveSpec, window: Window, patience: Patience, credentials: Mapping[str, str]
) -> Iterator[Page]:
    """Yield the pages of a source's searches, a page of each in turn."""
    options = cast(BlueskyOptions, spec.options)
    strands = parse_cursor(window.cursor, _PLACE)
    spans = {name: _first_span(strands.get(name), window, options) for name in options.searches}
    with BlueskyService(options.service, credentials, options.timeout_seconds) as service:
        while spans:
            for name in tuple(spans):
                ask = partial(_fetch, service, options.searches[name], spans[name])
                results, span, left = patience.ask(ask)
                strands[name] = left.strand if left else {"until": span.end.isoformat()}
                if left := left or _next_span(span, window, options):
                    spans[name] = left
                else:
                    del spans[name]
                cursor = form_cursor(_PLACE, strands)
                yield Page(_read_views(results.views, window.until), cursor, results.remaining)


def _fetch(
    service: BlueskyService, search: tuple[str, str | None], span: _Span
) -> tuple[Results, _Span, _Span | None]:
    """Fetch the next page of a span; return it, the span, and what is left of that behind it."""
    query, lang = search
    wanted = {"q": query, "lang": lang}
    try:
        results = service.search({**wanted, **span.terms}, page=span.page)
    except LostPlaceError:
        if (narrowed := span.narrowed()) is None:
            raise ChangedError("it knows its own pages no more") from None
        span = narrowed
        results = service.search({**wanted, **span.terms})
    span = replace(span, clock=span.clock or results.clock)
    return results, span, span.behind(results)


def _first_span(strand: Mapping[str, str] | None, window: Window, options: BlueskyOptions) -> _Span:
    """Return the span that a run begins with: one that was cut short, or what is new."""
    told = strand or {}
    since, until, edge, ceiling, clock = (read_moment(told.get(name)) for name in _MOMENTS)
    if window.since is not None or until is None:
        return _Span(window.start(options), window.until)
    if since is not None:
        return _Span(since, until, told.get("page", ""), edge, ceiling, clock)
    return _Span(until - timedelta(minutes=options.overlap_minutes), window.until)


def _next_span(span: _Span, window: Window, options: BlueskyOptions) -> _Span | None:
    """Return what came after a span that an earlier run had left unread, or None."""
    if span.until >= window.until:
        return None
    return _Span(span.end - timedelta(minutes=options.overlap_minutes), window.until)


def _read_views(views: list[Any], until: datetime) -> tuple[RawPost | Reject, ...]:
    rows = (read_view(view, line, until) for line, view in enumerate(views, start=1))
    return tuple(row for row in rows if row is not None)


def _sort_moment(view: object) -> datetime | None:
    """Return the moment by which results are sorted: the earlier of written and seen."""
    told = (dig(view, "record", "createdAt"), dig(view, "indexedAt"))
    moments = [moment for moment in map(read_moment, told) if moment]
    return min(moments, default=None)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


KIND = LiveKind(
    "bluesky",
    "Bluesky: search for words and hashtags",
    BlueskyOptions,
    collect,
    secrets=("identifier", "password"),
)
