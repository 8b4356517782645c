"""Acts in the review store: what stands, what came late, and how it is taken back."""

from datetime import timedelta

import pytest

from motbild.adapters.review_store import ReviewStore
from motbild.core.acts import Outcome
from motbild.errors import InputError
from tests.decisions import MOMENT, decide
from tests.reviewing import act, send

LATER = MOMENT + timedelta(minutes=5)


def test_an_act_is_a_decision_on_each_text(store: ReviewStore) -> None:
    """All of them are there at once, and the fold copies each."""
    outcome = send(store, act("a1", "anna", note="tydligt"))
    assert outcome == Outcome(is_recorded=True, seq=2)
    (told,) = store.decisions.acts_on("f1", [])
    assert (told.kind, told.narratives, told.text_count) == ("confirm", ("rov",), 2)
    assert (told.reviewer, told.decided_at, told.note) == ("anna", MOMENT, "tydligt")
    assert store.decisions.after(0)["text_digest"].to_pylist() == ["t1", "t2"]
    assert store.decisions.last_seq() == 2


@pytest.mark.parametrize("kind", ["confirm", "reject"])
def test_an_act_that_is_sent_twice_counts_once(store: ReviewStore, kind: str) -> None:
    """A double click or a retry has the outcome of the first, recorded, agreed or late."""
    first = send(store, act("a1", "anna"))
    assert send(store, act("a1", "anna")) == first
    second = send(store, act("b1", "bo", kind))
    store.decisions.undo("a1", actor="anna", now=LATER)
    again = send(store, act("b1", "bo", kind))
    assert (again.is_recorded, again.is_agreed, again.late_id) == (
        second.is_recorded,
        second.is_agreed,
        second.late_id,
    )
    assert store.decisions.after(0).num_rows == 4


def test_two_who_say_the_same_agree(store: ReviewStore) -> None:
    """The second is told so; the texts have one decision each."""
    send(store, act("a1", "anna"))
    outcome = send(store, act("b1", "bo", note="samma här"))
    assert (outcome.is_recorded, outcome.is_agreed, outcome.late_id) == (False, True, None)
    assert outcome.standing is not None
    assert outcome.standing.reviewer == "anna"
    assert store.decisions.after(0).num_rows == 2


def test_a_late_act_is_kept_apart_and_shown(store: ReviewStore) -> None:
    """It does not stand, and nothing of it is lost."""
    send(store, act("a1", "anna"))
    sent = act("b1", "bo", "protected", note="vittnesmål")
    outcome = send(store, sent)
    assert (outcome.is_recorded, outcome.is_agreed) == (False, False)
    (late,) = store.decisions.open_late()
    assert (late.late_id, late.act, late.is_settled) == (outcome.late_id, sent, False)
    assert (late.against_act_id, late.reviewer, late.family_id) == ("a1", "bo", "f1")
    assert store.decisions.late_on("f1") == [late]
    assert [told.act_id for told in store.decisions.acts_on("f1", ["t1"])] == ["a1"]


def test_a_late_act_meets_another_family_with_the_same_text(store: ReviewStore) -> None:
    """Families are regrouped by a night; what is decided of a text holds all the same."""
    send(store, act("a1", "anna", family="f1", texts=("t1", "t2")))
    outcome = send(store, act("b1", "bo", "reject", family="f9", texts=("t2", "t3")))
    assert outcome.standing is not None
    assert outcome.standing.act_id == "a1"


def test_what_the_reviewer_had_seen_is_no_conflict(store: ReviewStore) -> None:
    """Who decides again, knowing of the other's decision, is heard."""
    seen = send(store, act("a1", "anna")).seq or 0
    assert send(store, act("b1", "bo", "reject"), seen_seq=seen).is_recorded


def test_only_what_stands_is_a_conflict(store: ReviewStore) -> None:
    """One's own act, a skip and what is undone bar nobody, and a skip is never late."""
    send(store, act("a1", "anna"))
    assert send(store, act("a2", "anna", "reject")).is_recorded
    assert send(store, act("b1", "bo", "skip")).is_recorded
    store.decisions.undo("a1", actor="bo", now=LATER)
    store.decisions.undo("a2", actor="bo", now=LATER)
    assert send(store, act("c1", "cilla", "question")).is_recorded


def test_an_undone_act_is_told_with_who_undid_it(store: ReviewStore) -> None:
    """Anyone may, once; the fold gets an undoing of each decision."""
    send(store, act("a1", "anna"))
    assert store.decisions.undo("a1", actor="bo", now=LATER)
    assert not store.decisions.undo("a1", actor="bo", now=LATER)
    assert not store.decisions.undo("unknown", actor="bo", now=LATER)
    (told,) = store.decisions.acts_on("f1", [])
    assert (told.is_undone, told.undone_by) == (True, "bo")
    undone = store.decisions.after(2)["undoes_decision_id"].to_pylist()
    assert undone == ["a1-t1", "a1-t2"]
    assert store.audit.entries()[0].details["reviewer"] == "anna"


def test_a_late_act_that_is_kept_stands_in_place_of_the_other(store: ReviewStore) -> None:
    """What stood is undone by whoever settled it; settled once, it stays so."""
    send(store, act("a1", "anna"))
    late_id = send(store, act("b1", "bo", "reject")).late_id or ""
    assert store.decisions.settle(late_id, keep=True, actor="cilla", now=LATER)
    assert not store.decisions.settle(late_id, keep=False, actor="anna", now=LATER)
    told = store.decisions.acts_on("f1", [])
    assert [(act.act_id, act.undone_by) for act in told] == [("b1", None), ("a1", "cilla")]
    assert store.decisions.open_late() == []
    (settled,) = store.decisions.late_on("f1")
    assert (settled.is_kept, settled.settled_by, settled.settled_at) == (True, "cilla", LATER)


def test_a_late_act_that_is_not_kept_changes_nothing(store: ReviewStore) -> None:
    """It is told as settled, and what stood stands."""
    send(store, act("a1", "anna"))
    late_id = send(store, act("b1", "bo", "reject")).late_id or ""
    assert store.decisions.settle(late_id, keep=False, actor="cilla", now=LATER)
    assert [told.act_id for told in store.decisions.acts_on("f1", [])] == ["a1"]
    assert store.decisions.late_on("f1")[0].is_kept is False
    with pytest.raises(InputError, match="finns inte"):
        store.decisions.settle("unknown", keep=True, actor="cilla", now=LATER)


def test_ones_last_act_is_the_newest_that_stands(store: ReviewStore) -> None:
    """Undoing goes backwards through what a person did, and through nobody else's."""
    send(store, act("a1", "anna"))
    send(store, act("a2", "anna", "skip", family="f2", texts=("t5",)))
    send(store, act("b1", "bo", family="f3", texts=("t6",)))
    backwards = []
    while last := store.decisions.last_act_of("anna"):
        backwards.append(last.act_id)
        store.decisions.undo(last.act_id, actor="anna", now=LATER)
    assert backwards == ["a2", "a1"]
    found = store.decisions.find_act("b1")
    assert found is not None
    assert not found.is_undone


def test_the_overlay_has_what_is_newer_than_a_snapshot(store: ReviewStore) -> None:
    """Decisions and undoings in their order, each with its act."""
    first = send(store, act("a1", "anna")).seq or 0
    store.decisions.undo("a1", actor="bo", now=LATER)
    send(store, act("b1", "bo", "reject"), seen_seq=first)
    rows = store.decisions.overlay_after(first)
    assert [(row.act_id, row.kind, row.undoes) for row in rows] == [
        ("a1", "undo", "a1-t1"),
        ("a1", "undo", "a1-t2"),
        ("b1", "reject", None),
        ("b1", "reject", None),
    ]
    assert [row.seq for row in rows] == [3, 4, 5, 6]
    assert {row.family_id for row in rows} == {"f1"}


def test_single_decisions_are_acts_of_their_own(store: ReviewStore) -> None:
    """What is recorded without an act is met and undone as one."""
    store.decisions.record(decide("confirm", "rov", reviewer="anna"))
    assert send(store, act("b1", "bo", "reject")).late_id == "b1"
    store.decisions.record(decide("undo", decision_id="d2", undoes="d1", reviewer="anna"))
    (told,) = store.decisions.acts_on("f1", ["t1"])
    assert (told.act_id, told.undone_by) == ("d1", "anna")


def test_a_family_of_thousands_is_met(store: ReviewStore) -> None:
    """No database takes that many values at once."""
    many = tuple(f"t{number}" for number in range(1_200))
    send(store, act("a1", "anna", family="f1", texts=many[-1:]))
    outcome = send(store, act("b1", "bo", "reject", family="f2", texts=many))
    assert outcome.standing is not None
    assert len(store.decisions.acts_on("f3", many)) == 1
