"""Facts, answers, rumours and thresholds in the review store."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.review_store.answers import Answer
from motbild.adapters.review_store.facts import Approval
from motbild.core.fact_bank import digest_wording
from motbild.errors import InputError
from tests.decisions import MOMENT

LATER = MOMENT + timedelta(minutes=5)
DAY = date(2026, 11, 22)
_TEXT = "Domstolen beslutar om tvångsvård."
KEY = ("domstol", "sv", digest_wording(_TEXT))


def _write(store: ReviewStore, caveat: str = "") -> None:
    store.facts.write("domstol", "sv", _TEXT, caveat, actor="anna", now=MOMENT)


def _draft(store: ReviewStore, actor: str = "anna") -> Answer:
    return store.answers.draft(
        narrative_id="rov",
        channel="reply",
        length="short",
        lang="sv",
        text="Ingen båt är rövad.",
        fact_refs=[KEY],
        actor=actor,
        now=MOMENT,
    )


def test_a_wording_is_approved_by_a_second_person(store: ReviewStore) -> None:
    """Neither who wrote it nor who proposed it may."""
    _write(store)
    assert store.facts.latest()["domstol", "sv"].written_by == "anna"
    with pytest.raises(InputError, match="väntar inte"):
        store.facts.approve(*KEY, actor="bo", now=MOMENT)
    store.facts.propose(*KEY, actor="bo", now=MOMENT)
    for actor in ("anna", "bo"):
        with pytest.raises(InputError, match="Någon annan"):
            store.facts.approve(*KEY, actor=actor, now=MOMENT)
    store.facts.approve(*KEY, actor="cilla", now=LATER)
    assert store.facts.approvals() == {KEY: Approval("bo", MOMENT, "cilla", LATER)}
    with pytest.raises(InputError, match="redan"):
        store.facts.propose(*KEY, actor="anna", now=LATER)


def test_a_wording_of_a_pack_is_approved_and_withdrawn_by_its_digest(store: ReviewStore) -> None:
    """Nobody wrote it here; withdrawn it is approved no more, until it is proposed anew."""
    store.facts.withdraw(*KEY, actor="bo", now=MOMENT)
    assert store.facts.approvals() == {KEY: Approval(withdrawn_by="bo", withdrawn_at=MOMENT)}
    store.facts.withdraw(*KEY, actor="anna", now=LATER)
    assert len(store.audit.entries(action="fact-withdrawn")) == 1
    store.facts.propose(*KEY, actor="bo", now=LATER)
    assert store.facts.approvals()[KEY].is_proposed
    store.facts.approve(*KEY, actor="anna", now=LATER)
    assert store.facts.approvals()[KEY].is_approved


def test_another_wording_needs_an_approval_of_its_own(store: ReviewStore) -> None:
    """Also where only the caveat is another; the same again changes nothing."""
    _write(store)
    store.facts.propose(*KEY, actor="anna", now=MOMENT)
    store.facts.approve(*KEY, actor="bo", now=MOMENT)
    _write(store)
    assert store.facts.approvals()[KEY].is_approved
    _write(store, caveat="Säg det bara efter beslut.")
    assert not store.facts.approvals()[KEY].is_approved
    wordings = store.facts.history("domstol", "sv")
    assert [wording.caveat for wording in wordings] == ["Säg det bara efter beslut.", ""]
    assert store.facts.latest() == {("domstol", "sv"): wordings[0]}
    with pytest.raises(InputError, match="Skriv"):
        store.facts.write("domstol", "sv", " ", "", actor="anna", now=MOMENT)


def test_an_answer_goes_from_draft_to_published(store: ReviewStore) -> None:
    """A second person approves it on the way; where and when it was published is kept."""
    answer = _draft(store)
    assert (answer.status, answer.version, answer.fact_refs) == ("draft", 1, (KEY,))
    answer = store.answers.propose(answer.answer_id, version=1, actor="anna", now=MOMENT)
    with pytest.raises(InputError, match="Någon annan"):
        store.answers.approve(answer.answer_id, version=1, actor="anna", now=MOMENT)
    answer = store.answers.approve(answer.answer_id, version=1, actor="bo", now=MOMENT)
    assert (answer.status, answer.proposed_by, answer.approved_by) == ("approved", "anna", "bo")
    answer = store.answers.publish(
        answer.answer_id, " https://exempel.se/1 ", DAY, version=1, actor="anna", now=LATER
    )
    assert (answer.status, answer.address) == ("published", "https://exempel.se/1")
    assert (answer.published_on, answer.changed_at, answer.created_by) == (DAY, LATER, "anna")
    assert store.answers.get(answer.answer_id) == answer
    told = [event.kind for event in store.answers.history(answer.answer_id)]
    assert told == ["drafted", "proposed", "approved", "published"]
    assert store.audit.entries()[0].action == "answer-published"


def test_an_edit_is_a_draft_again(store: ReviewStore) -> None:
    """Whatever was approved before; every version is kept, and none of its writers approves."""
    answer_id = _draft(store).answer_id
    store.answers.propose(answer_id, version=1, actor="anna", now=MOMENT)
    store.answers.approve(answer_id, version=1, actor="bo", now=MOMENT)
    edited = store.answers.edit(answer_id, "Båten är kvar.", version=1, actor="bo", now=LATER)
    assert (edited.status, edited.version, edited.approved_by) == ("draft", 2, None)
    assert edited.fact_refs == (KEY,)
    store.answers.propose(answer_id, version=2, actor="cilla", now=LATER)
    for writer in ("anna", "bo"):
        with pytest.raises(InputError, match="Någon annan"):
            store.answers.approve(answer_id, version=2, actor=writer, now=LATER)
    texts = [event.text for event in store.answers.history(answer_id)]
    assert texts == [*["Ingen båt är rövad."] * 3, *["Båten är kvar."] * 2]


def test_nobody_writes_over_anothers_version(store: ReviewStore) -> None:
    """Nor is a version approved or published that was not the one shown."""
    answer_id = _draft(store).answer_id
    store.answers.edit(answer_id, "Båten är kvar.", version=1, actor="bo", now=LATER)
    with pytest.raises(InputError, match="Någon annan har ändrat"):
        store.answers.edit(answer_id, "Båten finns.", version=1, actor="anna", now=LATER)
    store.answers.propose(answer_id, version=2, actor="bo", now=LATER)
    with pytest.raises(InputError, match="Någon annan har ändrat"):
        store.answers.approve(answer_id, version=1, actor="cilla", now=LATER)
    current = store.answers.get(answer_id)
    assert current is not None
    assert (current.text, current.status) == ("Båten är kvar.", "proposed")


def test_an_answer_is_given_back_with_a_word_why(store: ReviewStore) -> None:
    """It is a draft again, and an earlier approval is gone for good."""
    answer_id = _draft(store).answer_id
    store.answers.propose(answer_id, version=1, actor="anna", now=MOMENT)
    store.answers.approve(answer_id, version=1, actor="bo", now=MOMENT)
    answer = store.answers.give_back(answer_id, " kortare ", actor="bo", now=MOMENT)
    assert (answer.status, answer.note, answer.approved_by) == ("draft", "kortare", None)
    answer = store.answers.propose(answer_id, version=1, actor="anna", now=MOMENT)
    assert (answer.status, answer.note, answer.approved_by) == ("proposed", "", None)


_WRONG: dict[str, Callable[[ReviewStore, str], object]] = {
    "approve a draft": lambda s, i: s.answers.approve(i, version=1, actor="bo", now=LATER),
    "publish a draft": lambda s, i: s.answers.publish(
        i, "https://exempel.se", DAY, version=1, actor="bo", now=LATER
    ),
    "publish as a script": lambda s, i: s.answers.publish(
        i, "javascript:alert(1)", DAY, version=1, actor="bo", now=LATER
    ),
    "give a draft back": lambda s, i: s.answers.give_back(i, "", actor="bo", now=LATER),
    "say nothing": lambda s, i: s.answers.edit(i, " ", version=1, actor="bo", now=LATER),
    "propose what is not there": lambda s, _: s.answers.propose(
        "x", version=1, actor="bo", now=LATER
    ),
}


@pytest.mark.parametrize("wrong", _WRONG)
def test_what_cannot_be_done_to_a_draft_is_refused(store: ReviewStore, wrong: str) -> None:
    """In a sentence, and nothing is changed."""
    answer = _draft(store)
    with pytest.raises(InputError):
        _WRONG[wrong](store, answer.answer_id)
    assert store.answers.get(answer.answer_id) == answer
    assert len(store.audit.entries()) == 1


def test_a_withdrawn_answer_stays_so(store: ReviewStore) -> None:
    """It can be read, and nothing more happens to it."""
    answer_id = _draft(store).answer_id
    assert store.answers.withdraw(answer_id, actor="bo", now=LATER).status == "withdrawn"
    with pytest.raises(InputError, match="redan"):
        store.answers.withdraw(answer_id, actor="bo", now=LATER)
    with pytest.raises(InputError, match="skriv ett nytt"):
        store.answers.edit(answer_id, "Nytt", version=1, actor="bo", now=LATER)


def test_answers_are_listed_by_status_and_narrative(store: ReviewStore) -> None:
    """The last changed first."""
    first, second = _draft(store), _draft(store)
    store.answers.propose(first.answer_id, version=1, actor="anna", now=LATER)
    listed = [answer.answer_id for answer in store.answers.list()]
    assert listed == [first.answer_id, second.answer_id]
    assert store.answers.list(status="draft") == [second]
    assert len(store.answers.list(narrative_id="rov")) == 2
    assert store.answers.list("draft", "annat") == []


def test_a_rumour_has_the_newest_verdict(store: ReviewStore) -> None:
    """An undone one has none; all stand in the log."""
    store.rumours.record("c1", "dismissed", None, [], "", "", actor="anna", now=MOMENT)
    store.rumours.record("c1", "variant", "rov", ["t1"], "", "", actor="bo", now=LATER)
    store.rumours.record("c2", "new", "ny", ["t2", "t3"], "Nytt", "Så", actor="bo", now=LATER)
    told = store.rumours.verdicts()
    assert (told["c1"].verdict, told["c1"].narrative_id, told["c1"].actor) == (
        "variant",
        "rov",
        "bo",
    )
    assert (told["c2"].text_digests, told["c2"].title, told["c2"].claim) == (
        ("t2", "t3"),
        "Nytt",
        "Så",
    )
    assert store.rumours.undo("c1", actor="anna", now=LATER)
    assert not store.rumours.undo("c1", actor="anna", now=LATER)
    assert set(store.rumours.verdicts()) == {"c2"}
    with pytest.raises(InputError, match="Välj vilken"):
        store.rumours.record("c3", "variant", None, [], "", "", actor="bo", now=LATER)
    with pytest.raises(InputError, match="Välj variant"):
        store.rumours.record("c3", "perhaps", None, [], "", "", actor="bo", now=LATER)


def test_the_newest_threshold_counts(store: ReviewStore) -> None:
    """And is a probability."""
    assert store.saved_thresholds.latest() is None
    for asserts in (0.6, 0.7):
        saved = store.saved_thresholds.save(asserts, actor="anna", now=MOMENT)
    assert store.saved_thresholds.latest() == saved
    assert saved.asserts == 0.7
    with pytest.raises(InputError, match="mellan 0 och 1"):
        store.saved_thresholds.save(1.0, actor="anna", now=MOMENT)


def test_the_newest_translation_is_shown(store: ReviewStore) -> None:
    """Every one is kept and logged without its words; the newest of each text counts."""
    for text in ("De tar barn.", "  De tar barnen. "):
        store.translations.write("a", text, actor="anna", now=MOMENT)
    found = store.translations.latest(["a", "b"])
    assert {digest: one.text for digest, one in found.items()} == {"a": "De tar barnen."}
    entry = store.audit.entries()[0]
    assert (entry.action, entry.subject, dict(entry.details)) == ("translated", "a", {})
    for empty in ("  ", "x" * 20_000):
        with pytest.raises(InputError, match=r"Skriv|för lång"):
            store.translations.write("a", empty, actor="anna", now=MOMENT)
