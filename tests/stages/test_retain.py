"""Texts whose time is over: what goes, what stays, and what is written down of it."""

import hashlib
import json
import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.alert_log import AlertLog
from motbild.adapters.review_store import open_review_store
from motbild.core.alerting import Entry
from motbild.core.retention import Deletion, render_protocol
from motbild.core.text import text_digest
from motbild.settings import Settings
from motbild.settings.retention import RetentionSettings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.retention import run_retention
from motbild.wiring.sources import load_sources
from tests.decisions import decide
from tests.homes import Home
from tests.stages.fakes import PACK, WordClassifier

NOW = datetime.now(UTC)
_ORDINARY, _FLAGGED, _REPLY = "zebulon går ut med hunden", "kidnappning enligt yngvar", "samma här"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with an ordinary post, a flagged one, and a flagged reply to an ordinary one."""
    made = Home(tmp_path / "home")
    posts = tmp_path / "posts.jsonl"
    rows: list[dict[str, Any]] = [
        {"id": "1", "text": _ORDINARY},
        {"id": "2", "text": _FLAGGED},
        {"id": "3", "text": "zebulon frågar om kidnappning counters"},
        {"id": "4", "text": "kidnappning sägs det", "reply_to": "3"},
    ]
    usual = {"platform": "x", "author": "Zebulon F", "created_at": "2026-11-20T12:00:00Z"}
    posts.write_text("".join(json.dumps({**usual, **row}) + "\n" for row in rows))
    made.night(posts)
    return made


def _after(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _texts(home: Home) -> dict[str, bool]:
    rows = home.rows("SELECT post_id, text IS NOT NULL FROM core.posts ORDER BY ALL")
    return {post_id.removeprefix("x:"): has_text for post_id, has_text in rows}


def test_nothing_goes_before_its_time(home: Home) -> None:
    """The day before the limit everything stays, and no snapshot is made for it."""
    before = (home.folder / "analyst.duckdb").resolve()
    assert run_retention(home.settings, now=_after(89)) == []
    assert all(_texts(home).values())
    assert (home.folder / "analyst.duckdb").resolve() == before


def test_what_nobody_has_to_look_at_goes_first(home: Home) -> None:
    """After ninety days an ordinary text goes; flagged ones stay, with what they answer."""
    run_retention(home.settings, now=_after(91))
    assert _texts(home) == {"1": False, "2": True, "3": True, "4": True}
    run_retention(home.settings, now=_after(366))
    assert not any(_texts(home).values())


def test_nothing_is_left_that_could_give_a_text_back(home: Home) -> None:
    """Text, bands, vectors, evidence and pseudonyms go; what stays is a count."""
    units = hashlib.sha256(_ORDINARY.encode()).hexdigest()
    assert home.rows(f"SELECT count(*) FROM core.vectors WHERE input_digest = '{units}'") == [(1,)]
    run_retention(home.settings, now=_after(366))
    for name in ("texts", "text_sketches", "vectors", "encoded_texts"):
        table = f"core.{name}"
        assert home.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert home.rows("SELECT count(author_pseudonym), count(*) FROM core.posts") == [(0, 4)]
    assert home.rows("SELECT count(evidence) FROM core.classifications") == [(0,)]
    newest = (home.folder / "analyst.duckdb").resolve().read_bytes()
    assert b"yngvar" not in newest


def test_no_count_forgets_a_post(home: Home) -> None:
    """Daily counts are the same before and after, also once a new model has come."""
    before = home.rows("FROM core.daily_counts", "analyst.duckdb")
    run_retention(home.settings, now=_after(366))
    assert home.rows("FROM core.daily_counts", "analyst.duckdb") == before
    assert home.rows("SELECT count(*) FROM core.flags", "analyst.duckdb") == [(0,)]

    class LaterClassifier(WordClassifier):
        model_version = "words-2"

    model = Model(LaterClassifier(), home.encoder, (PACK,))  # type: ignore[arg-type]
    run_night(home.settings, load_sources(home.settings, []), model=model)
    assert home.rows("FROM core.daily_counts", "analyst.duckdb") == before


def test_a_decision_keeps_a_text_and_a_year_later_it_goes_too(home: Home) -> None:
    """What a person labelled is learned from for a year after the last word on it."""
    with closing(open_review_store(f"sqlite:///{home.folder / 'review.sqlite'}")) as store:
        decided_at = _after(200)
        for number, text in enumerate((_FLAGGED, _ORDINARY)):
            store.decisions.record(
                decide(
                    "reject",
                    decision_id=f"d{number}",
                    text_digest=text_digest(text),
                    decided_at=decided_at,
                )
            )
    run_retention(home.settings, now=_after(400))
    assert _texts(home) == {"1": True, "2": True, "3": False, "4": False}
    run_retention(home.settings, now=_after(566))
    assert not any(_texts(home).values())
    assert home.rows("SELECT count(*) FROM core.decisions") == [(2,)]


def test_a_post_that_comes_again_stays_without_its_text(home: Home, tmp_path: Path) -> None:
    """An export that holds it anew adds no post and brings no text back."""
    run_retention(home.settings, now=_after(366))
    home.night(tmp_path / "posts.jsonl")
    again = tmp_path / "again.jsonl"
    again.write_text((tmp_path / "posts.jsonl").read_text() + "\n")
    assert home.night(again).counts["posts_added"] == 0
    assert home.rows("SELECT count(*) FROM core.texts") == [(0,)]


def test_another_copy_keeps_the_text_of_its_own(home: Home, tmp_path: Path) -> None:
    """A text stays while some post that says it is within its time."""
    settings = home.settings.model_copy(update={"unflagged_text_days": 1})
    copy = tmp_path / "copy.jsonl"
    copy.write_text(json.dumps({"id": "9", "platform": "x", "text": _ORDINARY}) + "\n")
    begun = datetime.now(UTC)
    home.night(copy)
    run_retention(settings, now=begun + timedelta(days=1))
    assert _texts(home) == {"1": False, "2": True, "3": True, "4": True, "9": True}
    digest = text_digest(_ORDINARY)
    assert home.rows(f"SELECT count(*) FROM core.texts WHERE text_digest = '{digest}'") == [(1,)]


def test_the_protocol_tells_what_went_and_why(home: Home) -> None:
    """One row for each rule and table: how many, of which days, by which setting, and keys."""
    run_retention(home.settings, now=_after(91))
    [row] = home.rows(
        "SELECT rule, decided_by, row_count, oldest_day::VARCHAR, keys_digest "
        "FROM analyst.deletions WHERE from_table = 'core.posts'",
        "analyst.duckdb",
    )
    digest = hashlib.sha256(b"x:1").hexdigest()
    setting = "MOTBILD_UNFLAGGED_TEXT_DAYS=90"
    assert row == ("unflagged-text", setting, 1, "2026-11-20", digest)
    [(kind, counts)] = home.rows("SELECT kind, counts FROM ops.runs WHERE kind = 'retention'")
    assert counts["posts_taken"] == 1
    assert kind == "retention"


def test_a_dry_run_tells_the_same_and_takes_nothing(home: Home) -> None:
    """What would go is told by rule and table, with ids and without words."""
    told = run_retention(home.settings, now=_after(366), is_dry=True)
    assert all(_texts(home).values())
    assert home.rows("SELECT count(*) FROM ops.runs WHERE kind = 'retention'") == [(0,)]
    assert "zebulon" not in str(told)
    assert told == run_retention(home.settings, now=_after(366))
    assert (
        "| unflagged-text | MOTBILD_UNFLAGGED_TEXT_DAYS=90 | core.posts | 2 |"
        in render_protocol(told)
    )


def test_zero_days_keep_everything(home: Home) -> None:
    """Whoever sets all to nought keeps what came in."""
    nought = {name: 0 for name in RetentionSettings.model_fields if name.endswith("_days")}
    settings = Settings(home=home.folder, **nought)  # type: ignore[arg-type]
    assert run_retention(settings, now=_after(9999)) == []


def test_a_home_without_a_night_is_left_alone(tmp_path: Path) -> None:
    """Nothing is made where nothing is."""
    assert run_retention(Settings(home=tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()
    assert isinstance(render_protocol([]), str)
    assert Deletion.__slots__


def test_a_copy_in_other_letters_takes_the_place_of_the_first_wording(
    home: Home, tmp_path: Path
) -> None:
    """The text that stays is as the copy has it, and so is its evidence from the next night on."""
    copy = tmp_path / "copy.jsonl"
    copy.write_text(json.dumps({"id": "9", "platform": "x", "text": _FLAGGED.upper()}) + "\n")
    begun = datetime.now(UTC)
    home.night(copy)
    settings = home.settings.model_copy(update={"flagged_text_days": 1})
    run_retention(settings, now=begun + timedelta(days=1))
    assert _texts(home) == {"1": True, "2": False, "3": True, "4": False, "9": True}
    digest = text_digest(_FLAGGED)
    kept = f"SELECT text FROM core.texts WHERE text_digest = '{digest}'"
    evidence = f"SELECT evidence.sentence FROM core.classifications WHERE text_digest = '{digest}'"
    assert home.rows(kept) == [(_FLAGGED.upper(),)]
    assert home.rows(evidence) == [(None,)]
    home.night(copy)
    assert home.rows(evidence) == [(_FLAGGED.upper(),)]


def test_questions_and_threats_have_limits_of_their_own(home: Home, tmp_path: Path) -> None:
    """Where none is set, they go by that of flagged posts."""
    more = tmp_path / "more.jsonl"
    rows = [{"id": "8", "text": "kidnappning asks"}, {"id": "9", "text": "hot mot personal"}]
    more.write_text("".join(json.dumps({"platform": "x", **row}) + "\n" for row in rows))
    home.night(more)
    own = {"unflagged_text_days": 0, "question_text_days": 10, "threat_text_days": 500}
    settings = home.settings.model_copy(update=own)
    taken = {d.rule for d in run_retention(settings, now=_after(11), is_dry=True)}
    assert taken == {"question-text"}
    run_retention(settings, now=_after(366))
    assert _texts(home) == {"1": True, "2": False, "3": True, "4": False, "8": False, "9": True}
    later = run_retention(settings, now=_after(501), is_dry=True)
    assert "threat-text" in {deletion.rule for deletion in later}


def test_old_records_of_nights_go_and_their_counts_stay(home: Home, tmp_path: Path) -> None:
    """What was set aside, timed and told; a notice that stands is told to nobody twice."""
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "half\n')
    home.night(broken)
    log = AlertLog(home.settings.alert_log)
    log.append(
        [
            Entry(NOW, "sent", "spike:gone", "spike", "c"),
            Entry(NOW, "noticed", "night-failed:1", "night-failed", figures={"failure": "x"}),
        ]
    )
    nought = {name: 0 for name in RetentionSettings.model_fields if name.endswith("_days")}
    days = {**nought, "reject_days": 2, "notice_days": 2, "run_detail_days": 2}
    settings = home.settings.model_copy(
        update={**days, "retention_decision": "RA-MS 2026:12, dnr 5/2026"}
    )
    told = {(d.rule, d.from_table) for d in run_retention(settings, now=_after(3))}
    assert told >= {("reject", "ops.rejects"), ("run-detail", "ops.runs"), ("notice", "alert-log")}
    assert home.rows("SELECT count(*) FROM ops.rejects") == [(0,)]
    assert [entry.event for entry in log.load()] == ["noticed"]
    assert home.rows(
        "SELECT DISTINCT cardinality(stage_seconds), cardinality(counts) > 0 FROM ops.runs "
        "WHERE kind = 'nightly'"
    ) == [(0, True)]
    assert home.rows("SELECT DISTINCT reference FROM ops.deletions") == [
        ("RA-MS 2026:12, dnr 5/2026",)
    ]


def test_what_was_read_leaves_the_inbox(home: Home) -> None:
    """After thirty days; what nobody could read after as many, and what is new stays."""
    inbox = home.settings.inbox
    inbox.mkdir()
    (inbox / "read.jsonl").write_text('{"id": "7", "platform": "x", "text": "hej"}\n')
    home.night()
    (inbox / "new.jsonl").write_text('{"id": "8", "platform": "x", "text": "hopp"}\n')
    (inbox / "odd.bin").write_bytes(b"\0")
    old = (NOW - timedelta(days=20)).timestamp()
    os.utime(inbox / "odd.bin", (old, old))
    run_retention(home.settings, now=_after(29))
    assert {path.name for path in inbox.iterdir()} == {"read.jsonl", "new.jsonl"}
    new = (NOW + timedelta(days=30)).timestamp()
    os.utime(inbox / "new.jsonl", (new, new))
    [deletion] = run_retention(home.settings, now=_after(31))
    assert (deletion.rule, deletion.from_table, deletion.row_count) == ("inbox-file", "inbox", 1)
    assert {path.name for path in inbox.iterdir()} == {"new.jsonl"}
