"""What `sources.toml` may say of comments on YouTube."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from motbild.adapters.sources.live.addresses import HttpsAddress
from motbild.adapters.sources.live.forms import LiveOptions
from motbild.adapters.sources.live.youtube.api import SEARCH_UNITS

VideoId = Annotated[str, Field(pattern=r"^[\w-]{11}$")]
ChannelId = Annotated[str, Field(pattern=r"^UC[\w-]{22}$")]
# Channels that one request may name.
MOST_CHANNELS = 50
_DAY_MINUTES = 1440


class YouTubeOptions(LiveOptions):
    """Settings of comments on YouTube.

    Attributes:
        videos: Ids of videos whose comments are read.
        channels: Ids of channels whose newest videos' comments are.
        queries: Words to search videos by, once a day.
        newest_videos: Videos of each channel and query.
        most_units: Units of the quota that a day may spend.
        overlap_minutes: As of any source; replies to comments before that are not seen.
        service: Address of the API.
    """

    videos: list[VideoId] = Field(default_factory=list)
    channels: list[ChannelId] = Field(default_factory=list, max_length=MOST_CHANNELS)
    queries: list[str] = Field(default_factory=list)
    newest_videos: int = Field(default=10, ge=1, le=50)
    most_units: int = Field(default=5_000, ge=1)
    overlap_minutes: int = Field(default=_DAY_MINUTES, ge=0, le=30 * _DAY_MINUTES)
    service: HttpsAddress = "https://www.googleapis.com/youtube/v3"

    @model_validator(mode="after")
    def _check_all(self) -> Self:
        if not (self.videos or self.channels or self.queries):
            raise ValueError("it names neither videos nor channels nor queries")
        if len(self.queries) * SEARCH_UNITS >= self.most_units:
            raise ValueError(f"each query costs {SEARCH_UNITS} of its most_units")
        return self
