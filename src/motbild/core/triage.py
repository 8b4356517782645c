"""Priority of a flagged post in the review queue, with the reason in words.

A reviewer's time is the scarce thing: what is likely, far-reaching, growing and
harmful comes first. The queue shows the words, never the number alone.
"""

import math
from dataclasses import dataclass

# Reach that counts as full: about a million views.
_FULL_REACH = 1_000_000
# What an act weighs against one view: who shares brings more readers than who likes.
_LIKE_VIEWS, _COMMENT_VIEWS, _SHARE_VIEWS = 10, 20, 30
# A post of unknown reach, or that does not grow, is still worth this share.
_LEAST_REACH, _LEAST_GROWTH = 0.3, 0.6


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a post and its copies have reached.

    Attributes:
        view_count: Views when last observed, 0 where not told.
        like_count: Likes, likewise.
        share_count: Shares, likewise.
        comment_count: Comments, likewise.
        copy_count: Posts in its family, itself included; at least 1.
        recent_copy_count: Those of the last two days that were collected.
    """

    view_count: int = 0
    like_count: int = 0
    share_count: int = 0
    comment_count: int = 0
    copy_count: int = 1
    recent_copy_count: int = 0


@dataclass(frozen=True, slots=True)
class Priority:
    """Place in the queue: a score in [0, 1] and the reason in Swedish words."""

    score: float
    reason: str


def prioritise(probability: float, harm: float, spread: Spread) -> Priority:
    """Weigh a flag: probability x reach x growth x harm, each in [0, 1].

    Reach is logarithmic, so that the first thousand readers count more than the
    thousandth thousand; growth is the recent share of a family of copies.
    """
    reach = _LEAST_REACH + (1 - _LEAST_REACH) * _reach(spread)
    growth = _LEAST_GROWTH + (1 - _LEAST_GROWTH) * _growth(spread)
    return Priority(
        score=round(probability * reach * growth * harm, 6), reason=_words(probability, spread)
    )


def _reach(spread: Spread) -> float:
    readers = (
        spread.view_count
        + _LIKE_VIEWS * spread.like_count
        + _COMMENT_VIEWS * spread.comment_count
        + _SHARE_VIEWS * spread.share_count
    )
    return min(1.0, math.log1p(readers) / math.log1p(_FULL_REACH))


def _growth(spread: Spread) -> float:
    others = spread.copy_count - 1
    return (others / (others + 3)) * (spread.recent_copy_count / spread.copy_count)


def _words(probability: float, spread: Spread) -> str:
    parts = [f"sannolikhet {round(100 * probability)} %"]
    if spread.view_count:
        parts.append(f"{_grouped(spread.view_count)} visningar")
    if spread.share_count:
        parts.append(f"{_grouped(spread.share_count)} delningar")
    if spread.copy_count > 1:
        recent = f", {spread.recent_copy_count} de senaste två dygnen"
        parts.append(f"{spread.copy_count} kopior" + (recent if spread.recent_copy_count else ""))
    return "; ".join(parts)


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")
