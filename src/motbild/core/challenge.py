"""Whether a challenger may take the champion's place: compared post by post on a gold set.

Both models judge the same posts. In each of a thousand draws of these posts, with
replacement, the difference of each measure is taken; a challenger is refused on a measure
where it is worse in at least 90 % of the draws. No measure makes up for another, so the
gate errs on the champion's side: of two equally good models that differ on many posts it
will now and then refuse one.

Source: the bootstrap of paired differences, Efron & Tibshirani, An Introduction to the
Bootstrap (1993), chapters 6 and 13; as a test between two systems on one test set, Koehn,
Statistical Significance Tests for Machine Translation Evaluation (EMNLP 2004).
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import partial

import numpy as np

from motbild.core import metrics
from motbild.core.judgement import Judged, LabelledPost
from motbild.core.metrics import Flags, Floats
from motbild.core.promotions import Comparison
from motbild.core.records import STANCES

DRAWS = 1000
CERTAINTY = 0.9
# A language with fewer gold posts is judged along with the others that have few.
LEAST_POSTS = 20
FALSE_FLAGS = "protected_speech_flagged_share"
THREAT_RECALL = "threat_recall"
_OTHERS = "others"
_Measure = Callable[[Judged, Floats], Floats]


def known_posts(posts: Sequence[LabelledPost], narratives: Collection[str]) -> list[LabelledPost]:
    """Return the labelled posts that bear on no other narratives than these."""
    return [post for post in posts if set(post.narratives) <= set(narratives)]


def compare(champion: Judged, challenger: Judged, *, seed: int = 0) -> tuple[Comparison, ...]:
    """Compare two models on every measure that a challenger may not lose.

    These are the F1 of each narrative, the F1 of flags in each language group, the share
    of protected speech that is flagged, and the recall of threats.

    Args:
        champion: What the model in use says of the posts, beside what people say.
        challenger: The same posts in the same order, judged by the other.
        seed: Seeds the draws.

    Returns:
        The measures that both have a value for.
    """
    weights = metrics.draw_weights(len(champion.langs), seed, DRAWS)
    protected = ~champion.stances[:, STANCES.index("asserts")]
    measures: list[tuple[str, _Measure, Flags]] = [
        *(
            (f"narrative_f1.{name}", partial(_narrative_f1, column), champion.narratives[:, column])
            for column, name in enumerate(champion.narrative_ids)
        ),
        *(
            (f"flag_f1.{group}", partial(_flag_f1, members), members)
            for group, members in _language_groups(champion).items()
        ),
        (FALSE_FLAGS, partial(_flagged_share, protected), protected),
        (THREAT_RECALL, _threat_recall, champion.threats),
    ]
    compared = (
        _compare(name, measure, (champion, challenger), weights, int(posts.sum()))
        for name, measure, posts in measures
    )
    return tuple(told for told in compared if not np.isnan([told.champion, told.challenger]).any())


def refusals(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """Return a sentence for each measure that the challenger may not be promoted for."""
    return tuple(_sentence(told) for told in comparisons if told.loss_share >= CERTAINTY)


def _sentence(told: Comparison) -> str:
    kind, _, about = told.measure.partition(".")
    subject = {
        "narrative_f1": f"F1 of the narrative {about!r}",
        "flag_f1": f"F1 of flags in {about!r}" if about != _OTHERS else "F1 of flags elsewhere",
        FALSE_FLAGS: "Protected speech that is flagged",
        THREAT_RECALL: "Recall of threats",
    }[kind]
    gap = told.challenger - told.champion
    return (
        f"{subject} would {'rise' if gap > 0 else 'fall'} from {told.champion:.3f} to "
        f"{told.challenger:.3f} over {told.post_count} posts; worse in "
        f"{told.loss_share:.0%} of {DRAWS} draws."
    )


def _compare(
    measure: str,
    value_of: _Measure,
    judged: tuple[Judged, Judged],
    weights: Floats,
    post_count: int,
) -> Comparison:
    champion, challenger = (value_of(one, weights) for one in judged)
    gains = challenger[1:] - champion[1:]
    if measure == FALSE_FLAGS:  # the one measure of which less is better
        gains = -gains
    known = gains[~np.isnan(gains)]
    return Comparison(
        measure=measure,
        champion=round(float(champion[0]), 4),
        challenger=round(float(challenger[0]), 4),
        loss_share=round(float((known < 0).mean()), 4) if len(known) else 0.0,
        post_count=post_count,
    )


def _narrative_f1(column: int, judged: Judged, weights: Floats) -> Floats:
    return metrics.f1(judged.matched[:, column], judged.narratives[:, column], weights)


def _flag_f1(members: Flags, judged: Judged, weights: Floats) -> Floats:
    return metrics.f1(judged.flagged & members, judged.flags & members, weights)


def _flagged_share(members: Flags, judged: Judged, weights: Floats) -> Floats:
    return metrics.share(judged.flagged, members, weights)


def _threat_recall(judged: Judged, weights: Floats) -> Floats:
    return metrics.recall(judged.threats_told, judged.threats, weights)


def _language_groups(judged: Judged) -> dict[str, Flags]:
    """Return the members of each group with enough posts: languages, and the rest pooled."""
    counts = Counter(judged.langs.tolist())
    large = sorted(lang for lang, count in counts.items() if count >= LEAST_POSTS)
    groups = {lang: np.asarray(judged.langs == lang) for lang in large}
    groups[_OTHERS] = ~np.isin(judged.langs, large)
    return {name: members for name, members in groups.items() if members.sum() >= LEAST_POSTS}
