"""What people decide, through nights that classify anew."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motbild.adapters.model_history import append_promotion
from motbild.adapters.review_store import open_review_store
from motbild.core.night_report import render_markdown
from motbild.core.promotions import REFUSED, Promotion
from motbild.core.text import text_digest
from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.decisions import decide
from tests.homes import Home
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier


class LaterClassifier(WordClassifier):
    """The same under another version, as after a retraining."""

    model_version = "words-2"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose first night has brought one post that is flagged."""
    made = Home(tmp_path / "home")
    posts = tmp_path / "a.jsonl"
    posts.write_text('{"id": "1", "platform": "x", "text": "kidnappning", "lang": "sv"}\n')
    made.night(posts)
    return made


def _decide(home: Home, *kinds: str) -> None:
    with closing(open_review_store(f"sqlite:///{home.folder / 'review.sqlite'}")) as store:
        for number, kind in enumerate(kinds):
            store.decisions.record(
                decide(
                    kind,
                    decision_id=f"d{number}",
                    reviewer="Fantasia Granskarsson",
                    text_digest=text_digest("kidnappning"),
                    note="ring hemskola",
                )
            )


def test_a_decision_survives_a_new_model(home: Home) -> None:
    """The new model flags the post again; that a person rejected it stands beside, untouched."""
    _decide(home, "reject")
    home.night()
    before = home.rows("FROM core.standing_decisions")
    model = Model(LaterClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    report = run_night(home.settings, load_sources(home.settings, []), model=model)
    assert report.versions["model"] == "words-2"
    assert home.rows("SELECT model_version FROM core.flags") == [("words-2",)]
    assert home.rows("FROM core.standing_decisions") == before != []
    assert home.rows("SELECT count(*) FROM core.decisions") == [(1,)]
    shown = home.rows("SELECT post_id, kind, stance FROM analyst.decisions", "analyst.duckdb")
    assert shown == [("x:1", "reject", "none")]


def test_analysts_never_learn_who_decided(home: Home) -> None:
    """No snapshot holds a reviewer's name or note."""
    _decide(home, "reject")
    home.night()
    for snapshot in (home.folder / "published").iterdir():
        content = snapshot.read_bytes()
        assert b"Fantasia" not in content
        assert b"hemskola" not in content


def test_without_a_review_store_nothing_is_missed(home: Home) -> None:
    """The night passes it over, and makes none."""
    report = home.night()
    assert "decisions_added" not in report.counts
    assert not (home.folder / "review.sqlite").exists()


def test_another_address_is_used_where_the_settings_name_one(home: Home, tmp_path: Path) -> None:
    """Then the file in the home is not looked for."""
    address = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    with closing(open_review_store(address)) as store:
        store.decisions.record(decide("skip"))
    home.settings = Settings(home=home.folder, review_address=address)
    assert home.night().counts["decisions_added"] == 1


def test_a_refused_challenger_is_told_in_the_next_report_alone(home: Home) -> None:
    """One line the morning after, and nothing the morning after that."""
    refusal = Promotion(datetime.now(UTC), REFUSED, "abc", None, reasons=("It misses threats.",))
    append_promotion(home.settings.models_folder, refusal)
    first, second = home.night(), home.night()
    assert "abc was trained and not promoted: It misses threats." in render_markdown(first)
    assert second.refused_challenger is None
