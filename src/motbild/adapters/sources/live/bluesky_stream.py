"""The stream of Bluesky's posts, over as many connections as it takes.

`websockets` is used bare: the stream is pulled page by page, and an odd frame costs
itself alone.

Source: the lexicon `network.bsky.jetstream.subscribeEvents` (Jetstream, version 2).
"""

import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from motbild.adapters.sources.dates import EPOCH
from motbild.adapters.sources.live.answers import check_status, user_agent
from motbild.adapters.sources.live.bluesky_items import read_record, tell_languages
from motbild.adapters.sources.live.patience import ChangedError, UnavailableError
from motbild.adapters.sources.native_items import Native, dig
from motbild.core.records import RawPost, Reject

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_METHOD = "network.bsky.jetstream.subscribeEvents"
_SUBPROTOCOL = "xrpc.v1.json"
_COMMIT = f"{_METHOD}#commit"
_INFO = f"{_METHOD}#info"
_COLLECTION = "app.bsky.feed.post"
_WRITING = ("create", "update")
MICROSECOND = timedelta(microseconds=1)
# Servers behind one address see one post at slightly different moments.
REWIND = timedelta(seconds=5)
# Surely those of that time, of which there are some dozens a second.
_RECENT_EVENTS = 2_000
_PAGE_ROWS = 500
_PAGE_EVENTS = 20_000
_PAGE_SECONDS = 60.0
# A post takes some kilobytes; larger records are not sent at all.
_MOST_BYTES = 1_000_000
_FEWEST_FOR_DRIFT = 5


class PostFilter:
    """Tells the few posts that are kept; lower and upper case count as one."""

    def __init__(self, words: tuple[str, ...], langs: tuple[str, ...]) -> None:
        self._langs = frozenset(langs)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(w.casefold()) for w in words)})")

    def keeps(self, text: str, record: Native) -> bool:
        """Tell whether a post is wanted."""
        if self._langs and self._langs.isdisjoint(tell_languages(record)):
            return False
        return self._words.search(text.casefold()) is not None


class _BrokenError(Exception):
    """The stream has ended although it was not read to its end."""


@dataclass
class Batch:
    """What was read of the stream for one page.

    Attributes:
        rows: Posts that are kept.
        event_count: Events that were new.
        odd_count: Those of them that could not be read.
        moment: When the last of them was seen, or None.
        first_moment: When the first was.
        is_clamped: Whether the server goes less far back than it was asked for.
        is_last: Whether the moment of asking was reached.
    """

    rows: list[RawPost | Reject] = field(default_factory=list)
    event_count: int = 0
    odd_count: int = 0
    moment: datetime | None = None
    first_moment: datetime | None = None
    is_clamped: bool = False
    is_last: bool = False

    @property
    def is_full(self) -> bool:
        """Whether it makes a page."""
        return self.is_last or len(self.rows) >= _PAGE_ROWS or self.event_count >= _PAGE_EVENTS


class Jetstream:
    """The stream from some moment on.

    Args:
        address: Of the server.
        wanted: Tells which posts are kept.
        start: Moment from which on it is read.
        until: Moment at which it is left.
        timeout_seconds: How long it may be silent.
    """

    def __init__(
        self,
        address: str,
        wanted: PostFilter,
        start: datetime,
        until: datetime,
        timeout_seconds: float,
    ) -> None:
        self._address = address
        self._filter = wanted
        self._moment = start
        self._until = until
        self._timeout = timeout_seconds
        self._recent: deque[tuple[object, ...]] = deque(maxlen=_RECENT_EVENTS)
        self._connection: ClientConnection | None = None

    def close(self) -> None:
        """Leave the stream."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def read_batch(self, clock: Callable[[], float]) -> Batch:
        """Read on until there is a page, or the connection breaks with something read.

        Args:
            clock: Tells seconds that only grow.

        Raises:
            UnavailableError: It breaks, or is silent, with nothing read.
            RefusedError: The server does not let anybody in.
            ChangedError: Nothing of several events can be read.
        """
        from websockets.exceptions import ConnectionClosed

        batch, began = Batch(), clock()
        connection = self._connection = self._connection or self._connect()
        try:
            while not batch.is_full and clock() - began < _PAGE_SECONDS:
                self._take(connection.recv(timeout=self._timeout), batch)
        except (TimeoutError, ConnectionClosed, _BrokenError):
            self.close()
            if batch.event_count == 0:
                raise UnavailableError("the stream fell silent or broke") from None
        if batch.odd_count == batch.event_count >= _FEWEST_FOR_DRIFT:
            raise ChangedError("not one event of the stream can be read")
        return batch

    def _connect(self) -> "ClientConnection":
        from websockets.exceptions import InvalidHandshake, InvalidStatus
        from websockets.sync.client import connect
        from websockets.typing import Subprotocol

        start = self._moment - REWIND if self._recent else self._moment
        query = {
            "collections": _COLLECTION,
            "kinds": "commit",
            "cursor": (start - EPOCH) // MICROSECOND,
            "maxMessageSizeBytes": _MOST_BYTES,
        }
        try:
            return connect(
                f"{self._address}/xrpc/{_METHOD}?{urlencode(query)}",
                subprotocols=[Subprotocol(_SUBPROTOCOL)],
                user_agent_header=user_agent(),
                open_timeout=self._timeout,
                close_timeout=1,
                max_size=2 * _MOST_BYTES,
            )
        except InvalidStatus as error:
            headers = {name.lower(): value for name, value in error.response.headers.raw_items()}
            check_status(error.response.status_code, headers, _error_name(error.response.body))
            raise UnavailableError("it answered without a stream") from None
        except (OSError, InvalidHandshake):
            raise UnavailableError("no stream began") from None

    def _take(self, frame: str | bytes, batch: Batch) -> None:
        """Take one frame: keep a post that is wanted, pass over the others."""
        event = _parse_frame(frame)
        if dig(event, "$type") == "error":
            raise _BrokenError
        payload = dig(event, "payload")
        if dig(payload, "$type") == _INFO:
            batch.is_clamped |= dig(payload, "name") == "OutdatedCursor"
            return
        moment = _witnessed(payload)
        if not isinstance(payload, dict) or moment is None:
            batch.event_count += 1
            batch.odd_count += 1
        elif moment >= self._until:
            batch.is_last = True
        elif not self._is_known(payload, moment):
            batch.event_count += 1
            batch.first_moment = batch.first_moment or moment
            batch.moment = self._moment
            if payload.get("$type") == _COMMIT and payload.get("operation") in _WRITING:
                self._take_post(payload, moment, batch)

    def _is_known(self, payload: Native, moment: datetime) -> bool:
        """Tell whether an event came before the last break, and note it if it did not.

        By what it is, since each server behind one address numbers events its own way.
        """
        event = (payload.get("did"), payload.get("rkey"), payload.get("rev"))
        if moment <= self._moment and event in self._recent:
            return True
        self._recent.append(event)
        self._moment = max(self._moment, moment)
        return False

    def _take_post(self, payload: Native, moment: datetime, batch: Batch) -> None:
        record, author, key = payload.get("record"), payload.get("did"), payload.get("rkey")
        text = dig(record, "text")
        if not (isinstance(text, str) and isinstance(author, str) and isinstance(key, str)):
            batch.odd_count += 1
        elif isinstance(record, dict) and self._filter.keeps(text, record):
            line = len(batch.rows) + 1
            row = read_record(record, (author, key), line, self._until, moment)
            batch.rows += [row] if row is not None else []


def _parse_frame(frame: str | bytes) -> object:
    try:
        parsed: object = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    return parsed


def _witnessed(payload: object) -> datetime | None:
    """Return when the server saw an event, which only grows; `time` may be imported."""
    told = dig(payload, "witnessedAt") or dig(payload, "time")
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _error_name(body: bytes | bytearray | None) -> str:
    name = dig(_parse_frame(bytes(body or b"")), "error")
    return name if isinstance(name, str) and name.isalpha() else ""
