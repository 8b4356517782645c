"""Hostile files and posts cost themselves and never the night."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import SourceSpec
from motbild.adapters.warehouse import Warehouse
from motbild.core.erasures import Memory
from motbild.stages.ingest import Intake, ingest
from tests.data.hostile import HOSTILE
from tests.homes import Home, make_post, write_posts
from tests.stages.taking import Taking

LINKS = ("https://a.[x/ hej", "http://[", "http://]/", "https://[::1", "http://[v1.x]/", "//[")


@pytest.mark.parametrize("link", LINKS)
def test_an_address_that_is_none_stops_no_night(
    warehouse: Warehouse, tmp_path: Path, link: str
) -> None:
    """A post with a broken address in it, or for a picture, is stored like any other."""
    path = write_posts(tmp_path / "a.jsonl", make_post(1, f"se {link}", media=[link]))
    (outcome,) = Taking(warehouse, tmp_path).run(SourceSpec("a", path))
    assert (outcome.status, outcome.post_count) == ("read", 1)


def test_a_file_with_too_many_rows_is_cut_off(warehouse: Warehouse, tmp_path: Path) -> None:
    """What came before the limit is stored, and a sentence says how to go on."""
    path = write_posts(tmp_path / "a.jsonl", *(make_post(n, f"inlägg {n}") for n in range(50)))
    run = ("run", datetime.now(UTC), b"nyckel", Memory(b"nyckel"))
    intake = Intake(*run, batch_row_count=10, most_file_rows=30)
    spool = LinkSpool(tmp_path / "links")
    (outcome,) = ingest(warehouse, [SourceSpec("a", path)], spool, intake)
    assert outcome.status == "failed"
    assert "more than 30 rows" in (outcome.failure or "")
    assert warehouse.read_rows("SELECT count(*) FROM core.posts") == [(30,)]


def test_a_link_in_the_inbox_is_told_and_hides_no_other(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    """The file beside it is read all the same."""
    outside = write_posts(tmp_path / "outside.jsonl", make_post(1, "hemligt"))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.jsonl").symlink_to(outside)
    write_posts(inbox / "b.jsonl", make_post(2, "hej"))
    outcomes = Taking(warehouse, tmp_path).run(SourceSpec("inbox", inbox))
    assert {one.file_name: one.status for one in outcomes} == {
        "a.jsonl": "failed",
        "b.jsonl": "read",
    }
    assert warehouse.read_rows("SELECT count(*) FROM core.posts") == [(1,)]


@pytest.mark.parametrize(
    "name", ["../ut.jsonl", "..%2fut.jsonl", "a\nb.jsonl", "=1+1.jsonl", "$(id).jsonl"]
)
def test_names_of_files_are_names_alone(warehouse: Warehouse, tmp_path: Path, name: str) -> None:
    """Whatever a file is called, nothing is written where its name leads."""
    inbox = tmp_path / "inbox" / "deep"
    inbox.mkdir(parents=True)
    write_posts(inbox / name.replace("/", "\\"), make_post(1, "hej"))
    before = {path for path in tmp_path.rglob("*") if "links" not in path.parts}
    Taking(warehouse, tmp_path).run(SourceSpec("inbox", inbox))
    assert {path for path in tmp_path.rglob("*") if "links" not in path.parts} == before


def test_what_a_post_says_to_machines_changes_nothing(home: Home, tmp_path: Path) -> None:
    """Orders to approve, to ignore or to run do not change how the others are judged."""
    orders = [text for name, text in HOSTILE if name in {"prompt", "jinja", "shell", "tags"}]
    claims = [make_post(n, f"det är kidnappning påstår nummer {n}") for n in range(5)]
    path = write_posts(tmp_path / "plain.jsonl", *claims)
    home.night(path)
    flagged = "SELECT count(*) FROM core.flags"
    alone = home.rows(flagged)
    told = [make_post(100 + n, text) for n, text in enumerate(orders)]
    home.night(write_posts(tmp_path / "orders.jsonl", *told))
    assert home.rows(flagged) == alone
