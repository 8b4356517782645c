"""A stand-in for YouTube's Data API: comments, replies, lists of videos, and its refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.data.platforms.server import LoopbackServer, Reply, Request

KEY = "nyckel-som-ingen-ser"
_INCLUDED_REPLIES = 2


@dataclass(frozen=True)
class Said:
    """One comment; a reply names the comment that it stands below."""

    name: str
    text: str
    posted_at: datetime
    author: str = "@asta-pahitt"
    parent: str | None = None
    updated_at: datetime | None = None
    likes: int = 0


@dataclass
class YouTube:
    """Answers as the API does, for whoever brings the key.

    Attributes:
        comments: By video.
        uploads: Videos by channel, newest first.
        searches: Videos by the words that find them.
        without_comments: Videos that take none.
        page_size: Threads or replies on a page.
        is_out_of_quota: Whether nothing is answered until tomorrow.
        has_forgotten: Whether tokens of pages hold no longer.
        spoil: Changes an item before it is sent, or takes it away.
    """

    comments: dict[str, list[Said]] = field(default_factory=dict)
    uploads: dict[str, list[str]] = field(default_factory=dict)
    searches: dict[str, list[str]] = field(default_factory=dict)
    without_comments: set[str] = field(default_factory=set)
    page_size: int = 2
    is_out_of_quota: bool = False
    has_forgotten: bool = False
    spoil: Callable[[dict[str, Any]], Any] = lambda item: item

    def __post_init__(self) -> None:
        self.server = LoopbackServer(self._answer)

    def say(self, video: str, *comments: Said) -> None:
        """Add comments below a video."""
        self.comments.setdefault(video, []).extend(comments)

    def edit(self, video: str, name: str, text: str, at: datetime) -> None:
        """Change the wording of a comment."""
        said = self.comments[video]
        [place] = [number for number, comment in enumerate(said) if comment.name == name]
        said[place] = replace(said[place], text=text, updated_at=at)

    def asked(self, resource: str) -> list[Request]:
        """Return the requests for a resource."""
        return [r for r in self.server.requests if r.path.endswith(f"/{resource}")]

    def _answer(self, request: Request) -> Reply:
        if request.headers.get("x-goog-api-key") != KEY:
            return refusal(400, "badRequest", detail="API_KEY_INVALID")
        if self.is_out_of_quota:
            return refusal(403, "quotaExceeded")
        resources: Mapping[str, Callable[[Request], Reply]] = {
            "commentThreads": self._threads,
            "comments": self._replies,
            "channels": self._channels,
            "playlistItems": self._playlist,
            "search": self._search,
        }
        return resources[request.path.rsplit("/", 1)[-1]](request)

    def _threads(self, request: Request) -> Reply:
        video = request.value("videoId") or ""
        if video in self.without_comments:
            return refusal(403, "commentsDisabled")
        if video not in self.comments:
            return refusal(404, "videoNotFound")
        tops = [said for said in self.comments[video] if said.parent is None]
        tops.sort(key=lambda said: said.posted_at, reverse=True)
        return self._page(request, [self._thread(video, said) for said in tops])

    def _thread(self, video: str, top: Said) -> dict[str, Any]:
        replies = [said for said in self.comments[video] if said.parent == top.name]
        thread: dict[str, Any] = {
            "kind": "youtube#commentThread",
            "id": top.name,
            "snippet": {
                "videoId": video,
                "topLevelComment": _comment(top),
                "totalReplyCount": len(replies),
            },
        }
        if replies:
            thread["replies"] = {"comments": [_comment(r) for r in replies[:_INCLUDED_REPLIES]]}
        return thread

    def _replies(self, request: Request) -> Reply:
        parent = request.value("parentId")
        found = [_comment(s) for all_ in self.comments.values() for s in all_ if s.parent == parent]
        return self._page(request, found)

    def _channels(self, request: Request) -> Reply:
        wanted = (request.value("id") or "").split(",")
        items = [
            {"id": name, "contentDetails": {"relatedPlaylists": {"uploads": f"UU{name[2:]}"}}}
            for name in wanted
            if name in self.uploads
        ]
        told: dict[str, Any] = {"pageInfo": {"totalResults": len(items)}}
        return Reply(told | ({"items": items} if items else {}))

    def _playlist(self, request: Request) -> Reply:
        videos = self.uploads[f"UC{(request.value('playlistId') or '')[2:]}"]
        count = int(request.value("maxResults") or 5)
        items = [{"contentDetails": {"videoId": video}} for video in videos[:count]]
        return Reply({"items": items, "nextPageToken": "mer"})

    def _search(self, request: Request) -> Reply:
        videos = self.searches.get(request.value("q") or "", [])
        return Reply({"items": [{"id": {"videoId": video}} for video in videos]})

    def _page(self, request: Request, items: list[dict[str, Any]]) -> Reply:
        token = request.value("pageToken")
        if token and self.has_forgotten:
            return refusal(400, "invalidPageToken")
        names = [item["id"] for item in items]
        # A token names what stood last, so that what comes in above moves nothing.
        start = names.index(token.removeprefix("efter-")) + 1 if token else 0
        shown = items[start : start + self.page_size]
        spoilt = (self.spoil(item) for item in shown)
        told: dict[str, Any] = {
            "items": [item for item in spoilt if item is not None],
            "pageInfo": {"totalResults": len(shown)},
        }
        if start + self.page_size < len(items):
            told["nextPageToken"] = f"efter-{shown[-1]['id']}"
        return Reply(told)


def refusal(status: int, reason: str, detail: str | None = None) -> Reply:
    """Refuse as the API does."""
    error: dict[str, Any] = {
        "code": status,
        "message": "Något är fel.",
        "errors": [{"domain": "youtube", "reason": reason}],
    }
    if detail:
        error["details"] = [{"reason": detail}]
    return Reply({"error": error}, status)


def _comment(said: Said) -> dict[str, Any]:
    snippet: dict[str, Any] = {
        "textDisplay": said.text,
        "authorDisplayName": said.author,
        "authorChannelId": {"value": f"UC{said.author.lstrip('@')}"},
        "likeCount": said.likes,
        "publishedAt": f"{said.posted_at:%Y-%m-%dT%H:%M:%SZ}",
        "updatedAt": f"{said.updated_at or said.posted_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    if said.parent:
        snippet["parentId"] = said.parent
    return {"kind": "youtube#comment", "id": said.name, "snippet": snippet}
