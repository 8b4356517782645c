"""Days as `delar.bars` draws them."""

from collections.abc import Container, Sequence
from datetime import date
from functools import lru_cache

from motbild.core.trends import DayCount, Spike
from motbild.web.language import Words, words_of
from motbild.web.wording import SPIKES, tell

Point = tuple[str, int | None, bool]  # label, posts or None where missing, whether it stands out


def points(words: Words, series: Sequence[DayCount], spike_days: Container[date]) -> list[Point]:
    """Return the points of a chart; of a missing day the label tells what is known."""
    return [(_label(words, entry), entry.count, entry.day in spike_days) for entry in series]


def _label(words: Words, entry: DayCount) -> str:
    told = _name_day(words.lang, entry.day)
    if entry.count is None and entry.at_least:
        return words("%(day)s (minst %(n)s)", day=told, n=words.number(entry.at_least))
    return told


@lru_cache(maxsize=1_000)
def _name_day(lang: str, day: date) -> str:
    return words_of(lang).day(day, "d MMM")  # slow, and a page has hundreds


def tell_spike(words: Words, spike: Spike) -> str:
    """Tell why a day stands out."""
    code = "spike" if spike.ratio else "spike-from-nothing"
    return tell(words, SPIKES[code], {"count": spike.count, "expected": round(spike.expected)})
