"""Answers in the warehouse are those that the review room has published."""

from datetime import UTC, date, datetime

import pytest

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.adapters.warehouse import Warehouse
from motbild.stages.fold_answers import fold_answers

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
COLUMNS = "answer_id, narrative_id, lang, fact_ids, published_day, withdrawn_at, run_id"


@pytest.fixture
def store(tmp_path: object) -> ReviewStore:
    """An empty review store."""
    return open_review_store(f"sqlite:///{tmp_path}/review.sqlite")


def _draft(store: ReviewStore) -> str:
    return store.answers.draft(
        narrative_id="kidnappning",
        channel="web",
        length="short",
        lang="sv",
        text="Domstolen prövar.",
        fact_refs=[("lagen", "sv", "d"), ("lagen", "en", "e"), ("domstol", "sv", "f")],
        actor="gun",
        now=NOW,
    ).answer_id


def _publish(store: ReviewStore, answer_id: str) -> None:
    store.answers.propose(answer_id, version=1, actor="gun", now=NOW)
    store.answers.approve(answer_id, version=1, actor="gry", now=NOW)
    day = date(2026, 11, 20)
    store.answers.publish(answer_id, "https://svar.example", day, version=1, actor="gun", now=NOW)


def test_published_answers_are_copied_and_no_others(
    store: ReviewStore, warehouse: Warehouse
) -> None:
    """A draft is nobody's business yet; copying twice changes nothing."""
    _draft(store)
    answer_id = _draft(store)
    _publish(store, answer_id)
    assert fold_answers(warehouse, store, run_id="r1") == {"answers_changed": 1}
    assert fold_answers(warehouse, store, run_id="r2") == {"answers_changed": 0}
    assert warehouse.read_rows(f"SELECT {COLUMNS} FROM core.answers") == [
        (answer_id, "kidnappning", "sv", ["domstol", "lagen"], date(2026, 11, 20), None, "r1")
    ]


def test_a_withdrawn_answer_stays_and_says_when(store: ReviewStore, warehouse: Warehouse) -> None:
    """What was answered was answered; one that was withdrawn as a draft was never out."""
    answer_id, never_out = _draft(store), _draft(store)
    _publish(store, answer_id)
    fold_answers(warehouse, store, run_id="r1")
    for each in (answer_id, never_out):
        store.answers.withdraw(each, actor="gun", now=NOW)
    assert fold_answers(warehouse, store, run_id="r2") == {"answers_changed": 1}
    assert warehouse.read_rows("SELECT answer_id, withdrawn_at, run_id FROM core.answers") == [
        (answer_id, NOW, "r1")
    ]


def test_nobody_is_named(store: ReviewStore, warehouse: Warehouse) -> None:
    """Who wrote, approved and published it stays in the review store."""
    _publish(store, _draft(store))
    fold_answers(warehouse, store, run_id="r1")
    told = str(warehouse.read_rows("FROM core.answers"))
    assert "gun" not in told
    assert "gry" not in told
