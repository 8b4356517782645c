"""How much better it gets with more seeds: whole voices are added, in a random order."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from motbild.core.judgement import LabelledPost, judge
from motbild.core.metrics import Floats, average_precision
from motbild.core.narratives import Pack, Seed
from motbild.core.records import STANCES
from motbild.core.vectors import Encoder
from motbild.stages.train import train
from tests.benchmarks.lessons import ASSERTS, lessons_of, read_posts
from tests.benchmarks.page import SEED, with_interval
from tests.benchmarks.rivals import Rival

SIZES = (300, 1000, 3000)
Point = tuple[int, dict[str, float | None]]


def grow(pack: Pack, sizes: Sequence[int] = SIZES) -> list[Pack]:
    """Return the pack with ever more voices, at last with all of them.

    A smaller pack is a part of each greater one. Sizes that the pack does not reach, or
    nearly is, are left out.
    """
    voices = np.array([seed.voice or seed.seed_id for seed in pack.seeds])
    order = np.random.default_rng(SEED).permutation(np.unique(voices))
    counts = np.cumsum([int((voices == voice).sum()) for voice in order])
    grown = []
    for size in sizes:
        if size < 0.9 * len(pack.seeds):
            chosen = set(order[: int(np.searchsorted(counts, size)) + 1].tolist())
            grown.append(replace(pack, seeds=_by(pack.seeds, chosen)))
    return [*grown, pack]


def _by(seeds: Sequence[Seed], voices: set[str]) -> tuple[Seed, ...]:
    return tuple(seed for seed in seeds if (seed.voice or seed.seed_id) in voices)


def follow_motbild(
    packs: Sequence[Pack], encoder: Encoder, posts: Sequence[LabelledPost]
) -> list[Point]:
    """Measure Motbild's flag average precision on posts after ever more seeds."""
    points = []
    for pack in packs:
        judged = judge(posts, train([pack], encoder).classifier, encoder.encode)
        points.append((len(pack.seeds), rank(judged.flag_scores, posts)))
    return points


def follow_rival(packs: Sequence[Pack], rival: Rival, posts: Sequence[LabelledPost]) -> list[Point]:
    """Measure a rival's flag average precision on posts after ever more seeds."""
    points = []
    for pack in packs:
        scores = rival.score(lessons_of([pack]), read_posts(posts))
        points.append((len(pack.seeds), rank(scores[:, ASSERTS - len(STANCES)], posts)))
    return points


def rank(scores: Floats, posts: Sequence[LabelledPost]) -> dict[str, float | None]:
    """Return the average precision of scores for what asserts, with its interval."""
    truths = np.array([post.stance == "asserts" for post in posts])
    return with_interval(partial(average_precision, scores, truths), len(posts))
