"""Reading the comments of one video, newest first, down to what was read before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from motbild.adapters.sources.live.forms import Page, Window
from motbild.adapters.sources.live.youtube.api import Api, PartialError
from motbild.adapters.sources.live.youtube.options import YouTubeOptions
from motbild.adapters.sources.live.youtube.rows import (
    Thread,
    read_comment,
    read_threads,
    rows_within,
)
from motbild.adapters.sources.live.youtube.standing import Standing, VideoState
from motbild.adapters.sources.rejects import make_reject
from motbild.errors import SourceError

# Why a video gives nothing, by YouTube's word for it.
_NOTES = {"commentsDisabled": "comments-off", "videoNotFound": "video-gone"}


@dataclass(frozen=True)
class CommentReader:
    """Reads comments for one asking of a source.

    Attributes:
        options: The source's settings.
        window: What is wanted.
        api: Whom to ask.
        standing: How far each video has been read; moved on as pages are yielded.
    """

    options: YouTubeOptions
    window: Window
    api: Api
    standing: Standing

    def read_video(self, video: str) -> Iterator[Page]:
        """Yield what an earlier run left unread of a video, and then what has come since.

        Raises:
            SourceError: The source cannot be asked (further).
        """
        state = self.standing.videos[video]
        try:
            if "token" in state:
                yield from self._finish(video, state)
            yield from self._read_down(video, self._floor(self.standing.videos[video]))
        except PartialError as error:
            yield from self._tell(video, error.reason)

    def tell(self, subject: str, code: str) -> Iterator[Page]:
        """Yield the code of why a video or channel gives nothing, unless it was told before."""
        if self.standing.notes.get(subject) != code:
            self.standing.notes[subject] = code
            yield Page((make_reject(1, code),), self.standing.cursor())

    def _tell(self, video: str, reason: str) -> Iterator[Page]:
        code = _NOTES.get(reason)
        if code is None:
            raise SourceError(
                f"Source '{self.api.patience.source}' is refused the comments of a video "
                f"({reason}); take the video out, or report it."
            )
        now = self.window.until.isoformat()
        self.standing.videos[video] = {"asked": now, "read_until": now}
        yield from self.tell(video, code)

    def _finish(self, video: str, state: VideoState) -> Iterator[Page]:
        try:
            yield from self._read_down(video, state["floor"], state["newest"], state["token"])
        except PartialError as error:
            if error.reason != "invalidPageToken":
                raise
            # The page has gone in the meantime; the same span is read again from its top.
            yield from self._read_down(video, state["floor"])

    def _floor(self, state: VideoState) -> str:
        """Return the moment down to which a video is read from its top."""
        if "read_until" not in state:
            return state["floor"]
        overlap = timedelta(minutes=self.options.overlap_minutes)
        return (datetime.fromisoformat(state["read_until"]) - overlap).isoformat()

    def _read_down(
        self, video: str, floor: str, newest: str | None = None, token: str | None = None
    ) -> Iterator[Page]:
        """Yield pages from a token on, or from the top, until they are older than the floor."""
        lowest = datetime.fromisoformat(floor)
        highest = datetime.fromisoformat(newest or floor)
        seen = {token}
        while True:
            threads, next_token = self._fetch_threads(video, token)
            for thread in threads:
                if thread.has_more_replies and (thread.posted_at or lowest) >= lowest:
                    yield from self._read_replies(video, thread.native_id, lowest)
            moments = [thread.posted_at for thread in threads if thread.posted_at]
            # A moment that is still to come is no measure of how far has been read.
            highest = min(max([highest, *moments]), self.window.until)
            token = None if moments and moments[-1] < lowest else next_token
            self._keep(video, floor, highest, token)
            comments = [comment for thread in threads for comment in thread.comments]
            yield Page(rows_within(comments, lowest, self.window.until), self.standing.cursor())
            if token is None:
                return
            if token in seen:
                raise SourceError(
                    f"Source '{self.api.patience.source}' is given the same page again and again; "
                    "run `motbild sources check` later, and report it if it stays."
                )
            seen.add(token)

    def _fetch_threads(self, video: str, token: str | None) -> tuple[list[Thread], str | None]:
        listing = self.api.fetch(
            "commentThreads",
            part="snippet,replies",
            videoId=video,
            order="time",
            textFormat="plainText",
            maxResults=100,
            pageToken=token,
        )
        return read_threads(listing.items, video), listing.next_token

    def _keep(self, video: str, floor: str, highest: datetime, token: str | None) -> None:
        """Note how far a video has been read, and where to go on if that is not to the end."""
        state: VideoState = {"asked": self.window.until.isoformat()}
        before = self.standing.videos[video].get("read_until")
        self.standing.notes.pop(video, None)
        if token is not None:
            state |= {"floor": floor, "newest": highest.isoformat(), "token": token}
            if before:
                state["read_until"] = before
        else:
            reached = [highest, *([datetime.fromisoformat(before)] if before else [])]
            state["read_until"] = max(reached).isoformat()
        self.standing.videos[video] = state

    def _read_replies(self, video: str, thread: str, lowest: datetime) -> Iterator[Page]:
        """Yield the replies of a thread; where to go on comes with the thread's own page."""
        token: str | None = None
        seen: set[str] = set()
        while token is None or token not in seen:
            if token:
                seen.add(token)
            try:
                listing = self.api.fetch(
                    "comments",
                    part="snippet",
                    parentId=thread,
                    textFormat="plainText",
                    maxResults=100,
                    pageToken=token,
                )
            except PartialError:
                return  # removed since its thread was listed
            comments = [read_comment(item, video) for item in listing.items]
            yield Page(rows_within(comments, lowest, self.window.until))
            token = listing.next_token
            if token is None:
                return
