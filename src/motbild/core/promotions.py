"""Which model is in use, which were before it, and why: the history of a home's models.

A version is named by its card's digest; None is the model that comes along.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

PROMOTED, REFUSED, ROLLED_BACK = "promoted", "refused", "rolled-back"
EVENTS = (PROMOTED, REFUSED, ROLLED_BACK)
UNCHANGED = "unchanged"  # of an outcome alone: nothing happened that history should tell


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of two models on the same posts.

    Attributes:
        measure: Such as ``narrative_f1.kidnappning``; a share in [0, 1].
        champion: What the one in use reaches.
        challenger: What the other reaches.
        loss_share: Share of the draws in which the challenger is worse.
        post_count: Posts that it is measured over.
    """

    measure: str
    champion: float
    challenger: float
    loss_share: float
    post_count: int


@dataclass(frozen=True, slots=True)
class Promotion:
    """One event in the history.

    Attributes:
        at: Time-zone-aware moment.
        event: One of `EVENTS`.
        version: The model that it is about.
        champion: The model in use from now on.
        against: The model that it was compared with, or None.
        reasons: Why it was refused, or would have been.
        forced_because: Why it was promoted all the same, or None.
        comparisons: How the two did on the gold set; the challenger is `version`.
    """

    at: datetime
    event: str
    version: str | None
    champion: str | None
    against: str | None = None
    reasons: tuple[str, ...] = ()
    forced_because: str | None = None
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a challenge or a rollback ended.

    Attributes:
        event: One of `EVENTS`, or `UNCHANGED` where the challenger is in use already.
        version: The challenger; after a rollback, the version gone back to.
        champion: The version in use before.
        reasons: Why it was refused, or would have been but for the force.
        comparisons: How both did on the gold set; empty where nothing could be compared.
        decision_count: People's decisions that a retraining learned from.
    """

    event: str
    version: str | None
    champion: str | None
    reasons: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    decision_count: int = 0


def promotion_to_json(promotion: Promotion) -> dict[str, Any]:
    """Return it as plain values."""
    return asdict(promotion) | {"at": promotion.at.isoformat()}


def promotion_from_json(row: Mapping[str, Any]) -> Promotion:
    """Take it from plain values.

    Raises:
        ValueError: They are not what `promotion_to_json` gives.
    """
    try:
        promotion = Promotion(
            **{
                **row,
                "at": datetime.fromisoformat(row["at"]),
                "reasons": tuple(row["reasons"]),
                "comparisons": tuple(Comparison(**told) for told in row["comparisons"]),
            }
        )
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError("It is no event in the history of models.") from error
    if promotion.event not in EVENTS or not isinstance(promotion.champion, str | None):
        raise ValueError("It is an event of an unknown kind.")
    return promotion


def earlier_champion(history: Sequence[Promotion]) -> tuple[bool, str | None]:
    """Return whether a rollback has somewhere to go, and to which version.

    Rolling back again goes one further, down to the model that comes along.
    """
    stack: list[str | None] = [None]
    for promotion in history:
        if promotion.event == PROMOTED:
            stack.append(promotion.champion)
        elif promotion.event == ROLLED_BACK:
            stack.pop()
    return (True, stack[-2]) if len(stack) > 1 else (False, None)


def describe_refusal(promotion: Promotion) -> str:
    """Return in one line that a challenger was refused, and why."""
    return (
        f"The model {promotion.version} was trained and not promoted: {' '.join(promotion.reasons)}"
    )


def describe_outcome(outcome: Outcome) -> str:
    """Return what happened in a sentence, and a line for each reason against it."""
    name = f"The model {outcome.version or 'that comes along'}"
    told = {
        PROMOTED: f"{name} is in use from the next night on.",
        REFUSED: f"{name} was not promoted; the one in use stays.",
        ROLLED_BACK: f"{name} is in use again from the next night on.",
        UNCHANGED: f"{name} is in use already.",
    }[outcome.event]
    if outcome.event == PROMOTED and not outcome.comparisons:
        told += " It was compared with none, as none fits the active packs and their gold set."
    if outcome.decision_count:
        told += f" It learned from {outcome.decision_count} decisions."
    return "\n".join([told, *(f"- {reason}" for reason in outcome.reasons)])


def gold_figures(history: Sequence[Promotion], version: str | None) -> dict[str, float]:
    """Return what a version reached on the gold set when last measured, by measure."""
    for promotion in reversed(history):
        if promotion.comparisons and version == promotion.version:
            return {told.measure: told.challenger for told in promotion.comparisons}
        if promotion.comparisons and version == promotion.against:
            return {told.measure: told.champion for told in promotion.comparisons}
    return {}


def summarise_gold(figures: Mapping[str, float]) -> dict[str, float]:
    """Return a few words' worth of the gold figures: each kind's mean over what it is told for."""
    names = {
        "narrative_f1": "narrative F1",
        "flag_f1": "flag F1",
        "protected_speech_flagged_share": "false flags",
        "threat_recall": "threat recall",
    }
    by_kind: dict[str, list[float]] = {}
    for measure, value in figures.items():
        by_kind.setdefault(names[measure.partition(".")[0]], []).append(value)
    return {name: sum(values) / len(values) for name, values in by_kind.items()}
