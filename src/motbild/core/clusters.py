"""Clusters of posts that match no narrative and yet are near what is watched: new rumours.

A rumour that no narrative describes is told in many wordings within some weeks. Texts
that are alike are gathered; what recurs is shown to a person, who says what it is.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from motbild.core.cluster_terms import Words, distinguish
from motbild.core.gathering import FEWEST_FAMILIES, gather, mean_likeness
from motbild.core.likeness import compare_texts
from motbild.core.text import read_texts
from motbild.core.units import is_brief
from motbild.core.vectors import Encode

Gather = Callable[[NDArray[np.float32]], list[list[int]]]
Read = Callable[[Sequence[str]], list[str]]

MOST_CLUSTERS = 30
RECENT_DAYS = 7
WINDOW_DAYS = 28
# What counts for half of the greatest: three texts on one subject are seldom a rumour.
_HALF_SIZE, _HALF_LIKENESS = 5.0, 0.1
_FADED = 0.1  # what a cluster without a recent post is worth of one with none but these


@dataclass(frozen=True, slots=True)
class Posting:
    """One post of a family.

    Attributes:
        post_id: The post.
        first_post_id: Its first wording, where it is an edit; else itself.
        day: Day of posting in Europe/Stockholm.
    """

    post_id: str
    first_post_id: str
    day: date


@dataclass(frozen=True, slots=True)
class Family:
    """Copies of a text that matches no narrative.

    Attributes:
        family_id: The family.
        text: The wording that is nearest to the subject, masked.
        lang: ISO 639-1 or ``und``.
        nearness: Probability that it talks of what is watched.
        narratives: Probability of each narrative against its threshold.
        posts: Its posts in the window, in the order of their ids.
    """

    family_id: str
    text: str
    lang: str
    nearness: float
    narratives: Mapping[str, float]
    posts: tuple[Posting, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A family in a cluster, and how alike it and the others are on average, in [0, 1]."""

    family: Family
    similarity: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Families that may tell one new rumour.

    Attributes:
        members: Its families, the most central first.
        terms: Words that tell it from all other texts, the weightiest first.
        score: What it is worth looking at, in [0, 1].
        growth: Posts of the last seven days against those of a usual week before,
            one added to both.
    """

    members: tuple[Member, ...]
    terms: tuple[str, ...]
    score: float
    growth: float

    @property
    def family_ids(self) -> tuple[str, ...]:
        """Its families, the most central first."""
        return tuple(member.family.family_id for member in self.members)

    @property
    def days(self) -> list[date]:
        """The day of each post, later wordings left out, in order."""
        return _post_days(self.members)

    @property
    def family_days(self) -> list[date]:
        """The day of each family's first post in the window."""
        return [min(post.day for post in member.family.posts) for member in self.members]

    @property
    def nearest_narrative(self) -> tuple[str, float]:
        """The narrative that its families come nearest to, and the mean share of its threshold."""
        shares: defaultdict[str, list[float]] = defaultdict(list)
        for member in self.members:
            for name, share in member.family.narratives.items():
                shares[name].append(min(share, 1.0))
        means = {name: sum(shares[name]) / len(self.members) for name in sorted(shares)}
        name = max(means, key=means.__getitem__)
        return name, means[name]

    @property
    def ranked_posts(self) -> list[tuple[str, float]]:
        """Its posts with their similarity: one of each family first, central ones before."""
        copies = [
            (number, rank, post.post_id, member.similarity)
            for rank, member in enumerate(self.members)
            for number, post in enumerate(member.family.posts)
        ]
        return [(post_id, similarity) for _, _, post_id, similarity in sorted(copies)]


def find_clusters(
    families: Sequence[Family],
    others: Sequence[tuple[str, str]],
    encode: Encode,
    until: date,
    *,
    gather: Gather = gather,
    read: Read = read_texts,
    most: int = MOST_CLUSTERS,
) -> list[Cluster]:
    """Find what recurs among families, the order of which makes no difference.

    Args:
        families: What matches no narrative and is near the subject; some thousands at most,
            since every pair is compared.
        others: Texts and languages of other writing, which tell what is common.
        encode: Turns model texts into unit rows.
        until: The last day of the window.
        gather: Turns likenesses into groups of positions; another to compare with.
        read: Turns texts into model texts; another where others do it.
        most: How many to return.

    Returns:
        At most `most` of `FEWEST_FAMILIES` or more, the most worth looking at first.
    """
    read_all = read([*(family.text for family in families), *(text for text, _ in others)])
    seen = {family.family_id: text for family, text in zip(families, read_all, strict=False)}
    telling = sorted(
        (family for family in families if not is_brief(seen[family.family_id])),
        key=lambda family: family.family_id,
    )
    if len(telling) < FEWEST_FAMILIES:
        return []
    own = [seen[family.family_id] for family in telling]
    texts = [*own, *read_all[len(families) :]]
    langs = [*(family.lang for family in telling), *(lang for _, lang in others)]
    alike = compare_texts(texts, langs, encode(own))
    words = Words.of(texts, langs)
    found = [
        _describe([telling[n] for n in group], alike[np.ix_(group, group)], terms, until)
        for group in gather(alike)
        if (terms := distinguish(group, words))
    ]
    found.sort(key=lambda cluster: (-cluster.score, cluster.family_ids))
    return found[:most]


def _describe(
    families: Sequence[Family], alike: NDArray[np.float32], terms: tuple[str, ...], until: date
) -> Cluster:
    members = [
        Member(family, round(float(np.clip(mean, 0.0, 1.0)), 4))
        for family, mean in zip(families, mean_likeness(alike), strict=True)
    ]
    members.sort(key=lambda member: (-member.similarity, member.family.family_id))
    recent, earlier = _count_posts(members, until)
    usual = earlier * RECENT_DAYS / (WINDOW_DAYS - RECENT_DAYS)
    return Cluster(
        tuple(members),
        terms,
        score=round(_score(members, recent / (recent + earlier)), 4),
        growth=round((recent + 1) / (usual + 1), 4),
    )


def _score(members: Sequence[Member], recent_share: float) -> float:
    """Weigh nearness, likeness, size and freshness, each in [0, 1].

    The root of nearness, as a rumour about another service is less near than much ordinary
    writing; freshness most, as what people always talk of is as common in any week.
    """
    nearness = sum(member.family.nearness for member in members) / len(members)
    likeness = sum(member.similarity for member in members) / len(members)
    weights = (
        math.sqrt(nearness),
        likeness / (likeness + _HALF_LIKENESS),
        len(members) / (len(members) + _HALF_SIZE),
        (_FADED + recent_share) / (_FADED + 1),
    )
    return math.prod(weights)


def _count_posts(members: Sequence[Member], until: date) -> tuple[int, int]:
    """Return how many posts are recent and how many are not; later wordings are left out."""
    days = _post_days(members)
    recent = sum(day > until - timedelta(days=RECENT_DAYS) for day in days)
    return recent, len(days) - recent


def _post_days(members: Sequence[Member]) -> list[date]:
    """Return the days of posts in order; an edited one counts once, when it was first written."""
    days: dict[str, date] = {}
    for post in (post for member in members for post in member.family.posts):
        days[post.first_post_id] = min(post.day, days.get(post.first_post_id, post.day))
    return sorted(days.values())
