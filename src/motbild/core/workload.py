"""What thresholds mean in a night's work, told in whole posts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motbild.core.placing import Labels
from motbild.core.risk_control import FEWEST_VOICES, bound_risk
from motbild.core.verdicts import ASSERTS

# What a night is taken to hold where nobody has counted: a stream that was searched for
# by words of the subject is nearly all other writing.
POSTS, SPREADING, OTHERWISE = 10_000, 40, 200
FEWEST_TEXTS = 30  # fewer say nothing of a language by itself
CURVE = tuple(n / 20 for n in range(5, 19))  # thresholds of asserts that a curve shows


@dataclass(frozen=True, slots=True)
class Workload:
    """What reviewers can expect of the thresholds, for one language or for all.

    Attributes:
        scope: ISO 639-1, or ``all``.
        missed: Share of asserting texts of unseen voices that were not flagged.
        missed_at_most: What to expect at most of a new voice, or None for want of voices.
        protected_flagged: Share of protected speech of unseen voices that was flagged.
        protected_flagged_at_most: What to expect at most of a new voice, likewise.
        background_flagged: Share of ordinary writing that was flagged.
    """

    scope: str
    missed: float
    missed_at_most: float | None
    protected_flagged: float
    protected_flagged_at_most: float | None
    background_flagged: float

    @property
    def to_review(self) -> float:
        """Posts to review in a night of `POSTS`."""
        return (
            SPREADING * (1 - self.missed)
            + OTHERWISE * self.protected_flagged
            + (POSTS - SPREADING - OTHERWISE) * self.background_flagged
        )

    def tell(self) -> str:
        """Say it in one sentence."""
        promised = [
            f"at most {round(100 * share)} % {what}"
            for share, what in (
                (self.missed_at_most, "missed"),
                (self.protected_flagged_at_most, "of protected speech flagged"),
            )
            if share is not None
        ]
        expected = f"; of new voices expect {' and '.join(promised)}" if promised else ""
        return (
            f"{self.scope}: of {POSTS:,} posts, {SPREADING} of them spreading a narrative and "
            f"{OTHERWISE} speaking of the matter otherwise, about {round(self.to_review)} to "
            f"review and {round(SPREADING * self.missed)} of {SPREADING} missed{expected}."
        ).replace(",000", " 000")


def measure_workload(flagged: NDArray[np.bool_], labels: Labels) -> tuple[Workload, ...]:
    """Measure what thresholds do on voices that were not learned from.

    Args:
        flagged: ``(n,)`` out of fold, at the placed thresholds.
        labels: What people say of the same texts.

    Returns:
        One for all, then one for each language with texts enough.
    """
    told = [_measure("all", flagged, labels, np.ones(len(flagged), dtype=bool))]
    langs, counts = np.unique(labels.langs[labels.hard], return_counts=True)
    for lang in langs[counts >= FEWEST_TEXTS]:
        told.append(_measure(str(lang), flagged, labels, labels.langs == lang))
    return tuple(told)


def measure_workload_curve(
    passed: NDArray[np.bool_], asserts: NDArray[np.float64], labels: Labels
) -> dict[float, Workload]:
    """Measure what each of `CURVE` would do in place of the threshold of asserts.

    Args:
        passed: ``(n,)`` out of fold, whether a narrative passes its threshold.
        asserts: ``(n,)`` out of fold, probabilities of asserting.
        labels: What people say of the same texts.

    Returns:
        By threshold, for all languages together.
    """
    everywhere = np.ones(len(passed), dtype=bool)
    return {
        limit: _measure("all", passed & (asserts >= limit), labels, everywhere) for limit in CURVE
    }


def _measure(
    scope: str, flagged: NDArray[np.bool_], labels: Labels, chosen: NDArray[np.bool_]
) -> Workload:
    asserting = chosen & (labels.stances == ASSERTS)
    protected, background = chosen & labels.protected, chosen & ~labels.hard
    return Workload(
        scope=scope,
        missed=_mean(~flagged[asserting]),
        missed_at_most=_bound(~flagged[asserting], labels.voices[asserting]),
        protected_flagged=_mean(flagged[protected]),
        protected_flagged_at_most=_bound(flagged[protected], labels.voices[protected]),
        background_flagged=_mean(flagged[background]),
    )


def _mean(errors: NDArray[np.bool_]) -> float:
    return float(errors.mean()) if len(errors) else 0.0


def _bound(errors: NDArray[np.bool_], voices: NDArray[np.str_]) -> float | None:
    return bound_risk(errors, voices) if len(np.unique(voices)) >= FEWEST_VOICES else None


def tell_workloads(workloads: Sequence[Workload]) -> str:
    """Say what each means, a line each."""
    return "\n".join(workload.tell() for workload in workloads)
