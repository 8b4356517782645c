"""Episodes: rises under a name that they keep from night to night."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from motbild.core.rises import GAP_DAYS, Rise

_REACH = GAP_DAYS + 1  # days between two spans that may be one: late posts move a rise a little


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of an earlier night: its name and its days."""

    episode_id: str
    first_day: date
    last_day: date


def name_rises(narrative_id: str, rises: Sequence[Rise], before: Sequence[Episode]) -> list[str]:
    """Return the id of each rise: that of the episode which it goes on, or a new one.

    Args:
        narrative_id: The narrative that rose.
        rises: Tonight's.
        before: Episodes of the same narrative.

    Returns:
        Ids in the order of the rises, no two alike. Those that begin nearest go together.
    """
    pairs = sorted(
        (abs((episode.first_day - rise.first_day).days), place, episode.episode_id)
        for place, rise in enumerate(rises)
        for episode in before
        if _meet(rise, episode)
    )
    names: dict[int, str] = {}
    for _, place, episode_id in pairs:
        if place not in names and episode_id not in names.values():
            names[place] = episode_id
    taken = {episode.episode_id for episode in before} | set(names.values())
    for place, rise in enumerate(rises):
        if place not in names:
            names[place] = _new_name(narrative_id, rise, taken)
            taken.add(names[place])
    return [names[place] for place in range(len(rises))]


def _meet(rise: Rise, episode: Episode) -> bool:
    return (rise.first_day - episode.last_day).days <= _REACH and (
        episode.first_day - rise.last_day
    ).days <= _REACH


def _new_name(narrative_id: str, rise: Rise, taken: set[str]) -> str:
    name = f"{narrative_id}-{rise.first_day:%Y%m%d}"
    number = 2
    while name in taken:
        name = f"{narrative_id}-{rise.first_day:%Y%m%d}-{number}"
        number += 1
    return name
