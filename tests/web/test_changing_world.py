"""What happens beneath people while they work: new snapshots, and an app that is killed."""

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from motbild.adapters.review_store import open_review_store
from motbild.settings import Settings
from tests.rooms import PASSWORD, ROOT, TestRoom, furnish


def _publish_again(room: TestRoom, name: str) -> None:
    """Publish the same once more under another name, as a night does."""
    home = room.settings.home
    newest = home / "published" / f"analyst-{name}.duckdb"
    shutil.copyfile((home / "analyst.duckdb").resolve(), newest)
    pending = home / ".pending"
    pending.symlink_to(newest.relative_to(home))
    pending.replace(home / "analyst.duckdb")


def test_a_new_snapshot_is_seen_at_the_next_page(room: TestRoom) -> None:
    """Without an error, and with all that has been decided laid over it too."""
    visitor = room.visitor("gun")
    page = visitor.get("/granska")
    fields = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1)  # type: ignore[union-attr]
        for name in ("item", "act_id", "seen_seq")
    }
    visitor.send("/granska/beslut", {**fields, "val": "reject"})
    before = room.room.snapshot()
    _publish_again(room, "later")
    after = visitor.get(f"/granska?item={fields['item']}&status=alla")
    assert room.room.snapshot().name == "analyst-later.duckdb" != before.name
    assert "Gun Granskare," in after
    assert before.rows("SELECT count(*) AS n FROM core.posts")[0]["n"] > 0


def test_nobody_meets_an_error_while_snapshots_change(room: TestRoom) -> None:
    """Four people read while five snapshots are published."""
    visitors = [room.visitor(login) for login in ("lea", "gun", "gert", "gry")]
    statuses: list[int] = []
    done = threading.Event()

    def read(visitor_number: int) -> None:
        client = visitors[visitor_number].client
        while not done.is_set():
            for address in ("/granska", "/lagesbild", "/sok?q=barn"):
                statuses.append(client.get(address).status_code)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    for number in range(5):
        _publish_again(room, f"n{number}")
        time.sleep(0.2)
    done.set()
    for reader in readers:
        reader.join()
    assert set(statuses) == {200}
    assert len(statuses) >= 12


class _Killable:
    """A room in a process of its own, and a client that is signed in to it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.room_process", str(home), str(self.port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        self._wait()
        answer = self.client.post("/logga-in", data={"login": "gun", "password": PASSWORD})
        # The cookie is for safe connections only, which a browser says of its own machine.
        self.client.headers["cookie"] = answer.headers["set-cookie"].split(";")[0]

    def _wait(self) -> None:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                self.client.get("/logga-in")
                return
            time.sleep(0.1)
        raise AssertionError("the room does not answer")

    def decide(self) -> str | None:
        """Decide on the next item; return the act that the page says is saved."""
        page = self.client.get("/granska").text
        found = {
            name: re.search(rf'name="{name}" value="([^"]*)"', page)
            for name in ("item", "act_id", "seen_seq", "csrf_token")
        }
        fields = {name: match.group(1) for name, match in found.items() if match}
        answer = self.client.post("/granska/beslut", data={**fields, "val": "reject"})
        saved = re.search(r"sparat=([0-9a-f]+)", answer.headers.get("location", ""))
        return saved.group(1) if saved else None

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.client.close()


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    """A home that nobody has open."""
    room = furnish(published, tmp_path / "home")
    room.close()
    return room.settings.home


def test_what_was_shown_as_saved_survives_a_kill(home: Path) -> None:
    """Killed at any moment, the app has kept each decision that a page called saved."""
    saved: list[str] = []
    chance = random.Random(7)
    for _ in range(3):
        room = _Killable(home)
        killing = threading.Timer(0.3 + chance.random(), room.kill)
        killing.start()
        with contextlib.suppress(httpx.TransportError, RuntimeError):
            while act := room.decide():
                saved.append(act)
        killing.join()
    reopened = _open(home)
    kept = {row.act_id for row in reopened.store.decisions.overlay_after(0)}
    assert saved
    assert set(saved) <= kept
    assert reopened.store.audit.verify() == []
    reopened.close()


def _open(home: Path) -> TestRoom:
    """Open the room of a home that is furnished already."""
    settings = Settings.load(home=home)
    return TestRoom(settings, open_review_store(settings.review_store_to_make))
