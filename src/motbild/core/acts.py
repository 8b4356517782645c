"""Acts: one reviewer's decision on an item, which is a whole family of copies.

An act is a `Decision` for each distinct text of the family. What two people say of the
same item is told apart here; who was first is the review store's to know.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motbild.core.decisions import WITHOUT_LABEL, Decision, in_utc
from motbild.errors import InputError

# What must be equal for two people to have said the same.
Label = tuple[str, frozenset[str], bool]


@dataclass(frozen=True, slots=True)
class Act:
    """What one person decided on a family of copies, at one moment.

    Attributes:
        act_id: Unique, such as a random id in the form that was sent; sent twice it
            counts once.
        family_id: The item.
        decisions: One for each distinct text, all by the same person and with the
            same label; none is an undo.

    Raises:
        InputError: The decisions do not go together.
    """

    act_id: str
    family_id: str
    decisions: tuple[Decision, ...]

    def __post_init__(self) -> None:
        if problem := self._problem():
            raise InputError(f"The act {self.act_id!r} cannot be recorded: {problem}.")

    @property
    def kind(self) -> str:
        """What was decided: one of `decisions.KINDS` but undo."""
        return self.decisions[0].kind

    @property
    def reviewer(self) -> str:
        """Who decided."""
        return self.decisions[0].reviewer

    @property
    def decided_at(self) -> datetime:
        """When, in UTC."""
        return in_utc(self.decisions[0].decided_at)

    @property
    def label(self) -> Label:
        """What two people agree on or not."""
        return _label(self.decisions[0])

    def _problem(self) -> str | None:
        if not self.decisions:
            return "it decides on no text"
        if any(decision.kind == "undo" for decision in self.decisions):
            return "an act is undone as a whole, not by another act"
        if len({(_label(each), each.reviewer) for each in self.decisions}) > 1:
            return "its decisions are not all the same, by the same person"
        if len({decision.decision_id for decision in self.decisions}) < len(self.decisions):
            return "two of its decisions have the same id"
        return None


@dataclass(frozen=True, slots=True)
class ActSummary:
    """An act as it is told to people.

    Attributes:
        act_id: The act; for what was recorded before there were acts, its decision's id.
        family_id: The item; None for what was recorded before there were acts.
        seq: Highest number of its decisions in the review store.
        kind: One of `decisions.KINDS` but undo.
        narratives: Ids of the narratives it bears on.
        stance: As the reviewer says; None for a skip.
        is_threat: Whether it threatens or exposes staff.
        reviewer: Who decided.
        decided_at: When (UTC).
        note: For people.
        reason: Which kind of protected speech, or why it was passed over.
        text_count: Distinct texts that it decides on.
        undone_by: Who took it back, or None.
    """

    act_id: str
    family_id: str | None
    seq: int
    kind: str
    narratives: tuple[str, ...]
    stance: str | None
    is_threat: bool
    reviewer: str
    decided_at: datetime
    note: str
    text_count: int
    undone_by: str | None = None
    reason: str = ""

    @property
    def is_undone(self) -> bool:
        """Whether it has been taken back."""
        return self.undone_by is not None

    @property
    def label(self) -> Label:
        """What two people agree on or not."""
        return self.kind, frozenset(self.narratives), self.is_threat


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act that was sent.

    Attributes:
        is_recorded: Whether it stands.
        seq: Highest number of its decisions, where it is recorded.
        is_agreed: Whether somebody else had said the same meanwhile.
        late_id: Where it is kept, when somebody else had said something else meanwhile.
        standing: What the other one decided, when one did.
    """

    is_recorded: bool
    seq: int | None = None
    is_agreed: bool = False
    late_id: str | None = None
    standing: ActSummary | None = None


@dataclass(frozen=True, slots=True)
class LateAct:
    """An act on an item that somebody else had decided differently meanwhile.

    Attributes:
        late_id: Its id, which is the act's.
        act: What was decided.
        arrived_at: When it came in (UTC).
        against: The act that stood then.
        is_kept: True where it was let stand after all, False where it was not, and None
            while nobody has settled it.
        settled_by: Who settled it.
        settled_at: When (UTC).
    """

    late_id: str
    act: Act
    arrived_at: datetime
    against: ActSummary
    is_kept: bool | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """Whether somebody has settled it."""
        return self.is_kept is not None

    @property
    def family_id(self) -> str:
        """The item."""
        return self.act.family_id

    @property
    def reviewer(self) -> str:
        """Who decided late."""
        return self.act.reviewer

    @property
    def decided_at(self) -> datetime:
        """When, by the one who decided (UTC)."""
        return self.act.decided_at

    @property
    def against_act_id(self) -> str:
        """Id of the act that stood."""
        return self.against.act_id


def pack_act(act: Act) -> dict[str, Any]:
    """Return an act as JSON has it."""
    return {
        "act_id": act.act_id,
        "family_id": act.family_id,
        "decisions": [_pack_decision(decision) for decision in act.decisions],
    }


def unpack_act(packed: dict[str, Any]) -> Act:
    """Return the act that `pack_act` packed."""
    decisions = (_unpack_decision(row) for row in packed["decisions"])
    return Act(packed["act_id"], packed["family_id"], tuple(decisions))


def can_conflict(kind: str) -> bool:
    """Tell whether a decision of a kind says something that another can contradict."""
    return kind not in WITHOUT_LABEL


def _label(decision: Decision) -> Label:
    return decision.kind, frozenset(decision.narratives), decision.is_threat


def _pack_decision(decision: Decision) -> dict[str, Any]:
    packed = {name: getattr(decision, name) for name in decision.__dataclass_fields__}
    return packed | {
        "narratives": list(decision.narratives),
        "decided_at": in_utc(decision.decided_at).isoformat(),
    }


def _unpack_decision(packed: dict[str, Any]) -> Decision:
    moment = datetime.fromisoformat(packed["decided_at"])
    return Decision(**{**packed, "narratives": tuple(packed["narratives"]), "decided_at": moment})
