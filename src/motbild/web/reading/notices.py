"""What nights have noticed, as the room tells it: what still holds, and what has just ceased."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.notices import KINDS, SOURCE_KINDS, Notice
from motbild.stages.digest import read_notices

RECENT = timedelta(days=1)  # what has ceased longer ago is told no more


@dataclass(frozen=True, slots=True)
class Noticed:
    """What people must be told.

    Attributes:
        open: What holds, the most urgent first.
        over: What has ceased within the last day, in the same order.
    """

    open: Sequence[Notice]
    over: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Dealt:
    """What people have done since the night, and which sources it could read.

    Attributes:
        has_threats: Whether any threat still waits for somebody.
        rumours: Ids of new rumours that somebody has judged.
        sources: Sources that the last night could read; of others nothing good is known.
    """

    has_threats: bool
    rumours: Collection[str]
    sources: Collection[str]


def read_noticed(snapshot: OpenSnapshot, now: datetime, dealt: Dealt) -> Noticed | None:
    """Return what people must be told; None from a snapshot of before nights noticed anything."""
    if not snapshot.has_table("notices"):
        return None
    return choose(snapshot.once("notices", lambda: read_notices(snapshot)), now, dealt)


def choose(notices: Sequence[Notice], now: datetime, dealt: Dealt) -> Noticed:
    """Choose what is told now: nothing that people have dealt with already.

    Args:
        notices: All that were ever made.
        now: Time-zone-aware.
        dealt: What people have done since.
    """
    left = sorted(
        (one for one in _join_threats(notices, now) if not _is_dealt_with(one, dealt)),
        key=lambda notice: (KINDS.index(notice.kind), -notice.first_noticed_at.timestamp()),
    )
    held = [notice for notice in left if notice.is_open]
    going_on = {_thing(notice) for notice in held}
    ceased = [
        notice
        for notice in left
        if not notice.is_open
        and now - notice.last_noticed_at < RECENT
        and _thing(notice) not in going_on
        and (notice.kind not in SOURCE_KINDS or notice.subject_id in dealt.sources)
    ]
    return Noticed(held, ceased)


def _join_threats(notices: Sequence[Notice], now: datetime) -> Iterator[Notice]:
    """Yield the notices, those of threats as one: a run an hour later makes none less new."""
    threats = [
        one for one in notices if one.kind == "threats" and (one.is_open or is_new(one, now))
    ]
    yield from (one for one in notices if one.kind != "threats")
    if threats:
        newest = max(threats, key=lambda one: one.first_noticed_at)
        count = sum(int(one.evidence.get("post_count", 0)) for one in threats)
        yield replace(newest, is_open=True, evidence={"post_count": str(count)})


def is_new(notice: Notice, now: datetime) -> bool:
    """Tell whether a notice was made within the last day."""
    return now - notice.first_noticed_at < RECENT


def _is_dealt_with(notice: Notice, dealt: Dealt) -> bool:
    if notice.kind == "threats":
        return not dealt.has_threats
    return notice.kind == "new-rumour" and notice.subject_id in dealt.rumours


def _thing(notice: Notice) -> tuple[str, str]:
    """Return what a notice is about, whatever is wrong with it.

    A source that falls and then breaks has not recovered, and a rise in one language that
    has become one in all has not ended.
    """
    if notice.kind in SOURCE_KINDS:
        return "source", notice.subject_id
    if notice.kind in ("spike", "shift"):
        return "rise", notice.evidence.get("narrative_id", notice.subject_id)
    return notice.kind, notice.subject_id
