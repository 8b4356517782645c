"""Posts a day before and after a published answer.

The comparison says what happened, not why: whoever answers does so when a rumour runs
high, and what runs high comes down by itself. Hence the caveats, which are shown with
the number and never apart from it. They are codes; their sentences are the web's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from motbild.core.trends import DayCount

WINDOW = 14
FEWEST_DAYS, FEWEST_POSTS = 7, 20  # fewer on either side, or in all, say little
_FALLING, _PEAK = 0.75, 1.5
_PEAK_DAYS = 3
CAVEATS = (
    "not-a-cause",
    "few-days",
    "few-posts",
    "missing-days",
    "within-chance",
    "falling-before",
    "answered-at-peak",
    "others-alike",
    "another-answer-nearby",
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What was counted before and after an answer.

    Attributes:
        before_per_day: Posts a known day before, or None where no day is known.
        after_per_day: Likewise after.
        ratio: After over before, or None where there is nothing to compare with.
        low: Lower end of the 95 % interval of the ratio, or None.
        high: Upper end, likewise.
        control_ratio: The same ratio of what was not answered, or None.
        days_before: Known days before.
        days_after: Likewise after.
        missing_days: Days in the window, up to the last of the series, that are not known.
        caveats: Of `CAVEATS`, in their order; ``not-a-cause`` always.
    """

    before_per_day: float | None
    after_per_day: float | None
    ratio: float | None
    low: float | None
    high: float | None
    control_ratio: float | None
    days_before: int
    days_after: int
    missing_days: int
    caveats: tuple[str, ...]


def measure_effect(
    series: Sequence[DayCount],
    published_on: date,
    window: int = WINDOW,
    control: Sequence[DayCount] | None = None,
    other_answers: Sequence[date] = (),
) -> Effect:
    """Compare the days before an answer with those after it.

    The day of publishing belongs to neither. Days that the series does not reach are not
    yet known, which is no fault; days in it without a count are missing.

    Args:
        series: Posts by day of what was answered.
        published_on: Day that the answer was published.
        window: Days on either side.
        control: Posts by day of what was not answered, such as the other narratives.
        other_answers: Days of other answers to the same.

    Source:
        Quasi-Poisson rate ratio: McCullagh and Nelder, Generalized Linear Models, 2nd ed.,
        1989, sections 6.2 and 9.2. Days are taken as independent of each other; where
        they are not, the interval is too narrow.
    """
    reached = _near(series, published_on, window)
    before, after = _sides(reached, published_on)
    low, high = _interval(before, after)
    compared = _ratio(*_sides(_near(control or (), published_on, window), published_on))
    effect = Effect(
        before_per_day=_mean(before),
        after_per_day=_mean(after),
        ratio=_ratio(before, after),
        low=low,
        high=high,
        control_ratio=compared,
        days_before=len(before),
        days_after=len(after),
        missing_days=sum(e.count is None for e in reached if e.day != published_on),
        caveats=(),
    )
    others = [day for day in other_answers if day != published_on]
    is_nearby = any(abs((day - published_on).days) <= window for day in others)
    return replace(effect, caveats=_caveats(effect, before, after, is_nearby))


def _caveats(
    effect: Effect, before: list[int], after: list[int], is_answered_nearby: bool
) -> tuple[str, ...]:
    held = {
        "not-a-cause": True,
        "few-days": min(len(before), len(after)) < FEWEST_DAYS,
        "few-posts": sum(before) + sum(after) < FEWEST_POSTS,
        "missing-days": effect.missing_days > 0,
        "within-chance": _is_within(1.0, effect),
        "falling-before": _is_falling(before),
        "answered-at-peak": _is_peak(before),
        "others-alike": _is_within(effect.control_ratio, effect),
        "another-answer-nearby": is_answered_nearby,
    }
    return tuple(code for code in CAVEATS if held[code])


def _near(series: Sequence[DayCount], day: date, window: int) -> list[DayCount]:
    return sorted(
        (entry for entry in series if abs((entry.day - day).days) <= window),
        key=lambda entry: entry.day,
    )


def _sides(reached: Sequence[DayCount], published_on: date) -> tuple[list[int], list[int]]:
    """Return the known counts before and after a day, each in order of day."""
    known = [(entry.day, entry.count) for entry in reached if entry.count is not None]
    before = [count for day, count in known if day < published_on]
    return before, [count for day, count in known if day > published_on]


def _mean(counts: Sequence[int]) -> float | None:
    return sum(counts) / len(counts) if counts else None


def _ratio(before: Sequence[int], after: Sequence[int]) -> float | None:
    if not after or not sum(before):
        return None
    return (sum(after) / len(after)) / (sum(before) / len(before))


def _interval(before: list[int], after: list[int]) -> tuple[float | None, float | None]:
    """Return the 95 % interval of the ratio, wider the more the days differ."""
    freedom = len(before) + len(after) - 2
    ratio = _ratio(before, after)
    if ratio is None or freedom < 1 or min(len(before), len(after)) < 2:
        return None, None
    from scipy.special import stdtrit  # takes long to import, and few pages need it

    # Half a post on either side, so that a fall to nothing has an interval too.
    posts_before, posts_after = sum(before) + 0.5, sum(after) + 0.5
    centre = math.log(posts_after / len(after)) - math.log(posts_before / len(before))
    spread = _dispersion(before, after, freedom) * (1 / posts_before + 1 / posts_after)
    reach = float(stdtrit(freedom, 0.975)) * math.sqrt(spread)
    return min(math.exp(centre - reach), ratio), max(math.exp(centre + reach), ratio)


def _dispersion(before: list[int], after: list[int], freedom: int) -> float:
    """Return Pearson's dispersion, never less than the 1 of a Poisson count."""
    squares = 0.0
    for counts in (before, after):
        expected = sum(counts) / len(counts)
        if expected:
            squares += sum((count - expected) ** 2 for count in counts) / expected
    return max(1.0, squares / freedom)


def _is_falling(before: list[int]) -> bool:
    """Tell whether posts were fewer in the later half of the days before."""
    half = len(before) // 2
    ratio = _ratio(before[:half], before[half:]) if half else None
    return ratio is not None and ratio <= _FALLING


def _is_peak(before: list[int]) -> bool:
    """Tell whether the answer came when posts had just become many."""
    ratio = _ratio(before[:-_PEAK_DAYS], before[-_PEAK_DAYS:])
    return ratio is not None and ratio >= _PEAK


def _is_within(ratio: float | None, effect: Effect) -> bool:
    if ratio is None or effect.low is None or effect.high is None:
        return False
    return effect.low <= ratio <= effect.high
