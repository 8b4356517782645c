"""Decisions: which parts go together, and what they teach."""

from datetime import datetime
from typing import Any

import pytest

from motbild.core.decisions import KINDS, STANCE_BY_KIND, label_seeds, name_voice
from motbild.errors import InputError
from tests.decisions import decide


@pytest.mark.parametrize(("kind", "stance"), STANCE_BY_KIND.items())
def test_the_kind_tells_the_stance(kind: str, stance: str) -> None:
    """Whoever confirms says that it asserts; whoever rejects, that it bears on nothing."""
    named = () if stance == "none" else ("rov",)
    assert decide(kind, *named).stance == stance


def test_a_threat_may_bear_on_a_narrative_or_on_none() -> None:
    """A threat is one whatever else it says."""
    alone, along = decide("threat"), decide("threat", "rov", stance="reports")
    assert (alone.stance, along.stance, decide("threat", "rov").stance) == (
        "none", "reports", "asserts",
    )  # fmt: skip
    assert alone.is_threat
    assert along.is_threat


@pytest.mark.parametrize(
    ("kind", "narratives", "fields", "told"),
    [
        ("maybe", (), {}, "its kind must be one of"),
        ("confirm", (), {}, "narratives do not go with"),
        ("reject", ("rov",), {}, "narratives do not go with"),
        ("protected", ("rov",), {}, "narratives do not go with"),
        ("confirm", ("rov",), {"stance": "asks"}, "stance does not go with"),
        ("skip", ("rov",), {}, "labels nothing"),
        ("undo", (), {}, "names the decision"),
        ("confirm", ("rov",), {"undoes": "d0"}, "names the decision"),
        ("skip", (), {"decided_at": datetime(2026, 11, 22)}, "time zone"),  # noqa: DTZ001
    ],
)
def test_parts_that_contradict_each_other_are_refused(
    kind: str, narratives: tuple[str, ...], fields: dict[str, Any], told: str
) -> None:
    """One sentence says what does not go together."""
    with pytest.raises(InputError, match=told):
        decide(kind, *narratives, **fields)


def test_skip_and_undo_say_nothing_of_the_text() -> None:
    """They have no stance, whereas every other kind has one."""
    assert decide("skip").stance is None
    assert decide("undo", undoes="d0").stance is None
    assert set(KINDS) - set(STANCE_BY_KIND) == {"threat", "skip", "undo"}


def _row(**fields: Any) -> dict[str, Any]:
    return {
        "decision_id": "d1",
        "text": "De rövar bort båtar",
        "lang": "sv",
        "narratives": ["rov"],
        "stance": "asserts",
        "is_threat": False,
        "reviewer": "Granskare Ett",
        "parent": None,
        **fields,
    }


def test_a_reviewers_labels_are_one_voice_without_a_name() -> None:
    """Seeds of a reviewer are held out together, and nothing in them tells who it is."""
    first, second, other = label_seeds(
        [_row(), _row(parent="Såg ni?"), _row(reviewer="Granskare Två")], {"rov"}
    )
    assert first.voice == second.voice == name_voice("Granskare Ett") != other.voice
    assert "Granskare" not in repr(first)
    assert (first.origin, first.parent, second.parent) == ("decision", None, "Såg ni?")


def test_narratives_that_are_not_learned_any_more_teach_nothing() -> None:
    """A label on a retired narrative is left out, and is no label on nothing."""
    rows = [_row(narratives=["gammal"]), _row(narratives=["gammal", "rov"])]
    assert [seed.narratives for seed in label_seeds(rows, {"rov"})] == [("rov",)]
