"""Acts: one decision on a family, as it is sent, stored and compared."""

from datetime import timedelta, timezone

import pytest

from motbild.core.acts import Act, can_conflict, pack_act, unpack_act
from motbild.core.decisions import KINDS
from motbild.errors import InputError
from tests.decisions import MOMENT, decide
from tests.reviewing import act


def test_an_act_tells_what_its_decisions_share() -> None:
    """Who, what and when, in UTC."""
    stockholm = MOMENT.astimezone(timezone(timedelta(hours=1)))
    told = act("a1", "anna", decided_at=stockholm)
    assert (told.kind, told.reviewer) == ("confirm", "anna")
    assert str(told.decided_at) == str(MOMENT)


@pytest.mark.parametrize(
    "decisions",
    [
        (),
        (decide("confirm", "rov"), decide("reject", decision_id="d2")),
        (decide("confirm", "rov"), decide("confirm", "rov")),
        (decide("skip"), decide("skip", decision_id="d2", reviewer="bo")),
        (decide("undo", undoes="d0"),),
    ],
    ids=["none", "two labels", "one id", "two people", "an undo"],
)
def test_decisions_that_do_not_go_together_are_no_act(decisions: tuple[object, ...]) -> None:
    """They are refused in a sentence that quotes no note."""
    with pytest.raises(InputError, match="The act 'a1' cannot be recorded"):
        Act("a1", "f1", decisions)  # type: ignore[arg-type]


def test_a_packed_act_is_unpacked_as_it_was() -> None:
    """A late one is kept as JSON."""
    sent = act("a1", "anna", "threat", narratives=("rov",), note="till säkerhet")
    assert unpack_act(pack_act(sent)) == sent


def test_people_agree_on_kind_narratives_and_threat() -> None:
    """Whatever the order of narratives, the note and the person."""
    one = act("a1", "anna", narratives=("rov", "hot"), note="ja")
    assert one.label == act("b1", "bo", narratives=("hot", "rov")).label
    assert one.label != act("b1", "bo", narratives=("rov",)).label
    assert one.label != act("b1", "bo", narratives=("rov", "hot"), is_threat=True).label
    assert act("a1", "anna", "reject").label != act("b1", "bo", "protected").label


def test_only_what_labels_can_be_contradicted() -> None:
    """A skip and an undo say nothing of a text."""
    assert {kind for kind in KINDS if not can_conflict(kind)} == {"skip", "undo"}
