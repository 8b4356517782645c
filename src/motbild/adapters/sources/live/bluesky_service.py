"""A Bluesky service, asked by the protocol's own client library.

Results are read as they were sent: the library's models refuse a whole page for one
odd item.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from motbild.adapters.sources.live.answers import (
    check_status,
    read_clock,
    read_remaining,
    user_agent,
)
from motbild.adapters.sources.live.patience import ChangedError, RefusedError, UnavailableError

T = TypeVar("T")

_SEARCH = "app.bsky.feed.searchPosts"
_PAGE_LENGTH = 100
_EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})


class LostPlaceError(Exception):
    """The service does not know the page that it named itself."""


class _ExpiredError(Exception):
    """The session has ended; signing in again may help."""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, as sent.

    Attributes:
        views: The posts with what surrounds them.
        next_page: The service's word for the page behind; empty where it was the last.
        remaining: Requests that the service grants for now, where it tells.
        clock: What its clock showed, where it tells.
    """

    views: list[Any]
    next_page: str
    remaining: int | None
    clock: datetime | None


class BlueskyService:
    """A service, and an account's session with it that begins when it is first needed."""

    def __init__(
        self, address: str, credentials: Mapping[str, str], timeout_seconds: float
    ) -> None:
        import atproto

        self._models = atproto.models
        self._credentials = credentials
        self._request = atproto.Request(timeout=timeout_seconds)
        self._request.add_additional_header("User-Agent", user_agent())
        self._client: Any = atproto.Client(base_url=address, request=self._request)
        self._is_signed_in = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._request.close()

    def search(self, terms: Mapping[str, Any], page: str = "") -> Results:
        """Fetch one page of results, the newest first.

        Args:
            terms: As the lexicon names them: ``q``, ``lang``, ``since``, ``until``.
            page: The service's word for the page; empty for the first.

        Raises:
            LostPlaceError: The service does not know that page.
            UnavailableError, RefusedError, ChangedError: As `Patience` knows them.
        """
        params = self._models.AppBskyFeedSearchPosts.Params(
            **terms, cursor=page or None, limit=_PAGE_LENGTH, sort="latest"
        )
        answer = self._in_session(lambda: self._client.invoke_query(_SEARCH, params=params), page)
        content = answer.content
        if not isinstance(content, dict) or not isinstance(content.get("posts"), list):
            raise ChangedError("results are no list of posts")
        next_page = content.get("cursor")
        return Results(
            content["posts"],
            next_page if isinstance(next_page, str) else "",
            read_remaining(answer.headers),
            read_clock(answer.headers.get("date")),
        )

    def _in_session(self, request: Callable[[], T], page: str) -> T:
        """Make a request, signed in; where the session has ended, sign in again once."""
        if not self._is_signed_in:
            self._sign_in()
        try:
            return self._ask(request, page)
        except _ExpiredError:
            self._sign_in()
        try:
            return self._ask(request, page)
        except _ExpiredError:
            raise RefusedError("its session ends as soon as it begins") from None

    def _sign_in(self) -> None:
        self._is_signed_in = False
        login, password = self._credentials["identifier"], self._credentials["password"]
        try:
            self._ask(lambda: self._client.login(login, password, fetch_bsky_profile=False))
        except _ExpiredError:
            raise RefusedError("it does not let the account sign in") from None
        self._is_signed_in = True

    def _ask(self, request: Callable[[], T], page: str = "") -> T:
        """Make a request, and turn what the library raises into what `Patience` knows."""
        import httpx
        from atproto import exceptions

        try:
            return request()
        except exceptions.RequestErrorBase as error:
            if error.response is None:
                raise UnavailableError("no answer came") from None
            _refuse(error.response, page)
        except httpx.HTTPError:
            raise UnavailableError("no whole answer came") from None
        except exceptions.AtProtocolError:
            raise ChangedError("its sign-in has another form") from None
        except ValueError:
            raise UnavailableError("its answer was no whole JSON") from None
        raise ChangedError("it answers what is no answer")


def _refuse(response: Any, page: str) -> None:  # noqa: ANN401
    """Raise what an answer means that is none."""
    name = getattr(response.content, "error", None)
    why = name if isinstance(name, str) and name.isalpha() else ""
    if response.status_code in (400, 401) and why in _EXPIRED:
        raise _ExpiredError
    if response.status_code == 400 and page:
        raise LostPlaceError
    check_status(response.status_code, response.headers, why)
