"""From YouTube's comments to posts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeGuard

from motbild.adapters.sources.dates import ImpossibleDateError, parse_date
from motbild.adapters.sources.mapping import DEFAULT_MAPPING
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.rows import make_post
from motbild.core.records import RawPost, Reject


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment.

    Attributes:
        row: As a post, or why it is none.
        posted_at: When it was written, or None where that cannot be read.
        changed_at: When its wording was changed last.
    """

    row: RawPost | Reject
    posted_at: datetime | None = None
    changed_at: datetime | None = None

    def is_within(self, lowest: datetime, until: datetime) -> bool:
        """Tell whether it was written or changed in a span; what tells no time always was."""
        if self.posted_at is None:
            return True
        return self.posted_at <= until and max(self.posted_at, self.changed_at or lowest) >= lowest


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with the replies that came along.

    Attributes:
        native_id: Id of the thread, which is that of the comment.
        comments: The comment and those replies.
        has_more_replies: Whether there are others.
    """

    native_id: str
    comments: tuple[Comment, ...]
    has_more_replies: bool

    @property
    def posted_at(self) -> datetime | None:
        """When the comment was written, or None where that cannot be read."""
        return self.comments[0].posted_at


def read_threads(items: Iterable[object], video: str) -> list[Thread]:
    """Read the items of `commentThreads`."""
    return [_read_thread(item, video) for item in items]


def read_comment(item: object, video: str, answers: int | None = None) -> Comment:
    """Read a comment.

    Args:
        item: A resource of YouTube's kind ``comment``.
        video: The video it stands below.
        answers: Number of its replies, where told.
    """
    snippet = pick(item, "snippet")
    if not isinstance(snippet, dict):
        return Comment(make_reject(1, "not-an-object"))
    name = pick(item, "id")
    fields = {
        "id": name,
        # With `textFormat=plainText` the text shown is the plain one; the original is for owners.
        "text": snippet.get("textDisplay") or snippet.get("textOriginal"),
        "platform": "youtube",
        "posted_at": snippet.get("publishedAt"),
        "author": snippet.get("authorDisplayName") or pick(snippet, "authorChannelId", "value"),
        "url": f"https://www.youtube.com/watch?v={video}&lc={name}",
        "reply_to": snippet.get("parentId"),
        "likes": snippet.get("likeCount"),
        "comments": answers,
    }
    row = make_post(fields, 1, DEFAULT_MAPPING)
    return Comment(row, _moment(snippet.get("publishedAt")), _moment(snippet.get("updatedAt")))


def rows_within(
    comments: Iterable[Comment], lowest: datetime, until: datetime
) -> tuple[RawPost | Reject, ...]:
    """Return the rows of those comments that were written or changed in a span."""
    return tuple(comment.row for comment in comments if comment.is_within(lowest, until))


def pick(item: object, *keys: str) -> object:
    """Return what stands under keys within keys, or None where one is not there."""
    for key in keys:
        item = item.get(key) if isinstance(item, dict) else None
    return item


def _read_thread(item: object, video: str) -> Thread:
    answers = pick(item, "snippet", "totalReplyCount")
    replies = pick(item, "replies", "comments")
    replies = replies if isinstance(replies, list) else []
    first = read_comment(
        pick(item, "snippet", "topLevelComment"), video, answers if _is_count(answers) else None
    )
    return Thread(
        native_id=str(pick(item, "id") or ""),
        comments=(first, *(read_comment(reply, video) for reply in replies)),
        has_more_replies=_is_count(answers) and answers > len(replies),
    )


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _moment(value: object) -> datetime | None:
    try:
        return parse_date(value, UTC)
    except ImpossibleDateError:
        return None
