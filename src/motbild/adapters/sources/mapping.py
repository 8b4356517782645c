"""Which column of an export holds what, by default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

_REMEMBERED_ROWS = 256  # forms of rows
# Of files.
KIND_NAMES = ("jsonl", "csv", "parquet", "zeeschuimer", "fourcat", "telegram")

# For each field of a post the names it goes by, the likeliest first.
USUAL_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "post_id", "native_id", "message_id", "tweet_id"),
        "text": ("text", "body", "message", "content", "full_text", "caption"),
        "platform": ("platform", "source_platform", "network"),
        "posted_at": (
            "created_at",
            "posted_at",
            "timestamp",
            "date",
            "published_at",
            "unix_timestamp",
            "created_utc",
            "create_time",
        ),
        "author": ("author", "username", "user", "author_name", "screen_name", "handle"),
        "lang": ("lang", "language", "language_guess"),
        "url": ("url", "link", "permalink"),
        "reply_to": (
            "reply_to",
            "in_reply_to_id",
            "parent_id",
            "in_reply_to",
            "reply_to_id",
            "reply_to_post_id",
            "in_reply_to_status_id_str",
            "in_reply_to_status_id",
        ),
        "likes": ("likes", "like_count", "likes_count", "num_likes", "favorite_count"),
        "shares": ("shares", "share_count", "shares_count", "retweet_count", "repost_count"),
        "comments": (
            "comments",
            "comment_count",
            "comments_count",
            "num_comments",
            "reply_count",
            "replies",
        ),
        "views": ("views", "view_count", "views_count", "plays", "play_count", "impression_count"),
        "media": ("media", "media_urls", "media_url", "image_url", "video_url", "attachments"),
        "observed_at": ("observed_at", "collected_at", "retrieved_at"),
    }
)

# 4CAT's own columns; its plain timestamp is in UTC, and its links go by the platform's name.
FOURCAT_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **USUAL_COLUMNS,
        "id": ("id",),
        "text": ("body",),
        "posted_at": ("unix_timestamp", "timestamp"),
        "url": ("url", "link", "comment_url", "tiktok_url", "post_url"),
        "reply_to": ("parent_id", "replied_to_post", "reply_to", "thread_id"),
    }
)


@dataclass(frozen=True)
class ColumnMapping:
    """How to find a post's fields in a row.

    Attributes:
        columns: Names of the column for each field, the likeliest first; upper and
            lower case count as one where the exact name is not there.
        default_platform: Platform of rows that do not tell theirs.
        time_zone: IANA name of the zone of moments that do not tell theirs.
        ids_from_text: Whether rows without an id are known by the digest of their text.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: USUAL_COLUMNS)
    default_platform: str = "unknown"
    time_zone: str = "Europe/Stockholm"
    ids_from_text: bool = False

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)

    def with_columns(self, **columns: str) -> "ColumnMapping":
        """Return a mapping in which some fields come from these columns only."""
        named = {name: (column,) for name, column in columns.items()}
        return replace(self, columns={**self.columns, **named})

    def pick_fields(self, row: Mapping[str, object]) -> dict[str, object]:
        """Return the fields of a post that a row tells, by their own names."""
        fields: dict[str, object] = {}
        for name, keys in self._places(tuple(row)):
            value = _first_told(row, keys)
            if value is not None:
                fields[name] = value
        return fields

    @cached_property
    def _places(self) -> Callable[[tuple[str, ...]], list[tuple[str, tuple[str, ...]]]]:
        """Where the fields may stand in a row with some keys, the likeliest first.

        Found once for all rows that have the same keys in the same order.
        """
        return lru_cache(maxsize=_REMEMBERED_ROWS)(self._find_places)

    def _find_places(self, row: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        exact = set(row)
        folded = {key.strip().casefold(): key for key in row}
        found = []
        for name, candidates in self.columns.items():
            keys = [key for key in candidates if key in exact]
            keys += [folded[key] for key in map(str.casefold, candidates) if key in folded]
            if keys:
                found.append((name, tuple(dict.fromkeys(keys))))
        return found

    def used_columns(self, names: list[str]) -> dict[str, str]:
        """Return which field each of a table's columns may tell, by the column's name."""
        by_candidate = {
            candidate.casefold(): name
            for name, candidates in self.columns.items()
            for candidate in candidates
        }
        keys = {name: name.strip().casefold() for name in names}
        return {name: by_candidate[key] for name, key in keys.items() if key in by_candidate}


DEFAULT_MAPPING = ColumnMapping()
FOURCAT_MAPPING = ColumnMapping(columns=FOURCAT_COLUMNS, time_zone="UTC")


def default_mapping(kind: str | None) -> ColumnMapping:
    """Return where the posts' fields usually stand in a kind of source."""
    return FOURCAT_MAPPING if kind == "fourcat" else DEFAULT_MAPPING


def _first_told(row: Mapping[str, object], names: tuple[str, ...]) -> object:
    """Return the first value that is there, is not empty and is not a NaN."""
    for name in names:
        value = row.get(name)
        is_nan = isinstance(value, float) and value != value
        if value is not None and value != "" and not is_nan:
            return value
    return None
