"""Mastodon, and servers that speak its language: public timelines and hashtags.

Each timeline is read from the oldest post that is wanted to the newest, so that the
newest id that was stored says where to go on. They take turns, page by page, so that a
busy one does not starve the others.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from motbild.adapters.sources.live.addresses import HttpsAddress
from motbild.adapters.sources.live.answers import (
    check_status,
    parse_json,
    read_remaining,
    user_agent,
)
from motbild.adapters.sources.live.cursors import form_cursor, parse_cursor
from motbild.adapters.sources.live.forms import LiveKind, LiveOptions, LiveSpec, Page, Window
from motbild.adapters.sources.live.mastodon_items import read_statuses
from motbild.adapters.sources.live.moments import read_moment
from motbild.adapters.sources.live.patience import ChangedError, Patience, UnavailableError
from motbild.core.records import RawPost, Reject

# The most that a server gives on one page.
_PAGE_LENGTH = 40
# Of one answer, unpacked.
_MOST_BYTES = 1 << 25
# An id holds the milliseconds since 1970 above these bits.
_SEQUENCE_BITS = 16


def _check_hashtag(told: str) -> str:
    name = told.removeprefix("#")
    if not re.fullmatch(r"\w+", name):
        raise ValueError("a hashtag is letters, digits and _ without blanks")
    return name


class MastodonOptions(LiveOptions):
    """Settings of a Mastodon source.

    Attributes:
        server: Address of the server that is asked.
        hashtags: Hashtags whose posts are wanted, with or without ``#``.
        timeline: Whose posts are wanted whatever their hashtags: those of the server
            itself (``local``), or all that it knows (``public``).
    """

    server: HttpsAddress
    hashtags: Annotated[
        tuple[Annotated[str, AfterValidator(_check_hashtag)], ...], Field(strict=False)
    ] = ()
    timeline: Literal["public", "local"] | None = None

    @model_validator(mode="after")
    def _check_timelines(self) -> "MastodonOptions":
        if not self.hashtags and self.timeline is None:
            raise ValueError("it needs 'hashtags', or a 'timeline'")
        return self

    @property
    def host(self) -> str:
        """Name of the server."""
        return urlsplit(self.server).netloc.lower()

    @property
    def timelines(self) -> list[str]:
        """Names of the timelines in the API's own terms."""
        named = [f"tag/{name}" for name in self.hashtags]
        return [*dict.fromkeys(named), *([self.timeline] if self.timeline else [])]


@dataclass(frozen=True, slots=True)
class _Found:
    """One page of a timeline, as it came.

    Attributes:
        items: Its items.
        rows: Those of them that are posts, or were to be.
        remaining: Requests that the server grants for now.
    """

    items: list[Any]
    rows: list[RawPost | Reject]
    remaining: int | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer as it came.

    Attributes:
        status: HTTP status.
        headers: By lower-case name.
        body: Unpacked.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Server:
    """A server, asked by its own client library; the raw answers are kept aside.

    The library turns items into objects of its own, which takes a hundred times as long as
    to read them and loses what it does not know; it is given an empty list instead.
    """

    def __init__(self, options: MastodonOptions, token: str | None) -> None:
        import mastodon.errors
        import requests

        self._options = options
        self._answer: _Answer | None = None
        self._no_answer = mastodon.errors.MastodonNetworkError
        self._session = requests.Session()
        self._session.hooks["response"].append(self._keep)
        self._client = _open_client(options, token, self._session)

    def fetch(self, timeline: str, min_id: object, window: Window) -> _Found:
        """Fetch the page of a timeline that follows an id or a moment."""
        answer = self._ask(timeline, min_id, window.until if window.since else None)
        check_status(answer.status, answer.headers)
        items = parse_json(answer.body)
        if not isinstance(items, list):
            raise ChangedError("a timeline is no list")
        rows = read_statuses(items, self._options.host, window.until)
        return _Found(items, rows, read_remaining(answer.headers))

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def _ask(self, timeline: str, min_id: object, max_id: datetime | None) -> _Answer:
        self._answer = None
        try:
            self._client.timeline(timeline, min_id=min_id, max_id=max_id, limit=_PAGE_LENGTH)
        except self._no_answer:
            self._answer = None
        if self._answer is None:
            raise UnavailableError("no whole answer came")
        return self._answer

    def _keep(self, response: Any, **_: object) -> Any:  # noqa: ANN401
        """Keep an answer that came whole, and hand on a list of nothing."""
        import requests

        if response.is_redirect:
            return response
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = _read_body(response, time.monotonic() + self._options.timeout_seconds)
        self._answer = _Answer(response.status_code, headers, body)
        nothing = requests.Response()
        nothing.status_code, nothing.url = 200, response.url
        nothing.raw = BytesIO(b"[]")
        return nothing


def _read_body(response: Any, deadline: float) -> bytes:  # noqa: ANN401
    """Read an answer; what the library makes of the error is that there was none."""
    body = bytearray()
    for chunk in response.iter_content(1 << 16):
        body += chunk
        if len(body) > _MOST_BYTES or time.monotonic() > deadline:
            raise ValueError("too large, or too slow")
    return bytes(body)


def _open_client(options: MastodonOptions, token: str | None, session: Any) -> Any:  # noqa: ANN401
    import mastodon

    opened: Any = mastodon.Mastodon(
        api_base_url=options.server,
        access_token=token,
        ratelimit_method="throw",
        request_timeout=options.timeout_seconds,
        session=session,
        user_agent=user_agent(),
    )
    # It would ask the server first what it offers; the answer itself says that as well.
    opened.timeline_is_available = lambda *_, **__: True
    return opened


def collect(
    spec: LiveSpec, window: Window, patience: Patience, credentials: Mapping[str, str]
) -> Iterator[Page]:
    """Yield the pages of a source's timelines, a page of each in turn."""
    options = cast(MastodonOptions, spec.options)
    strands = parse_cursor(window.cursor, options.server)
    places: dict[str, object] = {
        name: _start(strands.get(name, {}).get("newest"), window, options)
        for name in options.timelines
    }
    with closing(_Server(options, credentials.get("token"))) as server:
        while places:
            for name, place in tuple(places.items()):
                found = patience.ask(partial(server.fetch, name, place, window))
                newest = _newest_id(found.items)
                if newest is not None:
                    strands[name] = {"newest": newest}
                if newest in (None, place) or _is_past(found.items, window.until):
                    del places[name]
                else:
                    places[name] = newest
                cursor = form_cursor(options.server, strands)
                yield Page(tuple(found.rows), cursor, found.remaining)


def _start(newest: str | None, window: Window, options: MastodonOptions) -> object:
    """Return behind which id to begin, or behind which moment.

    A post of another server bears an id by when it was written and arrives later, so that
    what is new may stand before the newest id.
    """
    if newest is None:
        return window.start(options)
    if not newest.isdigit():
        return newest
    overlap = timedelta(minutes=options.overlap_minutes) // timedelta(milliseconds=1)
    return str(max(int(newest) - (overlap << _SEQUENCE_BITS), 0))


def _newest_id(items: list[Any]) -> str | None:
    """Return the greatest id on a page; ids grow in length and then as texts."""
    ids = [item["id"] for item in items if isinstance(item, dict) and "id" in item]
    told = [name for name in ids if isinstance(name, str) and name]
    return max(told, key=lambda name: (len(name), name), default=None)


def _is_past(items: list[Any], until: datetime) -> bool:
    """Tell whether a page lies beyond the moment of asking, as busy timelines always have one.

    One post may bear a moment in the future by mistake; a whole page does not.
    """
    told = (item.get("created_at") for item in items if isinstance(item, dict))
    moments = [moment for moment in map(read_moment, told) if moment]
    return bool(moments) and min(moments) >= until


KIND = LiveKind(
    "mastodon",
    "Mastodon: hashtags, a public timeline",
    MastodonOptions,
    collect,
    optional_secrets=("token",),
)
