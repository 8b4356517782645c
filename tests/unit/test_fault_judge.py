"""How faults are judged: words that help, rows that are lost or doubled, half-published files."""

from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.faults import draw_kinds
from tests.faults.content import Rows, compare
from tests.faults.kinds import KINDS
from tests.faults.messages import why_unclear
from tests.faults.watching import Watcher

CLEAR = "motbild: The disk that holds the home is full. Make room; the next night goes on.\n"


@pytest.mark.parametrize(
    ("exit_code", "told", "names"),
    [
        (1, CLEAR, ("disk",)),
        (1, "A table\n" + CLEAR, ()),
        (0, "", ("disk",)),
        (-9, "", ("disk",)),
    ],
)
def test_words_that_help_are_clear(exit_code: int, told: str, names: tuple[str, ...]) -> None:
    """A whole sentence with a remedy that names the thing; success and death may be silent."""
    assert why_unclear(exit_code, told, names) is None


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("", "nothing"),
        ("Something happened.\n", "nothing"),
        ("motbild: Disk is full; make room\n", "whole sentence"),
        ("motbild: The disk is full.\n", "what to do"),
        ("motbild: The model cannot be read; train it again.\n", "names none"),
        ("motbild: IO Error: could not write; see the disk.\n", "library"),
        ("motbild: [Errno 28] disk is full; make room.\n", "library"),
        (f"Traceback (most recent call last):\n{CLEAR}", "library"),
        ("motbild: An unexpected TypeError in disk.py; run again.\n", "library"),
    ],
)
def test_words_that_do_not_help_are_told_why(told: str, why: str) -> None:
    """Silence, half sentences, no remedy, another subject, and what libraries say."""
    assert why in (why_unclear(1, told, ("disk",)) or "")


def test_what_libraries_say_is_unclear_even_on_success() -> None:
    """A traceback is not shown, however the command ends."""
    assert why_unclear(0, "Traceback (most recent call last):\n") is not None
    assert why_unclear(0, "terminate called after throwing\n") is not None


@pytest.mark.parametrize("exit_code", [-9, -6, 127])
def test_who_was_ended_could_say_nothing(exit_code: int) -> None:
    """By a signal, or by the C library for want of memory; a traceback is none of theirs."""
    assert why_unclear(exit_code, "terminate called after throwing\n") is None
    assert why_unclear(exit_code, "Traceback (most recent call last):\n") is not None


def test_rows_are_compared_with_how_often_they_are_there() -> None:
    """A missing one is lost, one too many is doubled, a changed one both; order is nothing."""
    expected: dict[str, Rows] = {"t": [(1, "a"), (2, "b"), (3, "c")], "u": [(1,)]}
    same = compare(expected, {"u": [(1,)], "t": [(3, "c"), (1, "a"), (2, "b")]})
    assert (same.lost, same.doubled) == ({}, {})
    other = compare(expected, {"t": [(1, "a"), (1, "a"), (2, "x")]})
    assert other.lost == {"t": 2, "u": 1}
    assert other.doubled == {"t": 2}


def _publish(folder: Path, name: str, flagged_count: int) -> None:
    path = folder / name
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE SCHEMA analyst; CREATE TABLE t (i INTEGER)")
        made.execute(f"INSERT INTO t FROM range({flagged_count})")
        made.execute("CREATE VIEW analyst.flagged_posts AS FROM t")
    pending = folder / "pending"
    pending.symlink_to(path)
    pending.replace(folder / "analyst.duckdb")


def test_a_watcher_finds_what_is_half_published(tmp_path: Path) -> None:
    """A night's numbers pass; other numbers, a broken file and a link to nowhere do not."""
    watcher = Watcher(tmp_path, lambda count: count in (2, 3))
    watcher.look()
    for count in (2, 3):
        _publish(tmp_path, f"n{count}", count)
        watcher.look()
    assert (watcher.half, watcher.seen) == ([], 2)
    _publish(tmp_path, "n1", 1)
    watcher.look()
    (tmp_path / "broken").write_bytes(b"no database" * 999)
    (tmp_path / "analyst.duckdb").unlink()
    (tmp_path / "analyst.duckdb").symlink_to(tmp_path / "broken")
    watcher.look()
    (tmp_path / "broken").unlink()
    watcher.look()
    words = ("no night has", "cannot be read", "leads nowhere")
    assert [word in told for word, told in zip(words, watcher.half, strict=True)] == [True] * 3


def test_each_kind_is_drawn_and_the_same_by_the_same_seed() -> None:
    """As many as are asked for."""
    drawn = draw_kinds(list(KINDS), 100, 3)
    assert len(drawn) == 100
    assert set(drawn) == set(KINDS)
    assert drawn == draw_kinds(list(KINDS), 100, 3) != draw_kinds(list(KINDS), 100, 4)
