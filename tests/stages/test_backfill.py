"""Stored posts classified anew: on real stores, with stand-ins for the model."""

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.review_store import open_review_store
from motbild.core.day_range import DayRange
from motbild.core.text import text_digest
from motbild.errors import InputError
from motbild.wiring.backfills import run_backfill
from motbild.wiring.models import Model
from tests.decisions import decide
from tests.homes import Home
from tests.stages.fakes import PACK, WordClassifier


class SternClassifier(WordClassifier):
    """A later version, which takes the word ``regn`` for a narrative too."""

    model_version = "words-2"

    def _judge(self, text: str, parent: str | None) -> Any:
        return super()._judge(text.replace("regn", "kidnappning"), parent)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with two posts of October and one of November, classified by the first model."""
    made = Home(tmp_path / "home")
    posts = tmp_path / "posts.jsonl"
    rows = [
        ("1", "det faller regn i oktober", "2026-10-05T12:00:00+02:00"),
        ("2", "kidnappning sker här", "2026-10-06T12:00:00+02:00"),
        ("3", "det faller regn i november", "2026-11-05T12:00:00+01:00"),
    ]
    posts.write_text(
        "".join(
            json.dumps({"id": i, "platform": "x", "text": text, "created_at": at}) + "\n"
            for i, text, at in rows
        )
    )
    made.night(posts)
    return made


def _backfill(home: Home, days: DayRange, *sources: Path) -> Any:
    model = Model(SternClassifier(), home.encoder, (PACK,))  # type: ignore[arg-type]
    return run_backfill(home.settings, days, [str(s) for s in sources], model=model)


def _flagged(home: Home, store: str = "live.duckdb") -> dict[str, str]:
    return dict(home.rows("SELECT post_id, model_version FROM core.flags ORDER BY ALL", store))


def test_everything_is_classified_anew_and_nothing_encoded(home: Home) -> None:
    """All posts get the new model's word, from the vectors that are there; it is published."""
    encoded = len(home.encoder.encoded)
    report = _backfill(home, DayRange())
    assert report.kind == "backfill"
    assert report.counts["texts_classified"] == 3
    assert len(home.encoder.encoded) == encoded
    expected = {"x:1": "words-2", "x:2": "words-2", "x:3": "words-2"}
    assert _flagged(home) == _flagged(home, "analyst.duckdb") == expected
    assert home.rows("SELECT kind, status FROM ops.runs ORDER BY run_id") == [
        ("nightly", "completed"),
        ("backfill", "completed"),
    ]


def test_of_some_days_the_others_keep_what_they_have(home: Home) -> None:
    """October is read anew; no flag and no count of other days is lost meanwhile."""
    _backfill(home, DayRange(date(2026, 10, 5), date(2026, 10, 5)))
    assert _flagged(home) == {"x:1": "words-2", "x:2": "words-1"}
    counts = home.rows(
        "SELECT sum(post_count), sum(flagged_count) FROM core.daily_counts", "analyst.duckdb"
    )
    assert counts == [(3, 2)]
    assert len(set(home.encoder.encoded)) == len(home.encoder.encoded)


def test_decisions_are_untouched(home: Home) -> None:
    """What a person has said stands beside the new word of the model."""
    with closing(open_review_store(f"sqlite:///{home.folder / 'review.sqlite'}")) as store:
        digest = text_digest("kidnappning sker här")
        store.decisions.record(decide("reject", post_id="x:2", text_digest=digest))
    home.night()
    before = home.rows("FROM core.decisions")
    _backfill(home, DayRange())
    assert home.rows("FROM core.decisions") == before != []
    assert _flagged(home)["x:2"] == "words-2"


def test_posts_may_be_taken_in_with_it(home: Home, tmp_path: Path) -> None:
    """A file of older posts is read first, and its posts are classified."""
    older = tmp_path / "older.jsonl"
    older.write_text(
        '{"id": "0", "platform": "x", "text": "regn", "created_at": "2026-09-01T12:00:00Z"}\n'
    )
    report = _backfill(home, DayRange(last=date(2026, 9, 30)), older)
    assert report.counts["posts_added"] == 1
    assert report.counts["texts_classified"] == 1


def test_days_the_wrong_way_round_are_refused(home: Home) -> None:
    """One sentence names both days."""
    with pytest.raises(InputError, match="2026-10-01 lies before 2026-10-02"):
        _backfill(home, DayRange(date(2026, 10, 2), date(2026, 10, 1)))


def test_a_source_that_is_nowhere_is_refused(home: Home) -> None:
    """Neither a name in sources.toml nor a path: one sentence says so."""
    with pytest.raises(InputError, match="nowhere is neither a source"):
        _backfill(home, DayRange(), Path("nowhere"))


def test_days_begin_and_end_at_midnight_in_sweden() -> None:
    """A live source is asked from the first moment of the first day to the last of the last."""
    days = DayRange(date(2026, 10, 24), date(2026, 10, 25))
    assert days.start is not None
    assert days.end is not None
    assert days.start.isoformat() == "2026-10-24T00:00:00+02:00"
    assert days.end.isoformat() == "2026-10-26T00:00:00+01:00"
