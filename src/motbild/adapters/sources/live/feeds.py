"""RSS and Atom feeds: each fetched only where it has changed, and read as far as it can be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from motbild.adapters.sources.live.feed_entries import Feed, changed_at, parse_feed, read_entry
from motbild.adapters.sources.live.forms import LiveKind, LiveOptions, LiveSpec, Page, Window
from motbild.adapters.sources.live.patience import ChangedError, Patience, RefusedError
from motbild.adapters.sources.live.web import Answer, follow, open_client
from motbild.adapters.sources.rejects import make_reject
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError

if TYPE_CHECKING:
    import httpx

_OK = 200
_UNCHANGED = 304


class FeedOptions(LiveOptions):
    """Settings of feeds.

    Attributes:
        addresses: The feeds.
        platform: What the posts' platform is called.
        most_bytes: Largest feed that is read, unpacked.
    """

    addresses: list[str] = Field(min_length=1)
    platform: str = Field(default="rss", min_length=1)
    most_bytes: int = Field(default=8 << 20, ge=1)

    @field_validator("addresses")
    @classmethod
    def _check(cls, addresses: list[str]) -> list[str]:
        for address in addresses:
            parts = urlsplit(address)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("each must begin with https:// or http:// and name a host")
            if parts.username or parts.password:
                raise ValueError("an address may hold no name and no password")
        return addresses


@dataclass(frozen=True)
class _Asking:
    """One asking of a source's feeds; where each stands is in `states`, by its address."""

    options: FeedOptions
    window: Window
    patience: Patience
    states: dict[str, dict[str, str]]

    def collect(self, address: str, client: "httpx.Client") -> Page:
        """Fetch and read one feed.

        Raises:
            SourceError: It cannot be fetched, or is none.
        """
        state = self.states.get(address, {})
        answer = self.patience.ask(lambda: self._fetch(address, client, state))
        state = {
            "since": self.window.start(self.options).isoformat(),
            **state,
            "read": self.window.until.isoformat(),
        }
        if answer.status == _UNCHANGED:
            return self._page(address, (), state)
        rows, is_whole = self.patience.ask(lambda: self._read(answer, state["since"]))
        for key, header in (("etag", "etag"), ("modified", "last-modified")):
            state.pop(key, None)
            told = answer.headers.get(header, "")
            # A damaged feed is fetched again even where it stays as it is.
            if is_whole and told.isascii() and told.isprintable():
                state[key] = told
        return self._page(address, rows, state)

    def _page(
        self, address: str, rows: tuple[RawPost | Reject, ...], state: dict[str, str]
    ) -> Page:
        self.states[address] = state
        return Page(rows, json.dumps({"feeds": self.states}))

    def _fetch(self, address: str, client: "httpx.Client", state: Mapping[str, str]) -> Answer:
        conditions = {
            "If-None-Match": state.get("etag"),
            "If-Modified-Since": state.get("modified"),
        }
        answer = follow(
            client,
            address,
            most_bytes=self.options.most_bytes,
            timeout_seconds=self.options.timeout_seconds,
            headers={name: value for name, value in conditions.items() if value},
        )
        if answer.status not in {_OK, _UNCHANGED}:
            raise RefusedError(f"it said {answer.status}")
        return answer

    def _read(self, answer: Answer, since: str) -> tuple[tuple[RawPost | Reject, ...], bool]:
        """Return the rows of a feed, and whether it could be read to its end."""
        feed = parse_feed(answer.body, answer.headers.get("content-type", ""))
        host = urlsplit(answer.address).hostname or ""
        rows = list(self._rows(feed, host, datetime.fromisoformat(since)))
        if rows and all(isinstance(row, Reject) for row in rows):
            raise ChangedError("not one entry can be read")
        if not feed.is_whole:
            rows.append(make_reject(len(feed.entries) + 1, "broken-feed"))
        return tuple(rows), feed.is_whole

    def _rows(self, feed: Feed, host: str, first: datetime) -> Iterator[RawPost | Reject]:
        for line, entry in enumerate(feed.entries, start=1):
            row = read_entry(entry, feed, line, host=host, platform=self.options.platform)
            if isinstance(row, Reject) or row.posted_at is None:
                yield row
            elif row.posted_at <= self.window.until:
                if max(row.posted_at, changed_at(entry) or row.posted_at) >= first:
                    yield row
            elif self.window.since is None:
                # Seen now, it was written by now: its clock is ahead.
                yield replace(row, posted_at=self.window.until)


def collect(
    spec: LiveSpec, window: Window, patience: Patience, credentials: Mapping[str, str]
) -> Iterator[Page]:
    """Yield a page for each feed, those first that were read longest ago.

    Raises:
        SourceError: Some feeds could not be read; raised when all others have been.
    """
    del credentials
    options = spec.options
    assert isinstance(options, FeedOptions)  # noqa: S101 - what the kind's form is
    states = _load_states(window.cursor, options.addresses)
    asking = _Asking(options, window, patience, states)
    failures = []
    with open_client(options.timeout_seconds) as client:
        for address in _in_order(options.addresses, states):
            try:
                page = asking.collect(address, client)
            except SourceError as error:
                failures.append(f"{_shown(address)}: {error}")
                continue
            yield page
    if failures:
        raise SourceError(" ".join(failures))


KIND = LiveKind("feed", "RSS and Atom feeds", FeedOptions, collect)


def _load_states(cursor: str | None, addresses: list[str]) -> dict[str, dict[str, str]]:
    """Return where each feed stands; what another kind of source wrote counts as nothing."""
    try:
        told = json.loads(cursor or "{}")["feeds"]
        return {address: dict(told[address]) for address in addresses if address in told}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _in_order(addresses: list[str], states: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Put those first that were read longest ago, so that a run that is full starves none."""
    return sorted(
        dict.fromkeys(addresses), key=lambda address: states.get(address, {}).get("read", "")
    )


def _shown(address: str) -> str:
    """Return an address without what may be a secret in it."""
    parts = urlsplit(address)
    return f"{parts.hostname}{parts.path}"
