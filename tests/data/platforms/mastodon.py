"""A Mastodon server on loopback: timelines by `min_id` and `max_id`, newest first on a page."""

from datetime import datetime, timedelta
from typing import Any

from tests.data.platforms.server import LoopbackServer, Reply, Request


class MastodonServer(LoopbackServer):
    """Holds statuses and answers for its timelines as Mastodon does.

    Attributes:
        statuses: By id.
        token: What must be sent along; None where anybody may ask.
        page_length: The most that it gives on one page, whatever is asked.
    """

    def __init__(self, token: str | None = None, page_length: int = 40) -> None:
        super().__init__(self._timeline)
        self.statuses: dict[int, dict[str, Any]] = {}
        self.token = token
        self.page_length = page_length

    def add(self, text: str, posted_at: datetime, **fields: Any) -> int:
        """Add a status and return its id, which tells when it was written."""
        number = int(posted_at.timestamp() * 1000) << 16
        while number in self.statuses:
            number += 1
        self.statuses[number] = {**make_status(str(number), text, posted_at), **fields}
        return number

    def fill(self, count: int, start: datetime, text: str = "kidnappning nummer {}") -> None:
        """Add so many statuses with the hashtag `barn`, a minute from one to the next."""
        for number in range(count):
            self.add(text.format(number), start + timedelta(minutes=number), tags=["barn"])

    def _timeline(self, request: Request) -> Reply:
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return Reply({"error": "The access token is invalid"}, 401)
        kind = request.path.removeprefix("/api/v1/timelines/")
        if kind == request.path or not (kind == "public" or kind.startswith("tag/")):
            return Reply({"error": "Record not found"}, 404)
        wanted = [number for number in sorted(self.statuses) if self._is_in(number, kind, request)]
        length = min(int(request.value("limit") or 20), self.page_length)
        if least := request.value("min_id"):
            page = [number for number in wanted if number > int(least)][:length]
        else:
            page = wanted[-length:]
        left = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "287"}
        return Reply([self.statuses[number] for number in reversed(page)], headers=left)

    def _is_in(self, number: int, kind: str, request: Request) -> bool:
        status = self.statuses[number]
        if kind.startswith("tag/") and kind.removeprefix("tag/") not in status.get("tags", []):
            return False
        if request.value("local") and "@" in status["account"]["acct"]:
            return False
        most = request.value("max_id")
        return most is None or number < int(most)


def make_status(number: str, text: str, posted_at: datetime) -> dict[str, Any]:
    """Return a status with the fields that Mastodon gives one."""
    return {
        "id": number,
        "created_at": posted_at.isoformat().replace("+00:00", "Z"),
        "in_reply_to_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "sv",
        "uri": f"https://social.exempel/users/fantasia/statuses/{number}",
        "url": f"https://social.exempel/@fantasia/{number}",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "content": f"<p>{text}</p>",
        "reblog": None,
        "account": {"id": "1", "username": "fantasia", "acct": "fantasia", "bot": False},
        "media_attachments": [],
        "mentions": [],
        "emojis": [],
        "card": None,
        "poll": None,
    }
