"""Decisions on their way from the review store to something to learn from."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.adapters.warehouse import Warehouse, open_in_memory
from motbild.core import schemas
from motbild.core.audit import BEGINNING, Head
from motbild.errors import ReviewStoreError
from motbild.stages.fold_decisions import fold_decisions, read_standing_seeds
from tests.conftest import ROOT
from tests.decisions import MOMENT, decide


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    """An empty review store."""
    with closing(open_review_store(f"sqlite:///{tmp_path / 'review.sqlite'}")) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_warehouse() -> Iterator[Warehouse]:
    """A warehouse that the examples of a property share, since making one takes a second."""
    migrations, views = ROOT / "warehouse" / "migrations", ROOT / "warehouse" / "views"
    with closing(open_in_memory(migrations, views)) as opened:
        yield opened


def _post(number: int, text: str, **fields: Any) -> dict[str, Any]:
    post = dict.fromkeys(schemas.POSTS.names)
    return post | {
        "post_id": f"x:{number}",
        "platform": "x",
        "source_id": "a",
        "posted_day": MOMENT.date(),
        "lang": "sv",
        "text": text,
        "text_digest": f"t{number}",
        "file_digest": "f",
        "line_number": number,
        "run_id": "r1",
        **fields,
    }


def _fill(warehouse: Warehouse, *posts: dict[str, Any]) -> None:
    warehouse.append(
        "core.posts", pa.Table.from_pylist(list(posts), schema=schemas.POSTS), key=("post_id",)
    )
    texts = [
        {name: post.get(name) for name in schemas.TEXTS.names} | {"lang_probability": 1.0}
        for post in {post["text_digest"]: post for post in posts}.values()
    ]
    warehouse.append(
        "core.texts", pa.Table.from_pylist(texts, schema=schemas.TEXTS), key=("text_digest",)
    )


def test_each_decision_is_copied_once_in_order(warehouse: Warehouse, store: ReviewStore) -> None:
    """Folding again adds nothing; what has come since is added behind."""
    store.decisions.record(decide("confirm", "rov"))
    store.decisions.record(decide("skip", decision_id="d2"))
    assert fold_decisions(warehouse, store, run_id="r1") == {"decisions_added": 2}
    assert fold_decisions(warehouse, store, run_id="r2") == {"decisions_added": 0}
    store.decisions.record(decide("undo", decision_id="d3", undoes="d1"))
    assert fold_decisions(warehouse, store, run_id="r3") == {"decisions_added": 1}
    rows = warehouse.read_rows("SELECT seq, decision_id, run_id FROM core.decisions ORDER BY seq")
    assert rows == [(1, "d1", "r1"), (2, "d2", "r1"), (3, "d3", "r3")]


def test_a_fold_that_is_cut_short_is_done_by_the_next(
    warehouse: Warehouse, store: ReviewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a fold that dies before its end nothing stands, and the next one copies all."""
    store.decisions.record(decide("confirm", "rov"))
    append = warehouse.append

    def append_and_die(*arguments: Any, **named: Any) -> int:
        append(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(warehouse, "append", append_and_die)
        with pytest.raises(KeyboardInterrupt):
            fold_decisions(warehouse, store, run_id="r1")
    assert warehouse.read_rows("FROM core.decisions") == []
    assert fold_decisions(warehouse, store, run_id="r2") == {"decisions_added": 1}


def test_a_number_that_comes_late_is_not_lost(warehouse: Warehouse) -> None:
    """A server may end transactions out of order; the fold looks back."""

    class LateStore:
        numbers: tuple[int, ...] = (1, 3)

        @property
        def decisions(self) -> "LateStore":
            return self

        audit = decisions

        def head(self) -> Head:
            return Head(0, BEGINNING)

        def require(self, seq: int, decision_id: str) -> None:
            assert seq in self.numbers
            assert decision_id == f"d{seq}"

        def after(self, seq: int) -> pa.Table:
            empty = dict.fromkeys(schemas.DECISIONS.names)
            fixed: dict[str, Any] = {
                "post_id": "x:1",
                "text_digest": "t1",
                "kind": "skip",
                "reviewer": "a",
            }
            fixed |= {"decided_at": MOMENT, "note": "", "narratives": [], "is_threat": False}
            rows = [
                empty | fixed | {"seq": n, "decision_id": f"d{n}"} for n in self.numbers if n > seq
            ]
            return pa.Table.from_pylist(rows, schema=schemas.DECISIONS)

    store = LateStore()
    fold_decisions(warehouse, store, run_id="r1")  # type: ignore[arg-type]
    store.numbers = (1, 2, 3)
    assert fold_decisions(warehouse, store, run_id="r2") == {  # type: ignore[arg-type]
        "decisions_added": 1
    }


def test_another_store_in_its_place_is_refused(
    warehouse: Warehouse, store: ReviewStore, tmp_path: Path
) -> None:
    """A store that has lost decisions would number new ones anew: nothing is copied from it."""
    store.decisions.record(decide("confirm", "rov"))
    fold_decisions(warehouse, store, run_id="r1")
    other = tmp_path / "other.sqlite"
    with closing(open_review_store(f"sqlite:///{other}")) as begun_anew:
        for number in range(3):
            begun_anew.decisions.record(decide("skip", decision_id=f"n{number}"))
        with pytest.raises(ReviewStoreError, match="lacks decision 1"):
            fold_decisions(warehouse, begun_anew, run_id="r2")


def test_the_same_words_in_answer_to_something_else_have_a_label_of_their_own(
    warehouse: Warehouse, store: ReviewStore
) -> None:
    """What a short reply means hangs on what it answers."""
    _fill(
        warehouse,
        _post(1, "De rövade bort båten"),
        _post(2, "Har de rövat bort båten?"),
        _post(3, "Ja precis", reply_to_post_id="x:1"),
        _post(4, "Ja precis", reply_to_post_id="x:2", text_digest="t3"),
        _post(5, "Ja precis", reply_to_post_id="x:1", text_digest="t3"),
    )
    for number, kind in ((3, "confirm"), (4, "reject"), (5, "report")):
        named = () if kind == "reject" else ("rov",)
        fields = {"post_id": f"x:{number}", "text_digest": "t3", "decision_id": kind}
        store.decisions.record(decide(kind, *named, **fields))
    fold_decisions(warehouse, store, run_id="r1")
    seeds = read_standing_seeds(warehouse, {"rov"})
    assert [(seed.parent, seed.stance) for seed in seeds] == [
        ("De rövade bort båten", "reports"),
        ("Har de rövat bort båten?", "none"),
    ]


def test_standing_decisions_are_seeds(warehouse: Warehouse, store: ReviewStore) -> None:
    """The masked text is learned with the label, the voice and the post it answers."""
    _fill(
        warehouse,
        _post(1, "De rövade bort båten, ring [telefon]"),
        _post(2, "Är det sant?", reply_to_post_id="x:1"),
        _post(3, "Inget av detta"),
    )
    store.decisions.record(decide("confirm", "rov", decision_id="a"))
    asked_of = {"post_id": "x:2", "text_digest": "t2"}
    store.decisions.record(decide("question", "rov", decision_id="b", **asked_of))
    store.decisions.record(decide("reject", decision_id="c", post_id="x:3", text_digest="t3"))
    store.decisions.record(decide("confirm", "rov", decision_id="d", text_digest="unknown"))
    fold_decisions(warehouse, store, run_id="r1")
    confirmed, asked, rejected = read_standing_seeds(warehouse, {"rov"})
    assert (confirmed.text, confirmed.stance) == ("De rövade bort båten, ring [telefon]", "asserts")
    assert (asked.stance, asked.parent) == ("asks", confirmed.text)
    assert (rejected.narratives, rejected.stance, rejected.parent) == ((), "none", None)
    assert {seed.origin for seed in (confirmed, asked, rejected)} == {"decision"}


_DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["confirm", "reject", "protected", "threat", "skip", "undo"]),
        st.integers(0, 2),
        st.integers(0, 12),
    ),
    max_size=12,
)


@given(_DEEDS)
@settings(max_examples=25)
def test_the_latest_decision_that_is_not_undone_stands(
    shared_warehouse: Warehouse, deeds: list[tuple[str, int, int]]
) -> None:
    """Whatever the order of decisions, skips and undoings, each text has the label it should."""
    numbers = count(1)
    rows, standing = [], {}
    for (kind, text, undone), number in zip(deeds, numbers, strict=False):
        undoes = f"d{undone}" if kind == "undo" else None
        named = ("rov",) if kind == "confirm" else ()
        decision = decide(
            kind, *named, decision_id=f"d{number}", text_digest=f"t{text}", undoes=undoes
        )
        rows.append(
            {name: getattr(decision, name, None) for name in schemas.DECISIONS.names}
            | {"seq": number, "run_id": "r", "undoes_decision_id": decision.undoes}
        )
    undone_ids = {row["undoes_decision_id"] for row in rows}
    for row in rows:
        if row["kind"] not in {"skip", "undo"} and row["decision_id"] not in undone_ids:
            standing[row["text_digest"]] = row["decision_id"]
    shared_warehouse.execute("DELETE FROM core.decisions")
    shared_warehouse.append(
        "core.decisions", pa.Table.from_pylist(rows, schema=schemas.DECISIONS), key=("seq",)
    )
    query = "SELECT text_digest, decision_id FROM core.standing_decisions"
    assert dict(shared_warehouse.read_rows(query)) == standing


def test_where_the_log_ends_is_kept_once(warehouse: Warehouse, store: ReviewStore) -> None:
    """Each run that finds new lines keeps the last of them; one that finds none keeps nothing."""
    query = "SELECT run_id, seq, line_digest FROM ops.audit_heads ORDER BY run_id"
    fold_decisions(warehouse, store, run_id="r0")
    assert warehouse.read_rows(query) == []
    store.audit.note("exported", "-", actor="anna", now=MOMENT)
    first = store.audit.head()
    fold_decisions(warehouse, store, run_id="r1")
    fold_decisions(warehouse, store, run_id="r2")
    assert warehouse.read_rows(query) == [("r1", 1, first.digest)]
    store.audit.note("exported", "-", actor="anna", now=MOMENT)
    fold_decisions(warehouse, store, run_id="r3")
    fold_decisions(warehouse, store, run_id="r3")
    assert warehouse.read_rows(query)[1] == ("r3", 2, store.audit.head().digest)
