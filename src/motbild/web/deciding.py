"""From a form to an act: what a reviewer pressed, as decisions on every text of an item."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from motbild.core.acts import Act
from motbild.core.decisions import STANCE_BY_KIND, Decision
from motbild.errors import InputError

# What protected speech may be, besides what has a stance of its own.
PROTECTED = {
    "kritik": "Kritik eller debatt",
    "vittnesmal": "Egen berättelse",
    "satir": "Satir eller ironi",
    "annat": "Annat som är skyddat",
}
SKIPPED = {
    "oklart": "Går inte att avgöra",
    "sammanhang": "Sammanhang saknas",
    "sprak": "Språket behöver en annan granskare",
    "senare": "Tas senare",
}
KIND_NAMES = {
    "confirm": "Bekräftat: påstår det",
    "reject": "Inget narrativ",
    "protected": "Skyddat yttrande",
    "counter": "Bemöter ryktet",
    "report": "Återger ryktet",
    "question": "Ställer en fråga",
    "threat": "Hot, till säkerhetsansvarig",
    "skip": "Hoppade över",
    "waiting": "Väntar",
}
STANCE_NAMES = {
    "asserts": "påstår",
    "counters": "bemöter",
    "reports": "återger",
    "asks": "frågar",
    "none": "ingen hållning",
}


_MOST_DIGITS = 18  # what any store can compare


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a reviewer pressed.

    Attributes:
        kind: One of `decisions.KINDS`.
        narratives: What was chosen, or what the model suggests.
        reason: A key of `PROTECTED` or `SKIPPED`, or empty.
        note: What was written.
    """

    kind: str
    narratives: tuple[str, ...]
    reason: str = ""
    note: str = ""


def read_pressed(
    choice: str, narratives: Sequence[str], known: Mapping[str, object], note: str
) -> Pressed:
    """Read a choice such as ``confirm`` or ``protected:kritik``.

    Raises:
        InputError: There is no such choice, or it needs a narrative and none is chosen.
    """
    kind, _, reason = choice.partition(":")
    if kind not in KIND_NAMES or kind == "waiting":
        raise InputError("Välj vad du vill göra med inlägget.")
    chosen = tuple(name for name in narratives if name in known)
    needs = STANCE_BY_KIND.get(kind) not in (None, "none")
    if needs and not chosen:
        raise InputError("Välj minst ett narrativ, eller ”Inget narrativ”.")
    bears = needs or kind == "threat"
    reasons = {**PROTECTED, **SKIPPED}
    return Pressed(
        kind,
        chosen if bears else (),
        reason if reason in reasons else "",
        note.strip()[:2_000],
    )


def make_act(
    pressed: Pressed,
    *,
    act_id: str,
    family_id: str,
    texts: Sequence[Mapping[str, str]],
    actor: str,
    now: datetime,
) -> Act:
    """Return the act that decides on each text of an item, in what it answers too."""
    decisions = tuple(
        Decision(
            decision_id=f"{act_id}-{number}",
            post_id=text["post_id"],
            text_digest=text["text_digest"],
            kind=pressed.kind,
            reviewer=actor,
            decided_at=now,
            narratives=pressed.narratives,
            note=pressed.note,
            reason=pressed.reason,
        )
        for number, text in enumerate(texts)
    )
    return Act(act_id, family_id, decisions)


def read_whole(told: object) -> int:
    """Return a whole number that a form or an address tells; 0 for anything else."""
    text = str(told or "")
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def draw_act_id() -> str:
    """Return an id for the act that a form will send, so that sent twice it counts once."""
    return secrets.token_hex(12)


def is_act_id(told: str) -> bool:
    """Tell whether a form sent back an id as it was drawn."""
    return len(told) == 24 and set(told) <= set("0123456789abcdef")
