"""What the rivals learn from and are asked: model texts with their labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motbild.core.judgement import LabelledPost
from motbild.core.metrics import Flags
from motbild.core.narratives import BACKGROUND, Pack, Seed
from motbild.core.placing import Labels
from motbild.core.privacy import mask, mask_links
from motbild.core.records import STANCES
from motbild.core.text import model_text

ASSERTS = STANCES.index("asserts")


@dataclass(frozen=True)
class Lessons:
    """Labelled texts.

    Attributes:
        narrative_ids: Names of the narrative columns.
        claims: What each narrative claims, in the pack's main language.
        texts: Model texts.
        langs: ``(n,)``.
        truths: ``(n, narratives + 2)`` whether each narrative is there, whether a threat
            is, and whether the text is no mere background.
        stances: ``(n,)`` position in `STANCES`.
        voices: ``(n,)`` who speaks; whole voices are held out together.
    """

    narrative_ids: tuple[str, ...]
    claims: tuple[str, ...]
    texts: tuple[str, ...]
    langs: NDArray[np.str_]
    truths: Flags
    stances: NDArray[np.intp]
    voices: NDArray[np.str_]

    @property
    def labels(self) -> Labels:
        """What thresholds are placed by."""
        return Labels(self.truths, self.stances, self.voices, self.langs)

    @property
    def narratives(self) -> Flags:
        """Which narrative is in which text, ``(n, narratives)``."""
        return self.truths[:, :-2]

    @property
    def threats(self) -> Flags:
        """Which text is a threat, ``(n,)``."""
        return self.truths[:, -2]

    @property
    def hard(self) -> Flags:
        """Which texts are no mere background, ``(n,)``."""
        return self.truths[:, -1]

    def take(self, chosen: NDArray[np.integer]) -> "Lessons":
        """Return some of the texts."""
        return Lessons(
            self.narrative_ids,
            self.claims,
            tuple(self.texts[position] for position in chosen),
            self.langs[chosen],
            self.truths[chosen],
            self.stances[chosen],
            self.voices[chosen],
        )


def lessons_of(packs: Sequence[Pack]) -> Lessons:
    """Take the lessons of packs, with each claim in the language that most seeds are in."""
    narratives = [narrative for pack in packs for narrative in pack.narratives]
    seeds = [seed for pack in packs for seed in pack.seeds]
    (lang, _), *_ = Counter(seed.lang for seed in seeds).most_common(1)
    ids = tuple(narrative.narrative_id for narrative in narratives)
    return Lessons(
        narrative_ids=ids,
        claims=tuple(model_text(narrative.claim[lang]) for narrative in narratives),
        texts=tuple(model_text(mask(seed.text)) for seed in seeds),
        langs=np.array([seed.lang for seed in seeds]),
        truths=np.array([_truths(seed, ids) for seed in seeds], dtype=bool),
        stances=np.array([STANCES.index(seed.stance) for seed in seeds], dtype=np.intp),
        voices=np.array([seed.voice or seed.seed_id for seed in seeds]),
    )


def _truths(seed: Seed, ids: Sequence[str]) -> list[bool]:
    return [name in seed.narratives for name in ids] + [
        seed.is_threat,
        seed.origin != BACKGROUND,
    ]


def read_posts(posts: Sequence[LabelledPost]) -> list[str]:
    """Return the model texts of labelled posts."""
    return [model_text(mask(post.text)) for post in posts]


def read_real(texts: Sequence[str]) -> list[str]:
    """Return masked texts as ingest stores them."""
    return [mask(mask_links(text)) for text in texts]


def flag_truths(narratives: Flags, stances: NDArray[np.intp]) -> Flags:
    """Return which texts assert a narrative."""
    flags: Flags = narratives.any(axis=1) & (stances == ASSERTS)
    return flags


def one_hot(stances: NDArray[np.intp]) -> Flags:
    """Return stances as ``(n, 5)``."""
    return np.eye(len(STANCES), dtype=bool)[stances]
