"""Which videos a source means: named, newest of a channel, or found by a query."""

from collections.abc import Iterable

from motbild.adapters.sources.live.youtube.api import Api, PartialError
from motbild.adapters.sources.live.youtube.options import MOST_CHANNELS, YouTubeOptions
from motbild.adapters.sources.live.youtube.rows import pick
from motbild.adapters.sources.live.youtube.standing import Standing

_UPLOADS = ("contentDetails", "relatedPlaylists", "uploads")


def list_videos(
    api: Api, options: YouTubeOptions, standing: Standing
) -> tuple[list[str], list[str]]:
    """Return the videos to read, each once, and the channels that there are none of any more.

    What queries find is kept in `standing` for a day, since they are dear.
    """
    uploads = _uploads(api, options.channels)
    newest = [
        video
        for playlist in uploads.values()
        for video in _playlist_videos(api, playlist, options.newest_videos)
    ]
    if options.queries and standing.found_day != standing.budget.day:
        standing.found = [
            video
            for query in options.queries
            for video in _search(api, query, options.newest_videos)
        ]
        standing.found_day = standing.budget.day
    found = standing.found if options.queries else []
    videos = [*dict.fromkeys([*options.videos, *newest, *found])]
    return videos, [channel for channel in options.channels if channel not in uploads]


def _uploads(api: Api, channels: list[str]) -> dict[str, str]:
    """Return the list of uploaded videos of each channel that there (still) is."""
    if not channels:
        return {}
    listing = api.fetch(
        "channels", part="contentDetails", id=",".join(channels), maxResults=MOST_CHANNELS
    )
    uploads = {}
    for item in listing.items:
        channel, playlist = pick(item, "id"), pick(item, *_UPLOADS)
        if isinstance(channel, str) and isinstance(playlist, str):
            uploads[channel] = playlist
    return uploads


def _playlist_videos(api: Api, playlist: str, count: int) -> list[str]:
    try:
        listing = api.fetch(
            "playlistItems", part="contentDetails", playlistId=playlist, maxResults=count
        )
    except PartialError:
        return []  # of a channel that has uploaded nothing
    return _texts(pick(item, "contentDetails", "videoId") for item in listing.items)


def _search(api: Api, query: str, count: int) -> list[str]:
    listing = api.fetch("search", part="id", q=query, type="video", order="date", maxResults=count)
    return _texts(pick(item, "id", "videoId") for item in listing.items)


def _texts(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
