"""How far the comments of each video have been read: what the cursor of a source says."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from motbild.adapters.sources.live.forms import Window
from motbild.adapters.sources.live.youtube.api import Budget, quota_day


class VideoState(TypedDict, total=False):
    """How far one video has been read; moments are ISO 8601.

    Attributes:
        asked: When it was asked last.
        read_until: Moment down to which everything has been read.
        floor: Moment down to which it is to be read, until it has been.
        newest: Of a reading that was cut short, the newest moment that it saw.
        token: Of that, the page that it goes on with.
    """

    asked: str
    read_until: str
    floor: str
    newest: str
    token: str


@dataclass
class Standing:
    """How far a source has been read.

    Attributes:
        budget: Units of the day.
        videos: By video.
        notes: By video or channel, the code of what has been told of it.
        found: Videos that the queries found.
        found_day: Day of the quota on which they did.
    """

    budget: Budget
    videos: dict[str, VideoState] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    found_day: str = ""

    @classmethod
    def load(cls, window: Window, most_units: int) -> "Standing":
        """Read a cursor; one of another kind of source counts as none."""
        day = quota_day(window.until)
        try:
            told = json.loads(window.cursor or "{}")
            spent = int(told["units"]) if told.get("day") == day else 0
            return cls(
                Budget(day, spent, most_units),
                {str(video): state for video, state in told["videos"].items()},
                dict(told["notes"]),
                list(told["found"]),
                str(told["found_day"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls(Budget(day, 0, most_units))

    def cursor(self) -> str:
        """Write it as a cursor."""
        return json.dumps(
            {
                "day": self.budget.day,
                "units": self.budget.spent,
                "videos": self.videos,
                "notes": self.notes,
                "found": self.found,
                "found_day": self.found_day,
            }
        )

    def keep_only(self, videos: Iterable[str], first: datetime) -> list[str]:
        """Forget other videos unless their reading was cut short; return what is to be read.

        A new video is read down to the moment `first`, in whichever run its turn comes. Those
        come first that were asked longest ago, so that none waits for ever behind one with more
        comments than a run may take.
        """
        unfinished = [video for video, state in self.videos.items() if "token" in state]
        kept = [*dict.fromkeys([*unfinished, *videos])]
        new: VideoState = {"floor": first.isoformat()}
        self.videos = {video: self.videos.get(video, new) for video in kept}
        return sorted(kept, key=lambda video: self.videos[video].get("asked", ""))
