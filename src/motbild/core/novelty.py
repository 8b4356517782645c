"""How unlikely it is that what is told so lately only happens to be told now.

People always talk of something, and what they talk of gathers in clusters, too. A new rumour
differs in time: all of its tellings are recent, while everything else came as it always does.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from scipy.stats import binom

RECENT_DAYS = (1, 2, 3, 7)


def chance_of_recency(days: Sequence[date], arrivals: Mapping[date, int], until: date) -> float:
    """Return how likely so many recent texts are, were they as old or new as all others.

    For each span of days that ends now, the texts within it are counted; had they come as all
    texts do, their number would be binomial. The least of these probabilities is returned: it is
    for telling the rare from the usual, and is no probability of an error.

    Args:
        days: Day of each text, none before the window.
        arrivals: New texts of each day of the window, whatever they say. A source that has only
            begun to be read makes all of them recent, and so none of them new.
        until: The last day of the window.

    Returns:
        A probability; 1 where there is nothing to tell from.

    Source:
        Naus, The distribution of the size of the maximum cluster of points on a line, 1965, on
        looking for the densest of many spans.
    """
    everything = sum(arrivals.values())
    if not days or not everything:
        return 1.0
    return min(
        float(binom.sf(_within(days, span, until) - 1, len(days), share / everything))
        for span in RECENT_DAYS
        if (share := sum(n for day, n in arrivals.items() if (until - day).days < span))
    )


def _within(days: Sequence[date], span: int, until: date) -> int:
    return sum((until - day).days < span for day in days)
