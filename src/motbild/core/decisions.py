"""Decisions: what people say of posts. They stand beside classifications, never in their place."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from motbild.core.narratives import Seed
from motbild.core.records import STANCES
from motbild.errors import InputError

# The stance that a kind of decision gives; a threat may have any.
STANCE_BY_KIND: Mapping[str, str] = {
    "confirm": "asserts",
    "question": "asks",
    "report": "reports",
    "counter": "counters",
    "reject": "none",
    "protected": "none",
}
WITHOUT_LABEL = ("skip", "undo")
KINDS: tuple[str, ...] = (*STANCE_BY_KIND, "threat", *WITHOUT_LABEL)
ORIGIN = "decision"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person said of one post, once. It is taken back by another, never changed.

    Attributes:
        decision_id: Unique, such as a random UUID; recorded twice it counts once.
        post_id: The post that was looked at.
        text_digest: Its text. The label holds for every post with this text that answers
            the same as this one.
        kind: One of `KINDS`. ``confirm``, ``question``, ``report`` and ``counter`` name
            the narratives it bears on; ``reject`` (it bears on none) and ``protected``
            (criticism, testimony and the like) name none; ``threat`` may name some;
            ``skip`` says nothing of the text; ``undo`` takes another decision back.
        reviewer: Who decided.
        decided_at: Time-zone-aware moment.
        narratives: Ids of the narratives it bears on.
        stance: One of `STANCES`; filled in where the kind tells it, None for ``skip``
            and ``undo``.
        is_threat: Whether it threatens or exposes staff; always so for ``threat``.
        note: For people, never an input to a model.
        reason: Which kind of protected speech, or why it was passed over; a short code,
            empty where none was given.
        undoes: Id of the decision that an ``undo`` takes back. To take an undo back,
            decide again.

    Raises:
        InputError: The parts contradict each other.
    """

    decision_id: str
    post_id: str
    text_digest: str
    kind: str
    reviewer: str
    decided_at: datetime
    narratives: tuple[str, ...] = ()
    stance: str | None = None
    is_threat: bool = False
    note: str = ""
    undoes: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "stance", self.stance or self._implied_stance())
        object.__setattr__(self, "is_threat", self.is_threat or self.kind == "threat")
        if problem := self._problem():
            raise InputError(f"The decision {self.decision_id!r} cannot be recorded: {problem}.")

    def _implied_stance(self) -> str | None:
        if self.kind == "threat":
            return "asserts" if self.narratives else "none"
        return STANCE_BY_KIND.get(self.kind)

    def _problem(self) -> str | None:
        if self.kind not in KINDS:
            return f"its kind must be one of {', '.join(KINDS)}"
        if self.decided_at.tzinfo is None:
            return "its moment needs a time zone"
        if (self.undoes is not None) != (self.kind == "undo"):
            return "an undo, and nothing else, names the decision that it takes back"
        if self.kind in WITHOUT_LABEL:
            has_label = self.narratives or self.stance or self.is_threat
            return f"one of the kind {self.kind} labels nothing" if has_label else None
        if self.stance not in STANCES or (self.stance == "none") != (not self.narratives):
            return f"its narratives do not go with the kind {self.kind} and its stance"
        if self.stance != STANCE_BY_KIND.get(self.kind, self.stance):
            return f"its stance does not go with the kind {self.kind}"
        return None


def name_voice(reviewer: str) -> str:
    """Return the voice that a reviewer's labels are held out as, without the name."""
    return f"reviewer-{hashlib.sha256(reviewer.encode()).hexdigest()[:8]}"


def label_seeds(rows: Iterable[Mapping[str, Any]], narratives: Collection[str]) -> list[Seed]:
    """Turn standing decisions into seeds.

    Args:
        rows: One mapping a decision: decision_id, text (masked), lang, narratives, stance,
            is_threat, reviewer and parent (masked text of the post it answers, or None).
        narratives: Ids that are learned now. Others are dropped, and so is a text
            that bore on nothing else.
    """
    seeds = []
    for row in rows:
        known = tuple(name for name in row["narratives"] if name in narratives)
        if row["narratives"] and not known:
            continue
        seeds.append(
            Seed(
                seed_id=row["decision_id"],
                text=row["text"],
                lang=row["lang"],
                narratives=known,
                stance=row["stance"],
                is_threat=row["is_threat"],
                origin=ORIGIN,
                voice=name_voice(row["reviewer"]),
                parent=row["parent"],
            )
        )
    return seeds


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a time zone is UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
