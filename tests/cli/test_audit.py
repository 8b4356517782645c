"""`motbild audit verify`: the log of a home, held against what nights have seen of it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from motbild.adapters.review_store import open_review_store
from motbild.errors import InputError, MotbildError, ReviewStoreError
from tests.cli.commands import run
from tests.decisions import MOMENT
from tests.homes import Home, make_post, write_posts


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose night has seen three lines of the log."""
    made = Home(tmp_path / "home")
    with closing(open_review_store(made.settings.review_store_to_make)) as store:
        for number in range(3):
            store.audit.note("exported", f"list-{number}", actor="anna", now=MOMENT)
    made.night(write_posts(tmp_path / "posts.jsonl", make_post(1, "kidnappning")))
    return made


def _tamper(home: Home, *statements: str) -> None:
    with closing(sqlite3.connect(home.folder / "review.sqlite")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_whole_log_is_told_with_its_end(home: Home) -> None:
    """The end is printed as it may be kept on paper, and is taken back by the same command."""
    shown = run("audit", "verify", "--home", home.folder)
    assert shown.exit_code == 0
    assert "whole: 3 lines, held against 1 places" in shown.stdout
    end = shown.stdout.splitlines()[-1]
    again = run("audit", "verify", "--home", home.folder, "--expect", end, "--json")
    assert json.loads(again.stdout) == {
        "head": {"seq": 3, "digest": end.partition(":")[2]},
        "anchor_count": 2,
        "faults": [],
        "is_whole": True,
    }


def test_a_changed_line_is_told_with_what_happened_to_it(home: Home) -> None:
    """The command fails, names the line, and says what kind of change it was."""
    _tamper(home, "UPDATE audit SET subject = 'nothing' WHERE seq = 2")
    shown = run("audit", "verify", "--home", home.folder)
    assert isinstance(shown.exception, MotbildError)
    assert "at 1 places, the first of them line 2" in str(shown.exception)
    assert "tells something else" in shown.stdout
    told = json.loads(run("audit", "verify", "--home", home.folder, "--json").stdout)
    assert told["faults"] == [{"seq": 2, "kind": "altered", "against": ""}]


def test_a_log_that_was_cut_is_told_by_the_night_that_saw_it(home: Home) -> None:
    """Even where the end that is kept in the store was made to fit."""
    _tamper(
        home,
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit_head SET seq = 2, digest = (SELECT digest FROM audit WHERE seq = 2)",
    )
    told = json.loads(run("audit", "verify", "--home", home.folder, "--json").stdout)
    [fault] = told["faults"]
    assert (fault["seq"], fault["kind"]) == (3, "cut")
    assert fault["against"].startswith("run 2")


def test_what_cannot_be_verified_is_told_in_a_sentence(home: Home, tmp_path: Path) -> None:
    """No store, or an anchor that is none."""
    shown = run("audit", "verify", "--home", tmp_path / "empty")
    assert isinstance(shown.exception, ReviewStoreError)
    assert not (tmp_path / "empty").exists()
    shown = run("audit", "verify", "--home", home.folder, "--expect", "3")
    assert isinstance(shown.exception, InputError)
