"""What count a day may usually have: a plain model of counts, with its range.

A day is compared with the eight weeks before it: their level, the rhythm of the week, and
how unevenly counts fall. Earlier peaks weigh less, so that one wave does not hide the next.
What is not known is left out: it is never zero, and nothing is put in its place. A series of
few posts takes the rhythm of its week from all that is read, until its own is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A day is compared with the 56 before it, less the two last, so that a wave which builds up
# over days does not hide itself.
WINDOW_DAYS, GUARD_DAYS = 56, 2
FEWEST_KNOWN_DAYS = 7  # of those; fewer say nothing of what is usual
WEEK = 7
TAIL = 0.002  # how often a usual day passes the upper end, where the model holds

_AGO = np.arange(GUARD_DAYS + 1, WINDOW_DAYS + 1)
_RECENCY = 0.5 ** (_AGO / 21.0)  # three weeks back weighs half
# One column for each day of the week, counted from the day that is judged.
_WEEKDAYS = np.eye(WEEK)[-_AGO % WEEK]
_ROUNDS = 4  # of estimating level, rhythm and spread from each other; more change nothing
_OUTLIER = 2.58  # spreads from which an earlier day weighs less
_RHYTHM_SPREAD = 0.3  # of the factors of weekdays, before anything is known of them
# Of a series' own factors about those of all that is read, unless they differ beyond chance:
_OWN_SPREAD = 0.1
_CHANCE = 12.6  # how far, as chi-square of seven days about their mean, at five in a hundred
_PRIOR_DISPERSION, _PRIOR_DAYS = 1.5, 7.0  # how unevenly counts fall, before anything is known
_PSEUDO_COUNT = 0.5  # posts added to a level, so that weeks of nothing do not mean never
_LEAST_MIDDLE = 0.3  # posts a day, to begin with, where most days have none
_MAD_TO_SD = 1.4826  # of a normal distribution

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The week before each of t days, as factors on the level.

    Attributes:
        factors: Of each weekday, the day itself first, ``(t, 7)``.
        variance: Their relative variance, ``(t, 7)``.
    """

    factors: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """What is usual before each of t days.

    Attributes:
        level: Posts of an average day, ``(t,)``; nan where too little is known.
        rhythm: The week.
        dispersion: Variance of a count over its mean, at least 1, ``(t,)``.
        error: Relative variance of the level, ``(t,)``.
    """

    level: Floats
    rhythm: Rhythm
    dispersion: Floats
    error: Floats

    def spans(self, steps: Sequence[int]) -> tuple[Floats, Floats]:
        """Return what is expected of some days together, from each day that was judged on.

        Args:
            steps: Which days, as numbers of days after the day that was judged.

        Returns:
            Expected posts and the variance of a count about them, ``(t,)`` each.
        """
        weekdays = [step % WEEK for step in steps]
        means = self.level[:, None] * self.rhythm.factors[:, weekdays]
        # What is not known of the level errs the same way on each day.
        relative = self.error[:, None] + self.rhythm.variance[:, weekdays]
        error = (means * np.sqrt(relative)).sum(1) ** 2
        expected = means.sum(1)
        return expected, self.dispersion * expected + error


def fit_before(counts: Floats, days: Integers, all_counts: Floats | None = None) -> Fit:
    """Fit the model to what was known before each of some days.

    Args:
        counts: Posts of consecutive days, ``(n,)``; nan where missing.
        days: Positions of the days to be judged, ``(t,)``.
        all_counts: Everything that was read on the same days, ``(n,)``; nan where missing.
            Its week is what the series' own is drawn towards.

    Source:
        Weights, dispersion and the negative binomial limit of `upper_ends` as in Noufaily et
        al., "An improved algorithm for outbreak detection in multiple surveillance systems",
        Statistics in Medicine 32, 2013, after Farrington et al., "A statistical algorithm for
        the early detection of outbreaks of infectious disease", Journal of the Royal
        Statistical Society A 159, 1996; with a recent level in place of a trend, and weekdays
        in place of seasons, drawn towards each other as Poisson counts are by a gamma prior.
    """
    shape = (len(days), WEEK)
    alike = Rhythm(np.ones(shape), np.full(shape, _RHYTHM_SPREAD**2))
    alone = _fit(counts, days, alike)
    if all_counts is None:
        return alone
    common = _fit(all_counts, days, alike).rhythm
    spread = _difference(alone.rhythm, common) + _OWN_SPREAD**2
    return _fit(counts, days, Rhythm(common.factors, common.variance + spread))


def _difference(own: Rhythm, common: Rhythm) -> Floats:
    """Return by how much a week differs from the common one beyond chance, as variance ``(t, 1)``.

    Source:
        The moment estimate of DerSimonian and Laird, "Meta-analysis in clinical trials",
        Controlled Clinical Trials 7, 1986, of which what chance allows is taken off.
    """
    ratios = own.factors / common.factors
    weights = 1 / (own.variance + common.variance)
    whole = weights.sum(1, keepdims=True)
    middle = (weights * ratios).sum(1, keepdims=True) / whole
    apart = (weights * (ratios - middle) ** 2).sum(1, keepdims=True) - _CHANCE
    scale = whole - (weights**2).sum(1, keepdims=True) / whole
    return np.asarray(np.maximum(apart, 0.0) / scale)


def _fit(counts: Floats, days: Integers, prior: Rhythm) -> Fit:
    seen = _look_back(counts, days)
    known = ~np.isnan(seen)
    posts = np.where(known, seen, 0.0)
    trust = _first_trust(posts, known)
    rhythm = prior
    for _ in range(_ROUNDS):
        weights = known * _RECENCY * trust
        shape = rhythm.factors @ _WEEKDAYS.T
        level = _share((weights * posts).sum(1) + _PSEUDO_COUNT, (weights * shape).sum(1))
        means = np.maximum(level[:, None] * shape, 1e-9)
        # Twice, or one high day among quiet ones would still make room for the next.
        dispersion = _dispersion(posts, means, weights * trust)
        trust = _trust(posts, means, dispersion[:, None])
        rhythm = _learn_rhythm(prior, known * _RECENCY * trust, posts, level, dispersion)
    weights = known * _RECENCY * trust
    spent = _share((weights**2).sum(1), weights.sum(1) ** 2)  # one over the days it rests on
    enough = known.sum(1) >= FEWEST_KNOWN_DAYS
    error = dispersion * _share(spent, level)
    return Fit(np.where(enough, level, np.nan), rhythm, dispersion, error)


def _learn_rhythm(
    prior: Rhythm, weights: Floats, posts: Floats, level: Floats, dispersion: Floats
) -> Rhythm:
    """Return the week's factors: counts of each weekday, with the prior's as counts beside."""
    spread = dispersion[:, None]
    counted = (weights * posts) @ _WEEKDAYS + spread / prior.variance
    expected = (weights * level[:, None]) @ _WEEKDAYS + spread / (prior.variance * prior.factors)
    return Rhythm(counted / expected, spread / counted)


def _look_back(counts: Floats, days: Integers) -> Floats:
    """Return what each day is compared with, the latest first; nan before the first day."""
    padded = np.concatenate([np.full(WINDOW_DAYS, np.nan), counts])
    return np.asarray(padded[days[:, None] + WINDOW_DAYS - _AGO[None, :]])


def _dispersion(posts: Floats, means: Floats, weights: Floats) -> Floats:
    """Return Pearson's estimate, drawn towards what counts of posts commonly have."""
    squares = (weights * (posts - means) ** 2 / means).sum(1)
    days = np.maximum(weights.sum(1) / _RECENCY.mean() - 1, 0.0)
    found = _share(squares, weights.sum(1))
    drawn = (days * found + _PRIOR_DAYS * _PRIOR_DISPERSION) / (days + _PRIOR_DAYS)
    return np.asarray(np.maximum(drawn, 1.0))


def _first_trust(posts: Floats, known: Flags) -> Floats:
    """Return the weights to begin with: from medians, which a few high days do not move."""
    middles = np.maximum(_medians(posts, known), _LEAST_MIDDLE)
    spreads = _MAD_TO_SD * _medians(np.abs(posts - middles), known)
    dispersion = np.maximum(spreads**2 / middles, _PRIOR_DISPERSION)
    return _trust(posts, np.broadcast_to(middles, posts.shape), dispersion)


def _medians(values: Floats, known: Flags) -> Floats:
    """Return the median of the known values of each row, ``(t, 1)``; 0 where none is known."""
    ordered = np.sort(np.where(known, values, np.inf), axis=1)
    middle = np.maximum(known.sum(1) - 1, 0) // 2
    found = np.take_along_axis(ordered, middle[:, None], axis=1)
    return np.where(np.isinf(found), 0.0, found)


def _trust(posts: Floats, means: Floats, dispersion: Floats) -> Floats:
    """Return weights in (0, 1]: less for days that lie far above what is expected."""
    residuals = 1.5 * (posts ** (2 / 3) - means ** (2 / 3)) / (means ** (1 / 6))
    excess = residuals / np.sqrt(dispersion) / _OUTLIER
    return np.where(excess > 1, 1 / np.maximum(excess, 1) ** 2, 1.0)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def upper_ends(means: Floats, variances: Floats, tail: float = TAIL) -> Floats:
    """Return the most posts that are usual: the ends of negative binomial ranges.

    Args:
        means: Expected posts, above zero; nan gives nan.
        variances: Of the counts about them; at least the means.
        tail: Share of usual counts that lie above.
    """
    from scipy.special import nbdtrik  # takes long to import, and pages of the room do without

    sizes = means**2 / np.maximum(variances - means, 1e-9 * means)
    return np.asarray(np.ceil(nbdtrik(1 - tail, sizes, sizes / (sizes + means))))
