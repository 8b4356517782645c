"""Nights with invented rumours among ordinary writing, and what a method finds in them."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from motbild.core.clusters import (
    MOST_CLUSTERS,
    RECENT_DAYS,
    WINDOW_DAYS,
    Cluster,
    Family,
    Posting,
    find_clusters,
)
from motbild.core.naming import keep_names
from motbild.core.text import model_text
from motbild.core.units import is_brief
from motbild.core.vectors import Encode
from motbild.stages.discover import LEAST_NEAR

UNTIL = date(2026, 11, 20)
OTHER_COUNT = 4_000  # texts that tell what is common, as in a night
# Of a cluster, that tells one rumour; and of a rumour's tellings, that are in it.
LEAST_PURE, LEAST_WHOLE = 0.6, 0.5
Method = Callable[[NDArray[np.float32], NDArray[np.float32]], list[list[int]]]


@dataclass(frozen=True)
class Text:
    """One text of the trial.

    Attributes:
        text: As a post holds it, masked.
        lang: ISO 639-1.
        rumour: The rumour that it tells; empty for ordinary writing.
        nearness: Probability that it talks of what is watched, by the model.
        is_let_in: Whether a night would gather it: near, no match and no threat.
    """

    text: str
    lang: str
    rumour: str
    nearness: float
    is_let_in: bool


@dataclass(frozen=True)
class Night:
    """What one night holds: families with the rumour each tells, and what is common."""

    families: tuple[Family, ...]
    rumours: Mapping[str, str]
    others: tuple[tuple[str, str], ...]


def compose(
    tellings: Sequence[Text], ordinary: Sequence[Text], count: int, seed: int
) -> tuple[Night, Night]:
    """Make two nights that follow each other.

    The second holds every telling and so many ordinary texts; the first has a telling of each
    rumour less, and a tenth of the ordinary texts.

    Args:
        tellings: Of the rumours to be found; all let in, whatever the model says of them.
        ordinary: From which is drawn, the nearest first.
        count: Ordinary texts of the second night.
        seed: Another draws other texts and days.
    """
    draw = np.random.default_rng(seed)
    near = max(sum(text.is_let_in for text in ordinary), int(1.1 * count))
    order = draw.permutation(min(near, len(ordinary)))
    chosen = [ordinary[position] for position in order[:count]]
    rest = [ordinary[position] for position in order[count:]] + list(ordinary[near:])
    commons = [rest[p] for p in draw.permutation(len(rest))[:OTHER_COUNT]]
    told = [(text, _family(n, text, draw)) for n, text in enumerate([*tellings, *chosen])]
    lasts = {text.rumour: n for n, text in enumerate(tellings)}
    early = {*range(len(told))} - {*lasts.values()} - {*range(len(told) - count // 11, len(told))}
    rumours = {family.family_id: text.rumour for text, family in told}
    others = tuple((text.text, text.lang) for text in commons)
    before = tuple(family for n, (_, family) in enumerate(told) if n in early)
    now = tuple(family for _, family in told)
    return Night(before, rumours, others), Night(now, rumours, others)


def _family(number: int, text: Text, draw: np.random.Generator) -> Family:
    """Make a family of one post: of the last days a telling, of the window anything else."""
    days = RECENT_DAYS if text.rumour else WINDOW_DAYS
    post = f"{number:05}"
    posting = Posting(post, post, UNTIL - timedelta(days=int(draw.integers(days))))
    # Numbers drawn by chance, or tellings would lie side by side.
    name = f"{draw.integers(10**9):09}-{post}"
    nearness = max(text.nearness, LEAST_NEAR)
    return Family(name, text.text, text.lang, nearness, {"none": 0.0}, (posting,))


def is_telling(text: str) -> bool:
    """Tell whether a text is long enough to be compared at all."""
    return not is_brief(model_text(text))


def find(night: Night, encode: Encode, method: Method) -> list[Cluster]:
    """Return every cluster that a method finds in a night, in the order of their scores."""
    families = sorted(night.families, key=lambda family: family.family_id)
    vectors = encode([model_text(family.text) for family in families])
    return find_clusters(
        families,
        night.others,
        encode,
        UNTIL,
        gather=lambda alike: method(alike, vectors),
        most=len(families),
    )


def measure(pair: tuple[Night, Night], encode: Encode, method: Method) -> dict[str, float]:
    """Measure what a method finds in the second of two nights, and what stays from the first."""
    before = find(pair[0], encode, method)
    started = time.perf_counter()
    now = find(pair[1], encode, method)
    seconds = time.perf_counter() - started
    return {
        **judge_clusters(now, pair[1]),
        "kept": _kept_share(before, now),
        "seconds": seconds,
    }


def judge_clusters(clusters: Sequence[Cluster], night: Night) -> dict[str, float]:
    """Tell which rumours are found, how pure clusters are, and what else is gathered."""
    sizes = Counter(night.rumours[family.family_id] for family in night.families)
    told = [_tell(cluster, night.rumours) for cluster in clusters]
    pure = [(name, n / size, n / sizes[name]) for name, n, size in told if name]
    fine = [(name, whole) for name, share, whole in pure if share >= LEAST_PURE]
    shown = [
        (name, n / sizes[name])
        for name, n, size in told[:MOST_CLUSTERS]
        if name and n / size >= LEAST_PURE
    ]
    return {
        "whole": len({name for name, whole in fine if whole >= LEAST_WHOLE}),
        "told": len({name for name, _ in fine}),
        "whole_shown": len({name for name, whole in shown if whole >= LEAST_WHOLE}),
        "told_shown": len({name for name, _ in shown}),
        "purity": fmean(share for _, share, _ in pure) if pure else 0.0,
        "ordinary": sum(not name for name, _, _ in told),
        "unmatched": 1 - sum(size for _, _, size in told) / len(night.families),
    }


def _tell(cluster: Cluster, rumours: Mapping[str, str]) -> tuple[str, int, int]:
    """Return what most of a cluster tells, how many of it do, and its size."""
    names = Counter(rumours[family_id] for family_id in cluster.family_ids)
    name, count = min(names.items(), key=lambda item: (-item[1], item[0]))
    return name, count, len(cluster.members)


def _kept_share(before: Sequence[Cluster], now: Sequence[Cluster]) -> float:
    """Return the share of clusters that keep their id and half of their families or more."""
    names = _named(before, {})
    held = {name: set(cluster.family_ids) for name, cluster in names.items()}
    later = _named(now, held)
    kept = [
        len(families & set(later[name].family_ids)) * 2 >= len(families)
        for name, families in held.items()
        if name in later
    ]
    return sum(kept) / max(len(held), 1)


def _named(
    clusters: Sequence[Cluster], before: Mapping[str, Collection[str]]
) -> dict[str, Cluster]:
    names = keep_names([cluster.family_ids for cluster in clusters], before)
    return dict(zip(names, clusters, strict=True))
