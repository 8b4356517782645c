"""A Bluesky service on loopback: sessions, and search by words and spans of time."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.data.platforms.server import LoopbackServer, Reply, Request

_LATER = 4_000_000_000


class BlueskyServer(LoopbackServer):
    """Holds posts and searches them, the newest first, as Bluesky's does.

    Attributes:
        posts: Search results, in the order in which they were added.
        page_length: The most that it gives on one page, whatever is asked.
        deepest: Results beyond these it does not give; None for all.
        sign_ins: How often an account signed in.
    """

    identifier = "motbild.exempel"
    password = "abcd-efgh-ijkl-mnop"

    def __init__(self, page_length: int = 100, deepest: int | None = None) -> None:
        super().__init__(self._serve)
        self.posts: list[Any] = []
        self.page_length = page_length
        self.deepest = deepest
        self.sign_ins = 0
        self._is_expired = False

    @property
    def credentials(self) -> dict[str, str]:
        """What an account signs in with."""
        return {"identifier": self.identifier, "password": self.password}

    def add(self, text: str, posted_at: datetime, **record: Any) -> dict[str, Any]:
        """Add a post and return its view."""
        view = make_view(len(self.posts), text, posted_at, **record)
        self.posts.append(view)
        return view

    def fill(self, count: int, start: datetime, text: str = "kidnappning nummer {}") -> None:
        """Add so many posts, a minute from one to the next."""
        for number in range(count):
            self.add(text.format(number), start + timedelta(minutes=number))

    def expire(self) -> None:
        """End every session that there is."""
        self._is_expired = True

    def _serve(self, request: Request) -> Reply:
        method = request.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession":
            return self._sign_in(json.loads(request.body))
        if method != "app.bsky.feed.searchPosts":
            return Reply({"error": "MethodNotImplemented", "message": "No such method"}, 501)
        if request.headers.get("authorization") != f"Bearer {self._token('access')}":
            return _refusal("AuthMissing", 401)
        if self._is_expired:
            return _refusal("ExpiredToken", 400)
        return self._search(request)

    def _sign_in(self, told: dict[str, str]) -> Reply:
        if (told["identifier"], told["password"]) != (self.identifier, self.password):
            return _refusal("AuthenticationRequired", 401)
        self.sign_ins += 1
        self._is_expired = False
        return Reply(
            {
                "accessJwt": self._token("access"),
                "refreshJwt": self._token("refresh"),
                "handle": self.identifier,
                "did": "did:plc:motbildexempel",
                "active": True,
            }
        )

    def _token(self, scope: str) -> str:
        claims = {"scope": scope, "exp": _LATER, "jti": str(self.sign_ins)}
        parts = ({"typ": "JWT", "alg": "ES256K"}, claims)
        texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
        return ".".join([*(text.rstrip("=") for text in texts), "c2ln"])

    def _search(self, request: Request) -> Reply:
        found = [view for view in self.posts if _is_wanted(view, request)]
        found.sort(key=_sort_at, reverse=True)
        first = int(request.value("cursor") or 0)
        if self.deepest is not None and first >= self.deepest:
            return _refusal("InvalidRequest", 400)
        length = min(int(request.value("limit") or 25), self.page_length)
        page = {"posts": found[first : first + length], "hitsTotal": len(found)}
        if first + length < len(found):
            page["cursor"] = str(first + length)
        left = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "2990"}
        return Reply(page, headers=left)


def make_view(number: int, text: str, posted_at: datetime, **record: Any) -> dict[str, Any]:
    """Return a search result with the fields that Bluesky gives one."""
    author = record.pop("author", f"did:plc:fantasi{number % 7}")
    key = f"3k{number:011d}"
    moment = posted_at.isoformat().replace("+00:00", "Z")
    return {
        "uri": f"at://{author}/app.bsky.feed.post/{key}",
        "cid": f"bafyrei{number:052d}",
        "author": {"did": author, "handle": f"fantasi{number % 7}.exempel"},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": moment,
            "langs": ["sv"],
            **record,
        },
        "replyCount": 1,
        "repostCount": 2,
        "likeCount": 3,
        "quoteCount": 4,
        "indexedAt": moment,
        "labels": [],
    }


def _refusal(name: str, status: int) -> Reply:
    return Reply({"error": name, "message": f"{name} of fantasi0.exempel"}, status)


def _sort_at(view: Any) -> str:
    if not isinstance(view, dict) or not isinstance(view.get("record"), dict):
        return "2026"
    created = view["record"].get("createdAt")
    seen = view.get("indexedAt", "2026")
    return min(created, seen) if isinstance(created, str) else str(seen)


def _is_wanted(view: Any, request: Request) -> bool:
    if not isinstance(view, dict) or not isinstance(view.get("record"), dict):
        return True  # whatever is asked, to see what becomes of it
    record = view["record"]
    words = (request.value("q") or "").casefold().split()
    if not all(word in str(record.get("text")).casefold() for word in words):
        return False
    if (lang := request.value("lang")) and lang not in record.get("langs", []):
        return False
    moment = datetime.fromisoformat(_sort_at(view)).astimezone(UTC)
    since, until = request.value("since"), request.value("until")
    return not (since and moment < datetime.fromisoformat(since)) and not (
        until and moment >= datetime.fromisoformat(until)
    )
