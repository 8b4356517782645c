"""What a person may ask: posts erased out of every file and every count's detail, or given out."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.subjects import find_posts, set_due
from motbild.core.disclosure import render_lines, render_readable
from motbild.core.privacy import pseudonym
from motbild.core.requests import Subject
from motbild.core.retention import Taking
from motbild.core.text import text_digest
from motbild.errors import InputError, LockHeldError
from motbild.stages.erase import erase
from motbild.wiring.requests import run_disclosure, run_erasure
from motbild.wiring.retention import run_retention
from tests.decisions import decide
from tests.homes import Home, make_post
from tests.remains import find_remains, rare_words

_WORDS = rare_words(12)
[_NOTE] = rare_words(1)
_TEXT = f"kidnappning {' '.join(_WORDS)}"
_ID, _OTHER_ID = "918273645546372819", "818273645546372818"
_URL = f"https://x.com/zebulon/status/{_ID}"
_AUTHOR = "Zebulon Fantasiqvist"


def _rows() -> list[dict[str, Any]]:
    return [
        make_post(1, _TEXT) | {"id": _ID, "url": _URL, "likes": 7},
        make_post(2, f"{_TEXT} dela", author="Ylva Påhittad") | {"id": _OTHER_ID},
        make_post(3, "barnhandel säger de", author="Ylva Påhittad", reply_to=_ID),
        make_post(4, "vi ses på torget"),
        make_post(5, "en egen rad", author="Nils Ulv") | {"id": "konto/8"},
    ]


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a flagged post, a copy of it by another, an answer to it and something else."""
    made = Home(tmp_path / "home")
    _write(made.settings.inbox / "a.jsonl", _rows())
    made.night()
    with closing(open_review_store(made.settings.review_store_to_make)) as store:
        of_it = {"text_digest": text_digest(_TEXT), "post_id": f"x:{_ID}", "note": _NOTE}
        store.decisions.record(decide("confirm", "kidnappning", **of_it))
    return made


def _daily(home: Home) -> list[tuple[Any, ...]]:
    return home.rows("FROM core.daily_counts ORDER BY ALL", "analyst.duckdb")


def test_an_erased_post_is_nowhere_and_still_counted(home: Home) -> None:
    """By its address: its id, its words unless another says them, its moment and its reach."""
    before = _daily(home)
    assert {"inbox/a.jsonl"} < set(find_remains(home.folder, [_ID]))
    handled = run_erasure(home.settings, Subject("url", _URL), case="dnr 1/2026")
    assert (handled.post_count, handled.is_done, handled.outside) == (1, True, ())
    assert find_remains(home.folder, [_ID, _NOTE]) == []
    assert _daily(home) == before
    assert home.rows("SELECT count(*) FROM core.posts") == [(5,)]
    minutes = "SELECT minute(posted_at) FROM core.posts WHERE text IS NULL"
    assert home.rows(minutes) == [(0,)]
    assert home.rows("SELECT count(*) FROM core.engagement") == [(0,)]
    [(answered,)] = home.rows("SELECT reply_to_post_id FROM core.posts WHERE post_id = 'x:3'")
    assert home.rows(f"SELECT text FROM core.posts WHERE post_id = '{answered}'") == [(None,)]
    [(rule, decided_by, reference)] = home.rows(
        "SELECT rule, decided_by, reference FROM ops.deletions WHERE from_table = 'core.posts'"
    )
    assert (rule, decided_by, reference) == ("erase", "request", "dnr 1/2026")
    with closing(open_review_store(home.settings.review_store_to_make)) as store:
        [entry] = store.audit.entries(action="erased")
        assert (entry.actor, entry.subject, entry.details["post_count"]) == ("terminal", "url", 1)
        assert store.audit.verify() == []


def test_by_its_words_every_copy_goes(home: Home) -> None:
    """What a text says, its copies say too: the family goes, whoever posted it."""
    handled = run_erasure(home.settings, Subject("text", _TEXT), case="")
    assert handled.post_count == 2
    assert find_remains(home.folder, [_ID, _OTHER_ID, *_WORDS]) == []
    assert home.rows("SELECT count(text) FROM core.posts") == [(3,)]
    home.night()
    assert find_remains(home.folder, [_ID, _OTHER_ID, *_WORDS]) == []


def test_what_was_erased_does_not_come_back(home: Home, tmp_path: Path) -> None:
    """Read again from its source, also under another id, it is set aside with a reason."""
    run_erasure(home.settings, Subject("author", f"@{_AUTHOR.upper()}"), case="dnr 2/2026")
    again = [*_rows(), make_post(9, _TEXT), make_post(6, "torget igen", reply_to=_ID)]
    night = home.night(_write(tmp_path / "again.jsonl", again))
    assert night.counts["posts_added"] == 1
    assert home.rows("SELECT code, count(*) FROM ops.rejects GROUP BY code") == [("erased", 3)]
    assert find_remains(home.folder, [_ID]) == []
    assert home.rows("SELECT count(*) FROM core.posts WHERE text LIKE '%torget%'") == [(1,)]


def test_what_an_older_copy_brings_back_is_erased_again(home: Home, tmp_path: Path) -> None:
    """A warehouse that was put back from before is brought up by the next retention."""
    kept = tmp_path / "live.duckdb"
    kept.write_bytes(home.settings.live_file.read_bytes())
    run_erasure(home.settings, Subject("text", _TEXT), case="")
    home.settings.live_file.write_bytes(kept.read_bytes())
    assert find_remains(home.folder, _WORDS) != []
    run_retention(home.settings)
    assert find_remains(home.folder, [_ID, *_WORDS]) == []


def test_a_dry_run_and_a_no_leave_everything(home: Home) -> None:
    """How many posts there are is told, and nothing is written."""
    content = home.rows("FROM core.posts ORDER BY ALL")
    subject = Subject("author", _AUTHOR)
    assert run_erasure(home.settings, subject, case="", is_dry=True).post_count == 2
    asked = run_erasure(home.settings, subject, case="", confirm=lambda _: False)
    assert (asked.post_count, asked.is_done) == (2, False)
    assert home.rows("FROM core.posts ORDER BY ALL") == content
    assert not home.settings.erasures_file.exists()


def test_a_file_outside_the_home_is_named(home: Home, tmp_path: Path) -> None:
    """Whose it is must clear it: its source and name are told."""
    home.night(_write(tmp_path / "export.jsonl", [make_post(9, "någon annan", author="Nils U")]))
    handled = run_erasure(home.settings, Subject("author", "Nils U"), case="")
    assert handled.outside == ("export/export.jsonl",)


def test_a_night_that_runs_is_named(home: Home) -> None:
    """Neither request waits for it."""
    with hold_night_lock(home.folder, run_id="r", now=datetime.now(UTC)):
        for handle in (run_erasure, run_disclosure):
            with pytest.raises(LockHeldError, match="run r"):
                handle(home.settings, Subject("url", _URL), case="")


def test_a_copy_that_is_given_out_is_masked_and_logged(home: Home) -> None:
    """All that is held of the post, for machines and for people; the log tells how many."""
    handled, posts = run_disclosure(home.settings, Subject("url", _URL), case="dnr 3/2026")
    assert handled.post_count == 1
    [told] = [json.loads(line) for line in render_lines(posts).splitlines()]
    assert told["text"] == _TEXT
    assert told["queues"] == [{"queue": "flagged", "narrative_id": "kidnappning"}]
    assert [each["kind"] for each in told["decisions"]] == ["confirm"]
    assert "Zebulon" not in str(told)
    assert "Granskare" not in str(told)
    readable = render_readable(posts, case="dnr 3/2026", now=datetime.now(UTC))
    assert f"> {_TEXT}" in readable
    with closing(open_review_store(home.settings.review_store_to_make)) as store:
        [entry] = store.audit.entries(action="disclosed")
        assert entry.details["case"] == "dnr 3/2026"
        assert _ID not in str(entry)
    assert home.rows("SELECT count(*) FROM ops.runs WHERE kind = 'disclosure'") == [(1,)]


def test_nothing_held_is_nothing_done(home: Home, tmp_path: Path) -> None:
    """No such post, and no home."""
    for subject in (Subject("author", "Ingen"), Subject("url", "https://x.com/i/status/1")):
        assert run_erasure(home.settings, subject, case="").post_count == 0
        assert run_disclosure(home.settings, subject, case="")[1] == []
    nowhere = Home(tmp_path / "none").settings
    assert run_erasure(nowhere, Subject("text", "x"), case="").post_count == 0
    assert not nowhere.home.exists()


@pytest.mark.parametrize("told", ["", "  ", "ingen adress", "https://", "http://[x/"])
def test_what_cannot_be_an_address_is_refused(told: str) -> None:
    """With a sentence that says how one looks."""
    with pytest.raises(InputError):
        Subject("url", told)


def test_a_new_key_parts_the_past_from_what_comes(home: Home, tmp_path: Path) -> None:
    """Past its days the key is destroyed; ids and counts stay, and authors are others."""
    old_key = home.settings.key_file.read_text().split()[0]
    authors = home.rows("SELECT DISTINCT author_pseudonym FROM core.posts")
    made_at = datetime.now(UTC) + timedelta(days=80)
    stay = home.settings.model_copy(update={"unflagged_text_days": 0})
    run_retention(stay, now=made_at)
    assert home.settings.key_file.read_text().split()[0] == old_key
    run_retention(stay, now=made_at + timedelta(days=11))
    assert home.settings.key_file.read_text().split()[0] != old_key
    assert old_key.encode() not in b"".join(p.read_bytes() for p in home.folder.glob("secrets/*"))
    assert [*home.folder.glob("secrets/.*")] == []
    [(count,)] = home.rows("SELECT row_count FROM ops.deletions WHERE rule = 'pseudonym-key'")
    assert count == 1
    more = [*_rows(), make_post(7, "nytt inlägg")]
    assert home.night(_write(tmp_path / "b.jsonl", more)).counts["posts_added"] == 1
    [(author,)] = home.rows("SELECT author_pseudonym FROM core.posts WHERE post_id = 'x:7'")
    assert (author,) not in authors
    assert run_erasure(home.settings, Subject("author", _AUTHOR), case="").post_count == 1


@pytest.fixture
def stored(warehouse: Warehouse) -> Warehouse:
    """A warehouse with a completed run and nothing else."""
    warehouse.execute(
        "INSERT INTO ops.runs VALUES ('r', 'nightly', 'completed', now(), now(), MAP {}, MAP {}, "
        "MAP {}, NULL)"
    )
    return warehouse


_POST = """
INSERT INTO core.posts BY NAME SELECT
    $id AS post_id, 'x' AS platform, 's' AS source_id, $author AS author_pseudonym,
    now() AS posted_at, current_date AS posted_day, 'sv' AS lang, $text AS text,
    $digest AS text_digest, 'f' AS file_digest, 1 AS line_number, 'r' AS run_id
"""
_SAID = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["ett", "Ett", "två", "tre fyra"])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=_SAID, author=st.sampled_from("abcd"))
def test_whatever_is_erased_no_query_finds(
    stored: Warehouse, said: list[tuple[str, str]], author: str
) -> None:
    """Who says what, and who asks, makes no difference; what others say stays."""
    for table in ("core.posts", "core.texts", "core.flags", "ops.deletions"):
        stored.execute(f"DELETE FROM {table}")
    for number, (who, text) in enumerate(said):
        told = {"id": f"x:{number}", "author": who, "text": text, "digest": text_digest(text)}
        stored.execute(_POST, told)
        stored.execute(
            "INSERT INTO core.texts SELECT $digest, $text, 'sv', 1, 'r' "
            "WHERE $digest NOT IN (SELECT text_digest FROM core.texts)",
            {"digest": told["digest"], "text": text},
        )
        stored.execute(
            "INSERT INTO core.flags VALUES (?, 'n', 'm', 1, 1, 's', 1, 1, '', 'r')", [told["id"]]
        )
    ids = [f"x:{number}" for number, (who, _) in enumerate(said) if who == author]
    kept = {text for who, text in said if who != author}
    set_due(stored, ids, rule="erase")
    deletions = erase(stored, b"k", Taking("run", datetime.now(UTC)))
    assert bool(deletions) == bool(ids)
    for post_id in ids:
        for table in ("core.posts", "core.flags"):
            assert stored.read_rows(f"SELECT 1 FROM {table} WHERE post_id = ?", [post_id]) == []
    left = {text for (text,) in stored.read_rows("SELECT text FROM core.texts")}
    assert left <= kept
    assert {text_digest(text) for text in left} == {text_digest(text) for text in kept}
    assert stored.read_rows("SELECT count(*) FROM core.posts") == [(len(said),)]
    assert stored.read_rows("SELECT count(*) FROM core.flags") == [(len(said),)]
    set_due(stored, ids, rule="erase")
    assert erase(stored, b"k", Taking("again", datetime.now(UTC))) == []


def test_an_author_is_found_under_the_key_in_use(stored: Warehouse) -> None:
    """Case and an at sign make no difference; another key finds nobody."""
    who = {"id": "x:1", "author": pseudonym("Nils U", b"k"), "text": "a", "digest": "d"}
    stored.execute(_POST, who)
    how = {"lasting_key": b"l", "platform": None, "rule": "erase"}
    assert find_posts(stored, Subject("author", "@nils u"), key=b"k", **how) == 1  # type: ignore[arg-type]
    assert find_posts(stored, Subject("author", "@nils u"), key=b"o", **how) == 0  # type: ignore[arg-type]
