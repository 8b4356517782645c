"""The night's lock: one run a home, and a word on who holds it."""

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motbild.adapters.night_lock import describe_holder, hold_night_lock, read_holder
from motbild.errors import LockHeldError, MotbildError

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    """Run, process and time of the holder are in the sentence, and exit code is 1."""
    with (
        hold_night_lock(tmp_path, run_id="first", now=NOW),
        pytest.raises(LockHeldError, match="run first, process") as told,
        hold_night_lock(tmp_path, run_id="second", now=NOW),
    ):
        pass
    assert told.value.exit_code == 1
    assert "2026-11-22T02:00:00" in str(told.value)


def test_the_lock_is_free_again_however_the_night_ends(tmp_path: Path) -> None:
    """An error within does not leave it held, nor its holder named."""
    with pytest.raises(ZeroDivisionError), hold_night_lock(tmp_path, run_id="a", now=NOW):
        raise ZeroDivisionError
    assert read_holder(tmp_path) is None
    with hold_night_lock(tmp_path, run_id="b", now=NOW):
        holder = read_holder(tmp_path)
        assert holder is not None
        assert (holder.told.split(",")[0], holder.since, holder.is_alive) == ("run b", NOW, True)
        assert describe_holder(tmp_path) == holder.told
    assert not (tmp_path / "night.holder.json").exists()


def test_a_full_disk_is_told_with_the_file_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run begins that cannot say that it runs; the lock is free again."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", refuse)
        with (
            pytest.raises(MotbildError, match=r"night.holder.json cannot be written \(No space"),
            hold_night_lock(tmp_path, run_id="a", now=NOW),
        ):
            pass
    assert read_holder(tmp_path) is None


def test_two_homes_never_touch(tmp_path: Path) -> None:
    """A night in one home does not hinder one in another."""
    with (
        hold_night_lock(tmp_path / "a", run_id="a", now=NOW),
        hold_night_lock(tmp_path / "b", run_id="b", now=NOW),
    ):
        pass


def test_looking_makes_nothing(tmp_path: Path) -> None:
    """Asking who holds a lock that was never taken leaves no file behind."""
    assert read_holder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
