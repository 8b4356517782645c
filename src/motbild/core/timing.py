"""How close in time the posts of one message lie, and how exactly that can be told.

Everything here counts; what a count is worth is in `motbild.core.campaigns`. Posts come as
columns of equal length, and accounts as numbers that mean nothing outside of a night.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

CO_POST_SECONDS = 60
BURST_SECONDS = 600
NEARBY_SECONDS = 3 * 3600  # before and after: what the pace around a moment is told from
UNKNOWN = -1

MINUTE, HOUR = 60, 3600
# An export that rounds has nearly all of its moments on a whole minute or hour; one that mixes
# moments with bare days has far more of them there than chance brings (a 60th, a 3600th).
ROUNDED_SHARE = 0.5
_LEAST_MINUTE_SHARE, _LEAST_HOUR_SHARE = 0.1, 0.01


@dataclass(frozen=True, slots=True)
class Burst:
    """The most that happened within `BURST_SECONDS`.

    Attributes:
        account_count: Accounts that posted.
        post_count: Posts, also of unknown accounts.
        nearby_count: Posts from `NEARBY_SECONDS` before it to as long after it, these included.
    """

    account_count: int = 0
    post_count: int = 0
    nearby_count: int = 0


def tell_grains(
    moments: Numbers, post_counts: Numbers, on_minute_counts: Numbers, on_hour_counts: Numbers
) -> Numbers:
    """Tell how exact each moment is, from how its source writes moments.

    Args:
        moments: ``(n,)`` seconds since 1970, or `UNKNOWN`.
        post_counts: ``(n,)`` posts of the source of each whose moment is told.
        on_minute_counts: ``(n,)`` those of them that lie on a whole minute.
        on_hour_counts: ``(n,)`` those of them that lie on a whole hour, as bare days do.

    Returns:
        ``(n,)`` 0 for to the second, 60 for to the minute, `UNKNOWN` for coarser or not told.
    """
    on_minute, on_hour = on_minute_counts / post_counts, on_hour_counts / post_counts
    is_minute = (on_minute >= ROUNDED_SHARE) | (
        (moments % MINUTE == 0) & (on_minute >= _LEAST_MINUTE_SHARE)
    )
    is_coarse = (on_hour >= ROUNDED_SHARE) | (
        (moments % HOUR == 0) & (on_hour >= _LEAST_HOUR_SHARE)
    )
    grains = np.where(is_minute, MINUTE, 0)
    return np.where(is_coarse | (moments < 0), UNKNOWN, grains).astype(np.int64)


def find_co_posts(moments: Numbers, accounts: Numbers, within: int = CO_POST_SECONDS) -> Mask:
    """Tell which posts lie within some seconds of one by another account.

    Args:
        moments: ``(n,)`` seconds, ascending.
        accounts: ``(n,)`` by number; none unknown.
        within: Seconds.

    Returns:
        ``(n,)``; the order of posts of one moment makes no difference. Takes one pass.
    """
    count = len(moments)
    if count == 0:
        return np.zeros(0, dtype=np.bool_)
    changes = np.flatnonzero(np.diff(accounts)) + 1
    starts = np.concatenate([[0], changes])
    ends = np.concatenate([changes, [count]])
    lengths = ends - starts
    # The nearest post of another account is the one before or after the run of its own.
    before = np.repeat(np.where(starts > 0, moments[starts - 1], moments[0] - within - 1), lengths)
    after = np.repeat(
        np.where(ends < count, moments[np.minimum(ends, count - 1)], moments[-1] + within + 1),
        lengths,
    )
    near: Mask = (moments - before <= within) | (after - moments <= within)
    return near


def expect_co_posts(moments: Numbers, within: int = CO_POST_SECONDS) -> float:
    """Return how many posts would lie so close if only the pace around them counted.

    Each other post of the hours around a moment falls into the seconds around it with the
    chance that these have of those hours. A message that many pass on at once is fast without
    being timed, and has as many close posts as this.

    Args:
        moments: ``(n,)`` seconds, ascending.
        within: Seconds before and after.
    """
    others = _count_between(moments, moments - NEARBY_SECONDS, moments + NEARBY_SECONDS) - 1
    chance = max(2 * within, MINUTE) / (2 * NEARBY_SECONDS)
    return float(np.sum(1.0 - (1.0 - chance) ** others))


def find_burst(moments: Numbers, accounts: Numbers, span: int = BURST_SECONDS) -> Burst:
    """Find the span in which most accounts posted, and of such the one with most posts.

    Args:
        moments: ``(n,)`` seconds, ascending.
        accounts: ``(n,)`` by number, or `UNKNOWN`.
        span: Seconds from the first to the last.
    """
    best = (0, 0, 0)
    first = 0
    held: Counter[int] = Counter()
    times, names = moments.tolist(), accounts.tolist()
    for last, (moment, account) in enumerate(zip(times, names, strict=True)):
        held[account] += 1
        while moment - times[first] > span:
            held[names[first]] -= 1
            if not held[names[first]]:
                del held[names[first]]
            first += 1
        known = len(held) - (UNKNOWN in held)
        best = max(best, (known, last - first + 1, -times[first]))
    if not times:
        return Burst()
    start = np.array([-best[2]])
    nearby = _count_between(moments, start - NEARBY_SECONDS, start + span + NEARBY_SECONDS)
    return Burst(best[0], best[1], int(nearby[0]))


def _count_between(moments: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """Return how many of the ascending moments lie between bounds, both included."""
    ends = np.searchsorted(moments, high, side="right")
    return np.asarray(ends - np.searchsorted(moments, low, side="left"), dtype=np.int64)
