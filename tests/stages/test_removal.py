"""What was taken away is in no file any more, however the run that took it went."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.removal_mark import RemovalMark
from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse import Warehouse, compaction
from motbild.core.schemas import LINKS
from motbild.core.text import text_digest
from motbild.errors import MotbildError, WarehouseError
from motbild.wiring.retention import run_retention
from tests import removal_process
from tests.decisions import decide
from tests.homes import Home
from tests.remains import find_remains, rare_words

_WORDS = rare_words(12)
_TEXT = f"kidnappning {' '.join(_WORDS)}"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which every store and folder holds pieces of one flagged post."""
    made = Home(tmp_path / "home")
    inbox = made.settings.inbox
    inbox.mkdir(parents=True)
    usual = {"platform": "x", "author": "Zebulon F", "lang": "sv"}
    rows = [{"id": "1", "text": _TEXT}, {"id": "2", "text": "barnhandel sker"}]
    (inbox / "a.jsonl").write_text("".join(json.dumps(usual | row) + "\n" for row in rows))
    made.night()
    made.night()
    _write_of_it(made)
    (made.folder / "fetched" / "sftp").mkdir(parents=True)
    (made.folder / "fetched" / "sftp" / "left.jsonl").write_text(_TEXT)
    waiting = {"post_id": "x:1", "link_number": 0, "address": f"https://x.example/{_WORDS[0]}"}
    LinkSpool(made.settings.link_spool).save("left", pa.Table.from_pylist([waiting], LINKS))
    (made.folder / "published" / ".building-left.duckdb.wal").write_text(_TEXT)
    compaction.place_of_copy(made.settings.live_file).write_text(_TEXT)
    return made


def _write_of_it(home: Home) -> None:
    """Let reviewers note and translate what the post says."""
    with closing(open_review_store(home.settings.review_store_to_make)) as store:
        at = datetime.now(UTC)
        quoting = decide(
            "skip", text_digest=text_digest(_TEXT), post_id="x:1", note=_WORDS[1], decided_at=at
        )
        store.decisions.record(quoting)
        store.translations.write(text_digest(_TEXT), f"på svenska {_WORDS[2]}", actor="a", now=at)


def _retain(home: Home, days: int = 366) -> None:
    run_retention(home.settings, now=datetime.now(UTC) + timedelta(days=days))


def test_no_file_holds_a_piece_of_what_was_taken(home: Home) -> None:
    """Raw bytes and cells of every store; before, nearly every one of them holds some."""
    before = {place.split("/")[0].split(" ")[0] for place in find_remains(home.folder, _WORDS)}
    assert before >= {"live.duckdb", "published", "review.sqlite", "inbox", "fetched"}
    assert before >= {".live.duckdb.anew", "pending-links"}
    _retain(home)
    assert find_remains(home.folder, _WORDS) == []
    assert len(list((home.folder / "published").iterdir())) == 1
    assert RemovalMark(home.settings.removal_mark).read() is None
    assert home.rows("SELECT count(*) FROM ops.deletions WHERE removed_at IS NULL") == [(0,)]
    assert home.rows("SELECT count(*) FROM core.posts") == [(2,)]
    assert home.rows("SELECT count(*) FROM core.decisions") == [(1,)]
    with closing(open_review_store(home.settings.review_store_to_make)) as store:
        assert store.audit.verify() == []
        assert store.audit.entries(action="disposed", limit=1)[0].details == {"row_count": 2}


def test_twice_equals_once(home: Home) -> None:
    """A second run finds nothing past its time, builds nothing and publishes nothing."""
    _retain(home)
    deletions = home.rows("FROM ops.deletions ORDER BY ALL")
    inode = home.settings.live_file.stat().st_ino
    snapshot = home.settings.snapshot_link.resolve()
    _retain(home)
    assert home.rows("FROM ops.deletions ORDER BY ALL") == deletions
    assert home.settings.live_file.stat().st_ino == inode
    assert home.settings.snapshot_link.resolve() == snapshot


@pytest.mark.slow
def test_killed_at_any_step_a_whole_file_stands_and_the_next_run_ends_the_work(
    home: Home, tmp_path: Path
) -> None:
    """Whatever moment of it a run dies in, nothing is lost and nothing stays behind."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.removal_process"])
    whole = tmp_path / "whole"
    shutil.copytree(home.folder, whole, symlinks=True)
    for step in removal_process.STEPS:
        shutil.rmtree(home.folder)
        shutil.copytree(whole, home.folder, symlinks=True)
        process = context.Process(target=removal_process.run, args=(str(home.folder), step))
        process.start()
        process.join(120)
        assert process.exitcode == -signal.SIGKILL, step
        assert home.rows("SELECT count(*) FROM core.posts") == [(2,)], step
        assert home.rows("SELECT count(*) FROM ops.deletions", "analyst.duckdb"), step
        assert RemovalMark(home.settings.removal_mark).read() is not None, step
        _retain(home)
        assert find_remains(home.folder, _WORDS) == [], step
        assert RemovalMark(home.settings.removal_mark).read() is None, step


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are gone, the sentence says how much room is needed, and the mark stands."""
    with monkeypatch.context() as patched:
        told = os.statvfs_result((4096, 4096, 9, 0, 0, 9, 9, 9, 0, 255))
        patched.setattr("motbild.adapters.warehouse.compaction.os.statvfs", lambda _: told)
        with pytest.raises(WarehouseError, match=r"Make \d+ MB of room and run"):
            _retain(home)
    assert home.rows("SELECT count(text) FROM core.posts") == [(0,)]
    assert RemovalMark(home.settings.removal_mark).read() is not None
    [(status,)] = home.rows("SELECT status FROM ops.runs WHERE kind = 'retention'")
    assert status == "failed"
    _retain(home)
    assert find_remains(home.folder, _WORDS) == []


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB; skips where none may be made."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("free_kb", [300, 3_000])
def test_a_disk_that_fills_up_leaves_a_good_file(
    home: Home, small: Path, monkeypatch: pytest.MonkeyPatch, free_kb: int
) -> None:
    """Wherever it runs out of room, what is told is a sentence, and room lets the next run end."""
    shutil.copytree(home.folder, small / "home", symlinks=True)
    tight = Home(small / "home")
    filler = small / "filler"
    free = shutil.disk_usage(small).free
    filler.write_bytes(b"\0" * (free - free_kb * 1024))
    with monkeypatch.context() as patched:
        patched.setattr(
            "motbild.adapters.warehouse.compaction._refuse_little_room", lambda *_: None
        )
        with pytest.raises(WarehouseError, match="room"):
            _retain(tight)
    assert RemovalMark(tight.settings.removal_mark).read() is not None
    assert tight.rows("SELECT count(*) FROM core.posts") == [(2,)]
    filler.unlink()
    _retain(tight)
    assert find_remains(tight.folder, _WORDS) == []


def test_a_copy_that_differs_is_not_used(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that came out otherwise leaves the file as it was."""
    copy = compaction._copy

    def lose(warehouse: Warehouse, fresh: Path, migrations: Path) -> None:
        copy(warehouse, fresh, migrations)
        with duckdb.connect(str(fresh)) as connection:
            connection.execute("DELETE FROM core.posts WHERE post_id = 'x:2'")

    monkeypatch.setattr("motbild.adapters.warehouse.compaction._copy", lose)
    with pytest.raises(MotbildError, match=r"The copy of core\.posts"):
        _retain(home)
    assert home.rows("SELECT count(*) FROM core.posts") == [(2,)]
    assert not compaction.place_of_copy(home.settings.live_file).exists()
