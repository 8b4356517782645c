"""How each contender is tried: on voices it has not seen, on labelled posts, on real texts.

Rivals get probabilities and thresholds by the same rules as Motbild, from scores of
texts whose voice was held out. The thresholds are placed on the very scores that the
figures on unseen voices are of, so that all but the ranking is a little kind there, to
every contender alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from motbild.core.calibration import Sigmoid, softmax
from motbild.core.calibration_fitting import fit_sigmoid
from motbild.core.classifier import Classifier
from motbild.core.judgement import Judged, LabelledPost, judge
from motbild.core.learning import Recipe, gather_examples, learn
from motbild.core.metrics import Flags, Floats
from motbild.core.narratives import Pack
from motbild.core.placing import place_thresholds
from motbild.core.records import STANCES
from motbild.core.text import model_text
from motbild.core.vectors import Encoder
from motbild.core.verdicts import Probabilities, Thresholds
from tests.benchmarks.lessons import (
    ASSERTS,
    Lessons,
    flag_truths,
    lessons_of,
    one_hot,
    read_posts,
    read_real,
)
from tests.benchmarks.rivals import Rival

FOLDS = 5
SEED = 0
NONE = STANCES.index("none")


@dataclass(frozen=True)
class Trial:
    """What a contender said.

    Attributes:
        unseen: Of the seeds but for the background, each voice held out.
        posts: Of the labelled posts.
        real_flag_count: How many real texts it flagged.
        real_match_count: How many of them matched a narrative.
        tells_stance: Whether it can tell stances apart at all.
    """

    unseen: Judged
    posts: Judged
    real_flag_count: int = 0
    real_match_count: int = 0
    tells_stance: bool = True


def try_motbild(
    packs: Sequence[Pack], encoder: Encoder, posts: Sequence[LabelledPost], real: Sequence[str]
) -> tuple[Trial, Classifier]:
    """Train Motbild's classifier and try it; returns the classifier too."""
    lessons = lessons_of(packs)
    seeds = [seed for pack in packs for seed in pack.seeds]
    examples = gather_examples(seeds, lessons.narrative_ids, encoder.encode)
    classifier, unseen = learn(examples, lessons.narrative_ids, seeds, recipe=Recipe(), seed=SEED)
    if unseen is None:
        raise ValueError("The packs have a single voice: there is none to hold out.")
    found = classifier.calibrate(unseen.heads, unseen.stances)
    said = judged_of(found, classifier.thresholds, lessons)
    told = classifier.classify(read_real(real), ["sv"] * len(real), encoder.encode)
    trial = Trial(
        unseen=said.take(lessons.hard),
        posts=judge(posts, classifier, encoder.encode),
        real_flag_count=sum(one.is_flagged for one in told),
        real_match_count=sum(bool(one.matches) for one in told),
    )
    return trial, classifier


def try_rival(
    rival: Rival, lessons: Lessons, posts: Sequence[LabelledPost], real: Sequence[str]
) -> Trial:
    """Calibrate a rival on unseen voices, and try it."""
    unseen = score_unseen(rival, lessons)
    scale = Scale.fit(unseen, lessons)
    texts = [*read_posts(posts), *(model_text(text) for text in read_real(real))]
    scores = rival.score(lessons, texts)
    answered = _answers(posts, lessons)
    of_posts, of_real = scores[: len(posts)], scores[len(posts) :]
    matched, flagged = decide(scale.probabilities(of_real), scale.thresholds, ["sv"] * len(of_real))
    return Trial(
        unseen=judged_of(scale.probabilities(unseen), scale.thresholds, lessons).take(lessons.hard),
        posts=judged_of(scale.probabilities(of_posts), scale.thresholds, answered),
        real_flag_count=int(flagged.sum()),
        real_match_count=int(matched.any(axis=1).sum()),
        tells_stance=rival.tells_stance,
    )


def score_unseen(rival: Rival, lessons: Lessons) -> Floats:
    """Score each text by a rival that has learned nothing of its voice."""
    scores = np.zeros((len(lessons.texts), len(lessons.narrative_ids) + 1 + len(STANCES)))
    count = min(FOLDS, len(np.unique(lessons.voices)))
    folds = StratifiedGroupKFold(count, shuffle=True, random_state=SEED)
    strata = _strata(lessons, count)
    for seen, unseen in folds.split(strata, strata, lessons.voices):
        asked = lessons.take(unseen).texts
        scores[unseen] = rival.score(lessons.take(seen), asked)
    return scores


def _strata(lessons: Lessons, folds: int) -> NDArray[np.intp]:
    """Number the kinds of text that each fold should hold: stances and background."""
    strata = np.where(lessons.hard, lessons.stances, len(STANCES))
    kinds, counts = np.unique(strata, return_counts=True)
    return np.where(np.isin(strata, kinds[counts < folds]), kinds[np.argmax(counts)], strata)


@dataclass(frozen=True)
class Scale:
    """What turns a rival's scores into probabilities and verdicts.

    Attributes:
        sigmoids: Of each narrative, of threats and of what asserts.
        thresholds: Placed by the rule that Motbild's are placed by.
    """

    sigmoids: tuple[Sigmoid, ...]
    thresholds: Thresholds

    @classmethod
    def fit(cls, scores: Floats, lessons: Lessons) -> "Scale":
        """Learn it from scores of unseen voices."""
        count = len(lessons.narrative_ids)
        truths = np.column_stack([lessons.truths[:, :-1], lessons.stances == ASSERTS])
        columns = np.column_stack([scores[:, : count + 1], scores[:, count + 1 + ASSERTS]])
        sigmoids = tuple(fit_sigmoid(columns[:, n], truths[:, n]) for n in range(count + 2))
        even = Thresholds({}, 0.5, 0.5)
        found = cls(sigmoids, even).probabilities(scores)
        placed = place_thresholds(found, lessons.narrative_ids, lessons.labels)
        return cls(sigmoids, placed)

    def probabilities(self, scores: Floats) -> Probabilities:
        """Calibrate scores; what is not ``asserts`` is shared out among the other stances."""
        count = len(self.sigmoids) - 2
        *narratives, threats = (
            sigmoid.probabilities(scores[:, n]) for n, sigmoid in enumerate(self.sigmoids[:-1])
        )
        others = scores[:, count + 1 :].copy()
        asserts = self.sigmoids[-1].probabilities(others[:, ASSERTS])
        others[:, ASSERTS] = -np.inf
        stances = softmax(others) * (1 - asserts)[:, None]
        stances[:, ASSERTS] = asserts
        return Probabilities(np.column_stack(narratives), threats, stances)


def decide(
    found: Probabilities, thresholds: Thresholds, langs: Sequence[str]
) -> tuple[Flags, Flags]:
    """Return which narratives match which text, and which texts are flagged."""
    own, shared = thresholds.asserts_by_lang, thresholds.asserts
    asserts = np.array([own.get(lang, shared) for lang in langs])
    limits = np.array(list(thresholds.narratives.values()))
    matched = found.narratives >= limits
    flagged = matched.any(axis=1) & (found.stances[:, ASSERTS] >= asserts)
    return matched, flagged


def judged_of(found: Probabilities, thresholds: Thresholds, lessons: Lessons) -> Judged:
    """Set what is said of texts beside what is so."""
    matched, flagged = decide(found, thresholds, lessons.langs.tolist())
    others = found.stances.copy()
    others[:, [ASSERTS, NONE]] = -1.0
    told = np.where(flagged, ASSERTS, np.where(matched.any(axis=1), others.argmax(axis=1), NONE))
    return Judged(
        narrative_ids=lessons.narrative_ids,
        langs=lessons.langs,
        probabilities=found.narratives,
        matched=matched,
        narratives=lessons.narratives,
        stances_told=one_hot(told),
        stances=one_hot(lessons.stances),
        threat_probabilities=found.threats,
        threats_told=found.threats >= thresholds.threat,
        threats=lessons.threats,
        flag_scores=found.stances[:, ASSERTS],
        flagged=flagged,
        flags=flag_truths(lessons.narratives, lessons.stances),
    )


def _answers(posts: Sequence[LabelledPost], lessons: Lessons) -> Lessons:
    """Return labelled posts in the form of lessons."""
    labels = [
        [name in post.narratives for name in lessons.narrative_ids] + [post.is_threat, True]
        for post in posts
    ]
    return Lessons(
        narrative_ids=lessons.narrative_ids,
        claims=lessons.claims,
        texts=tuple(read_posts(posts)),
        langs=np.array([post.lang for post in posts]),
        truths=np.array(labels, dtype=bool).reshape(len(posts), len(lessons.narrative_ids) + 2),
        stances=np.array([STANCES.index(post.stance) for post in posts], dtype=np.intp),
        voices=np.array([post.post_id for post in posts]),
    )
