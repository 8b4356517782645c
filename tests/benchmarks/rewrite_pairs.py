"""Posts of the gold set beside what a campaigner would write to be missed by a filter.

A rewrite names its original, and has its labels: they are written nowhere twice. Nothing is
learned or chosen on the rewrites; they only measure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from motbild.core.judgement import Judged, LabelledPost
from motbild.core.metrics import Floats, Measure, draw_weights, estimate, ratio, share
from motbild.wiring.models import load_labelled
from tests.benchmarks.page import ROOT, SEED, read_rows

GOLD = ROOT / "models" / "gold" / "dev.jsonl"
REWRITES = ROOT / "models" / "gold" / "rewrites.jsonl"
KINDS: Mapping[str, str] = {
    "spelling": "written as it sounds, in dialect, with letters doubled, changed or left out",
    "spacing": "letters set apart, words run together",
    "homoglyph": "look-alike letters, digits and signs, bold and wide letters",
    "emoji": "emojis in the place of the words that tell",
    "split-words": "words cut by hyphens, dots, strokes, brackets, blanks or nothing visible",
    "translation-mix": "words of another language in the place of the words that tell",
    "quoting": "said as a quotation, or against one, and meant all the same",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A post and a rewrite of it.

    Attributes:
        kind: How it was rewritten, a key of `KINDS`.
        original: The post of the gold set.
        rewrite: The same labels and the same post replied to, with another text.
    """

    kind: str
    original: LabelledPost
    rewrite: LabelledPost


def load_pairs(rewrites: Path = REWRITES, gold: Path = GOLD) -> list[Pair]:
    """Load each rewrite with its original.

    Raises:
        KeyError: A rewrite names a post that the gold set does not hold.
    """
    posts = {post.post_id: post for post in load_labelled(gold)}
    return [
        Pair(
            row["kind"],
            posts[row["gold_id"]],
            replace(posts[row["gold_id"]], post_id=row["id"], text=row["text"]),
        )
        for row in read_rows(rewrites)
    ]


@dataclass(frozen=True)
class Verdicts:
    """What is said of pairs of one sort, row by row.

    Attributes:
        kinds: ``(n,)``.
        langs: ``(n,)``.
        originals: ``(n,)`` which original each is of, numbered from 0.
        before: ``(n,)`` whether the original is told.
        after: ``(n,)`` whether the rewrite is told.
    """

    kinds: NDArray[np.str_]
    langs: NDArray[np.str_]
    originals: NDArray[np.intp]
    before: NDArray[np.bool_]
    after: NDArray[np.bool_]

    @classmethod
    def of(
        cls, pairs: Sequence[Pair], before: NDArray[np.bool_], after: NDArray[np.bool_]
    ) -> "Verdicts":
        """Set what is said beside the pairs that it is said of."""
        ids = [pair.original.post_id for pair in pairs]
        return cls(
            kinds=np.array([pair.kind for pair in pairs]),
            langs=np.array([pair.original.lang for pair in pairs]),
            originals=np.unique(ids, return_inverse=True)[1].astype(np.intp),
            before=before,
            after=after,
        )

    def take(self, chosen: NDArray[np.bool_]) -> "Verdicts":
        """Return some of the pairs."""
        originals = np.unique(self.originals[chosen], return_inverse=True)[1].astype(np.intp)
        return Verdicts(
            self.kinds[chosen],
            self.langs[chosen],
            originals,
            self.before[chosen],
            self.after[chosen],
        )

    def measure(self) -> dict[str, dict[str, float | None]]:
        """Return the share told before, after, lost between them, and kept of those told before.

        Originals are drawn anew, each with all of its rewrites, since those are no
        independent posts; both shares are of the same draw.
        """
        count = len(np.unique(self.originals))
        weights = draw_weights(count, SEED)[:, self.originals]
        measures: dict[str, Measure] = {
            "before": lambda w: _mean(self.before, w),
            "after": lambda w: _mean(self.after, w),
            "lost": lambda w: _mean(self.before, w) - _mean(self.after, w),
            "kept": lambda w: share(self.after, self.before, w),
        }
        return {name: estimate(one, weights).as_dict() for name, one in measures.items()}


def _mean(told: NDArray[np.bool_], weights: Floats) -> Floats:
    return ratio(weights @ told, weights.sum(axis=1))


def verdicts_of(pairs: Sequence[Pair], originals: Judged, rewrites: Judged) -> dict[str, Verdicts]:
    """Sort the pairs by what should be told of them.

    Args:
        pairs: Row by row as in both judgements.
        originals: What is said of the original of each pair.
        rewrites: What is said of each rewrite.

    Returns:
        ``asserted``: flags of what should be flagged; ``protected``: flags of what should
        not; ``threats``: threats told of what is one.
    """

    def choose(
        chosen: NDArray[np.bool_], before: NDArray[np.bool_], after: NDArray[np.bool_]
    ) -> Verdicts:
        kept = [pair for pair, is_kept in zip(pairs, chosen, strict=True) if is_kept]
        return Verdicts.of(kept, before[chosen], after[chosen])

    return {
        "asserted": choose(originals.flags, originals.flagged, rewrites.flagged),
        "protected": choose(~originals.flags, originals.flagged, rewrites.flagged),
        "threats": choose(originals.threats, originals.threats_told, rewrites.threats_told),
    }
