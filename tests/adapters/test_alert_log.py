"""The log of what was told to whom."""

import errno
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motbild.adapters.alert_log import AlertLog
from motbild.core.alerting import Entry

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def _entry(number: int) -> Entry:
    return Entry(NOW, "sent", f"spike:{number}", "spike", "abc", {"failure": "å"})


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    """In order, from another object too, and readable by its owner alone."""
    path = tmp_path / "home" / "alert-log.jsonl"
    AlertLog(path).append([_entry(1), _entry(2)])
    AlertLog(path).append([])
    assert AlertLog(path).load() == [_entry(1), _entry(2)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_cut_short_takes_no_other_with_it(tmp_path: Path) -> None:
    """A crash in the middle of a line loses that line alone."""
    path = tmp_path / "alert-log.jsonl"
    log = AlertLog(path)
    log.append([_entry(1), _entry(2)])
    path.write_bytes(path.read_bytes()[:-20])
    assert log.load() == [_entry(1)]
    log.append([_entry(3)])
    assert log.load() == [_entry(1), _entry(3)]
    path.write_bytes(path.read_bytes() + b'\xff\n[]\n{"at": 3}\n')
    assert log.load() == [_entry(1), _entry(3)]


def _write(path: Path, first: int) -> None:
    log = AlertLog(path)
    for number in range(first, first + 50):
        with log.held():
            log.append([_entry(number)])


def test_two_processes_lose_no_line(tmp_path: Path) -> None:
    """Both write at once, and every line is whole."""
    path = tmp_path / "alert-log.jsonl"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(path, first)) for first in (0, 50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    names = sorted(int(entry.notice_id.split(":")[1]) for entry in AlertLog(path).load())
    assert names == list(range(100))


def test_a_full_disk_is_told_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written is known to whoever holds the log; other errors are raised."""
    log = AlertLog(tmp_path / "alert-log.jsonl")
    entry = Entry(datetime(2026, 11, 20, tzinfo=UTC), "noticed", "n1", "night-failed")

    def refuse(code: int) -> None:
        def write(*_: object) -> int:
            raise OSError(code, "no")

        monkeypatch.setattr("motbild.disk.os.write", write)

    refuse(errno.ENOSPC)
    log.append([entry])
    assert log.load() == [entry]
    refuse(errno.EIO)
    with pytest.raises(OSError, match="no"):
        log.append([entry])
