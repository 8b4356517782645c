"""The drill of the operations page: backed up in use, destroyed, put back, and going on."""

import json
import multiprocessing
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from motbild.adapters.passwords import hash_password
from motbild.adapters.review_store import open_review_store
from motbild.settings import Settings
from tests import night_process
from tests.adapters.test_alerts import free_port
from tests.decisions import MOMENT
from tests.homes import Home

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.night_process"])
_PATIENCE_SECONDS = 400


def _motbild(*words: object) -> Any:
    """Run a command as an operator does; return what it prints as JSON."""
    command = [sys.executable, "-m", "motbild", *(str(word) for word in words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


class _Reviewer:
    """Somebody who decides without end, in a process of their own."""

    def __init__(self, home: Path, name: str) -> None:
        command = [sys.executable, "-m", "tests.reviewing", f"sqlite:///{home / 'review.sqlite'}"]
        self.process = subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True)
        self.saved: list[str] = []
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as told:
            self.saved.extend(line.strip() for line in told)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listening.join()


@contextmanager
def _room(home: Path) -> Iterator[str]:
    """The review room of a home, as a service; its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.room_process", str(home), str(port)])
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _serves(address: str) -> bool:
    for _ in range(300):
        try:
            answer = httpx2.get(f"{address}/logga-in")
        except httpx2.TransportError:
            time.sleep(0.2)
        else:
            return answer.status_code == 200
    return False


def _night(home: Path, posts: Path) -> Any:
    process = _CONTEXT.Process(target=night_process.run, args=(str(home), str(posts)))
    process.start()
    return process


def _furnish(home: Path) -> None:
    """An account, so that the room is in use."""
    with closing(open_review_store(Settings(home=home).review_store_to_make)) as store:
        store.accounts.create(
            "gry",
            "Gry Godkännare",
            "approver",
            hash_password("ekorre-sover-gott"),
            must_change_password=False,
            actor="terminal",
            now=MOMENT,
        )


def _acts(home: Path) -> set[str]:
    with closing(open_review_store(Settings(home=home).review_store_to_make)) as store:
        return {str(row.act_id) for row in store.decisions.overlay_after(0)}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_home_that_was_destroyed_goes_on_from_its_backup(tmp_path: Path) -> None:
    """Backed up while a night, a room and a reviewer work; destroyed; and all of it works again.

    Every decision that was told as saved before the backup began is there, the log is whole
    and ends where the manifest says, the counts are those of the manifest, the doctor finds
    nothing, the room serves, and the next nights end as they would have.
    """
    home, posts, more = tmp_path / "home", tmp_path / "posts.jsonl", tmp_path / "more.jsonl"
    night_process.write_posts(posts, 60)
    night_process.write_posts(more, 150)
    _furnish(home)
    first = _night(home, posts)
    first.join(_PATIENCE_SECONDS)
    assert first.exitcode == 0

    with _room(home) as address:
        assert _serves(address)
        reviewer = _Reviewer(home, "gry")
        night = _night(home, more)
        made: list[tuple[int, dict[str, Any]]] = []
        while night.is_alive() or not made:
            saved_before = len(reviewer.saved)
            made.append((saved_before, _motbild("backup", tmp_path / "backups", "--home", home)))
            time.sleep(1.1)  # a backup is named by its second
        assert night.exitcode == 0
        assert _serves(address)
        reviewer.stop()
    shutil.rmtree(home)

    for saved_before, backup in made if len(made) == 1 else (made[0], made[-1]):
        manifest = backup["manifest"]
        restored = _motbild("restore", backup["path"], "--home", home)
        assert restored["failure"] == ""
        assert set(reviewer.saved[:saved_before]) <= _acts(home)
        verdict = _motbild("audit", "verify", "--home", home)
        assert verdict["is_whole"]
        assert verdict["head"]["seq"] == manifest["audit"]["seq"] + 1  # it was restored
        for table, count in manifest["counts"].items():
            store, name = table.split()
            if store == "live.duckdb" and name not in {"ops.runs", "core.decisions"}:
                found = Home(home).rows(f"SELECT count(*) FROM {name}")
                assert found == [(count,)] or name == "ops.audit_heads", table
        again = _night(home, more)
        again.join(_PATIENCE_SECONDS)
        assert again.exitcode == 0
        # What the night had read of the second file by then, it reads once.
        assert Home(home).rows("SELECT count(*) FROM core.posts") == [
            (_post_count(tmp_path, more),)
        ]
        if backup is made[-1][1]:
            findings = _motbild("doctor", "--home", home)
            assert all(finding["is_ok"] for finding in findings)
            with _room(home) as address:
                assert _serves(address)
        shutil.rmtree(home)


def _post_count(folder: Path, posts: Path) -> int:
    """How many posts an undisturbed home has that read a file."""
    home = folder / "undisturbed"
    if not home.exists():
        night = _night(home, posts)
        night.join(_PATIENCE_SECONDS)
        assert night.exitcode == 0
    return int(Home(home).rows("SELECT count(*) FROM core.posts")[0][0])
