"""The panel on Lägesbild that tells what nights have noticed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.intake import local_day
from motbild.core.notices import Notice
from motbild.web.language import Words
from motbild.web.notice_places import Place, Places
from motbild.web.notice_words import Wording, is_told, tell_ceased, tell_notice
from motbild.web.reading.campaigns import read_recent
from motbild.web.reading.health import read_night
from motbild.web.reading.item import read_narratives
from motbild.web.reading.notices import Dealt, is_new, read_noticed
from motbild.web.reading.overview import title_of
from motbild.web.reading.queue import count_queues
from motbild.web.reading.rumours import read_clusters

MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A notice that holds, as it is shown.

    Attributes:
        wording: In words.
        place: Where it leads.
        since: When it was first noticed; None where that was within the last day.
    """

    wording: Wording
    place: Place
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Panel:
    """What people must be told now.

    Attributes:
        shown: The most urgent of what holds.
        folded: The rest of it.
        over: What has ceased within the last day, a sentence each.
    """

    shown: Sequence[Line]
    folded: Sequence[Line]
    over: Sequence[str]


def make_panel(
    words: Words, snapshot: OpenSnapshot, now: datetime, judged_rumours: Collection[str]
) -> Panel | None:
    """Return what nights have noticed; None where none has looked yet.

    Args:
        words: Of the reader's language.
        snapshot: The newest.
        now: Time-zone-aware.
        judged_rumours: Ids of new rumours that somebody has judged.
    """
    noticed = read_noticed(snapshot, now, _read_dealt(snapshot, judged_rumours))
    if noticed is None:
        return None
    narratives = read_narratives(snapshot)
    places = Places(
        words,
        read_recent(snapshot, local_day(now)).shown,
        read_clusters(snapshot).keys(),
        narratives.keys(),
    )

    def title(notice: Notice) -> str:
        return title_of(narratives, notice.evidence.get("narrative_id", ""), words.lang)

    lines = [
        Line(
            tell_notice(words, notice, title(notice)),
            places.of(notice),
            None if is_new(notice, now) else notice.first_noticed_at,
        )
        for notice in noticed.open
        if is_told(notice)
    ]
    over = [tell_ceased(words, one, title(one)) for one in noticed.over if is_told(one)]
    return Panel(lines[:MOST_SHOWN], lines[MOST_SHOWN:], over)


def _read_dealt(snapshot: OpenSnapshot, judged_rumours: Collection[str]) -> Dealt:
    night = read_night(snapshot)
    return Dealt(
        has_threats=bool(count_queues(snapshot)["hot"]),
        rumours=judged_rumours,
        sources={source.source_id for source in night.well} if night else set(),
    )
