"""Copies of a warehouse that is written all the time: each is whole, and of one moment."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

from motbild.adapters.warehouse import copying
from motbild.adapters.warehouse.copying import copy_warehouse, wait_for_copy
from motbild.errors import WarehouseError


class Writer:
    """A process that writes without end, and what it has told to be stored."""

    def __init__(self, path: Path, manner: str) -> None:
        command = [sys.executable, "-m", "tests.writing_process", str(path), manner]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.stored = 0
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.stored = int(line)

    def wait_for(self, number: int) -> None:
        """Wait until a transaction is stored."""
        while self.stored < number:
            assert self.process.poll() is None
            time.sleep(0.01)

    def stop(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()
        self._listening.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def _writer(path: Path, manner: str) -> Iterator[Writer]:
    writer = Writer(path, manner)
    try:
        yield writer
    finally:
        writer.stop()


def _last_number(copied: Path) -> int:
    """Return the last transaction in a copy, having seen that it and all before it are whole."""
    with duckdb.connect(str(copied)) as connection:
        connection.execute("SET enable_progress_bar = false; CHECKPOINT")
        [(last,)] = connection.execute("SELECT n FROM counter").fetchall()
        numbers = connection.execute("SELECT n FROM small ORDER BY n").fetchall()
        assert numbers == [(n,) for n in range(1, last + 1)], "not a prefix of what was stored"
        [(told,)] = connection.execute("SELECT told FROM small WHERE n = ?", [last]).fetchall()
        # Every row is read, and with it every block checked against its checksum.
        sums = "SELECT n, count(*), bool_and(value BETWEEN 0 AND 1) FROM {} GROUP BY n"
        assert connection.execute(sums.format("latest")).fetchall() == [(last, int(told), True)]
        counts = connection.execute(
            f"FROM ({sums.format('large')}) AS large(n, row_count, is_sane) "
            "LEFT JOIN small USING (n) SELECT n, row_count = told::BIGINT AND is_sane ORDER BY n"
        ).fetchall()
        assert all(is_whole for _, is_whole in counts), "a transaction is there in part"
        assert counts[-1][0] == last
    return int(last)


def _take_copies(tmp_path: Path, manner: str, seconds: float, patience: float) -> tuple[int, int]:
    """Copy again and again; return how many copies were whole and how many not to be had."""
    live, taken, refused = tmp_path / "live.duckdb", 0, 0
    with _writer(live, manner) as writer:
        writer.wait_for(3)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            copied = tmp_path / f"copy-{taken}.duckdb"
            before = writer.stored
            try:
                copy_warehouse(live, copied, patience_seconds=patience)
            except WarehouseError:
                refused += 1
                continue
            last = _last_number(copied)
            # What it has told is stored; of one more it may not have told yet.
            assert before <= last <= writer.stored + 1
            copied.unlink()
            taken += 1
    return taken, refused


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_copy_is_whole_while_the_writer_never_rests(tmp_path: Path) -> None:
    """Every copy can be taken, since the writer waits a moment, and none is torn."""
    taken, refused = _take_copies(tmp_path, "waiting", seconds=20, patience=30)
    assert taken >= 5
    assert refused == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_copy_is_torn_where_the_writer_does_not_wait(tmp_path: Path) -> None:
    """A copy of such a writer may not be to be had; one that is had is whole."""
    _take_copies(tmp_path, "heedless", seconds=10, patience=2)


def _make(path: Path, statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statements)


def test_a_file_at_rest_is_copied_with_its_log(tmp_path: Path) -> None:
    """A run that died leaves a log; the copy has what both hold, for its owner alone."""
    live = tmp_path / "live.duckdb"
    with _writer(live, "waiting") as writer:
        writer.wait_for(5)
    stored = writer.stored
    copied = tmp_path / "copy.duckdb"
    copied.write_bytes(b"of before" * 10_000_000)
    copy_warehouse(live, copied, patience_seconds=1)
    assert copied.read_bytes() == live.read_bytes()
    assert stored <= _last_number(copied) <= stored + 1
    again = tmp_path / "again.duckdb"
    copy_warehouse(live, again, patience_seconds=1)
    assert again.stat().st_mode & 0o077 == 0
    assert not (tmp_path / ".live.duckdb.copying").exists()


def _insert_and_die(path: Path, number: int) -> None:
    script = (
        "import os, sys, duckdb; connection = duckdb.connect(sys.argv[1]); "
        "connection.execute(f'INSERT INTO t VALUES ({sys.argv[2]})'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path), str(number)], check=False)


@pytest.mark.parametrize("kept", [0, 1, 20, 60, 100])
def test_a_log_that_ends_within_a_transaction_loses_no_later_one(tmp_path: Path, kept: int) -> None:
    """A copy may hold the beginning of a transaction on its way; the next one is not lost in it."""
    copied = tmp_path / "copy.duckdb"
    _make(copied, "CREATE TABLE t AS SELECT 1 AS n; CHECKPOINT")
    _insert_and_die(copied, 2)
    log = copied.with_name(copied.name + ".wal")
    log.write_bytes(log.read_bytes()[:kept])
    _make(copied, "SELECT count(*) FROM t; CHECKPOINT")
    _insert_and_die(copied, 3)
    with duckdb.connect(str(copied)) as connection:
        assert connection.execute("SELECT n FROM t ORDER BY n").fetchall() == [(1,), (3,)]


@pytest.mark.parametrize("change", ["log", "headers", "checkpoint"])
def test_a_change_meanwhile_makes_it_begin_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """A transaction that ended, a checkpoint that did or that is under way: not this moment."""
    live = tmp_path / "live.duckdb"
    _make(live, "CREATE TABLE t AS SELECT 1 AS n; CHECKPOINT")
    copy_changed = copying._copy_changed
    tries = 0

    def copy_and_change(source: Path, target: Path) -> None:
        nonlocal tries
        copy_changed(source, target)
        tries += 1
        if tries == 2:  # the first is the one before the writer is asked to wait
            if change == "log":
                (tmp_path / "live.duckdb.wal").write_bytes(b"something more")
            elif change == "headers":
                _make(live, "INSERT INTO t VALUES (2); CHECKPOINT")
            else:
                (tmp_path / "live.duckdb.checkpoint.wal").touch()
        elif tries == 3:
            for name in ("live.duckdb.wal", "live.duckdb.checkpoint.wal"):
                with suppress(FileNotFoundError):
                    (tmp_path / name).unlink()

    monkeypatch.setattr(copying, "_copy_changed", copy_and_change)
    copy_warehouse(live, tmp_path / "copy.duckdb", patience_seconds=5)
    assert tries >= 3
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        expected = 2 if change == "headers" else 1
        assert connection.execute("SELECT max(n) FROM t").fetchall() == [(expected,)]


def test_a_file_that_never_rests_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its patience the command says so in a sentence."""
    live = tmp_path / "live.duckdb"
    _make(live, "CREATE TABLE t AS SELECT 1 AS n")
    monkeypatch.setattr(copying, "_is_settled", lambda _: False)
    with pytest.raises(WarehouseError, match=r"changed all the time for 0 seconds.*run `motbild"):
        copy_warehouse(live, tmp_path / "copy.duckdb", patience_seconds=0.01)


def test_a_writer_does_not_wait_for_a_copy_whose_taker_died(tmp_path: Path) -> None:
    """The file that asks it to wait may be left behind; the lock on it is not."""
    (tmp_path / ".live.duckdb.copying").touch()
    begun = time.monotonic()
    wait_for_copy(tmp_path / "live.duckdb")
    assert time.monotonic() - begun < 1
