"""Comments below YouTube's videos, asked newest first of its Data API.

`KIND` is the way in. What stands is kept for each video: the moment down to which everything
has been read and, where a run was cut short, the page behind which it has not.
"""

from collections.abc import Iterator, Mapping

from motbild.adapters.sources.live.forms import LiveKind, LiveSpec, Page, Window
from motbild.adapters.sources.live.patience import Patience
from motbild.adapters.sources.live.web import open_client
from motbild.adapters.sources.live.youtube.api import Api, BudgetSpentError
from motbild.adapters.sources.live.youtube.comments import CommentReader
from motbild.adapters.sources.live.youtube.options import YouTubeOptions
from motbild.adapters.sources.live.youtube.standing import Standing
from motbild.adapters.sources.live.youtube.videos import list_videos

__all__ = ["KIND", "YouTubeOptions"]


def collect(
    spec: LiveSpec, window: Window, patience: Patience, credentials: Mapping[str, str]
) -> Iterator[Page]:
    """Yield the comments below a source's videos, until all are read or the day's units spent.

    Raises:
        SourceError: The source cannot be asked (further).
    """
    options = spec.options
    assert isinstance(options, YouTubeOptions)  # noqa: S101 - what the kind's form is
    standing = Standing.load(window, options.most_units)
    with open_client(options.timeout_seconds) as client:
        api = Api(
            client,
            options.service,
            credentials["api-key"],
            patience,
            standing.budget,
            options.timeout_seconds,
            window.until,
        )
        try:
            yield from _collect(CommentReader(options, window, api, standing))
        except BudgetSpentError:
            yield Page((), standing.cursor())


KIND = LiveKind("youtube", "Comments on YouTube", YouTubeOptions, collect, secrets=("api-key",))


def _collect(reader: CommentReader) -> Iterator[Page]:
    videos, gone = list_videos(reader.api, reader.options, reader.standing)
    for channel in gone:
        yield from reader.tell(channel, "channel-gone")
    first = reader.window.start(reader.options)
    for video in reader.standing.keep_only(videos, first):
        yield from reader.read_video(video)
