"""`motbild doctor`: each broken thing is named, with what to do about it."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from motbild.adapters.night_lock import hold_night_lock
from motbild.doctor import examine
from motbild.errors import ModelError
from motbild.settings import Settings
from motbild.wiring.models import Model
from tests.cli.commands import run
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

Break = Callable[[Path, pytest.MonkeyPatch], Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home as it should be: a key, a night of an hour ago, a model that loads."""
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    monkeypatch.setattr("motbild.doctor.installation.load_model", lambda _: model)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    key = tmp_path / "secrets" / "pseudonym.key"
    key.parent.mkdir()
    key.write_text("ab" * 32)
    key.chmod(0o600)
    (tmp_path / "inbox").mkdir()
    _publish(tmp_path, datetime.now(UTC) - timedelta(hours=1))
    return tmp_path


def _publish(home: Path, started_at: datetime) -> None:
    folder = home / "published"
    folder.mkdir(exist_ok=True)
    name = f"analyst-{started_at:%Y%m%dT%H%M%S}.duckdb"
    with duckdb.connect(str(folder / name)) as snapshot:
        snapshot.execute("CREATE SCHEMA analyst")
        snapshot.execute(
            "CREATE TABLE analyst.nights AS SELECT 'r1' AS run_id, 'nightly' AS kind, "
            "?::TIMESTAMPTZ AS started_at",
            [started_at],
        )
    (home / "analyst.duckdb").unlink(missing_ok=True)
    (home / "analyst.duckdb").symlink_to(f"published/{name}")


def _broken(home: Path) -> dict[str, str]:
    found = examine(Settings(home=home))
    return {f.subject: f.message for f in found if not f.is_ok and f.subject != "libraries"}


def test_a_home_as_it_should_be_is_well(home: Path) -> None:
    """Nothing is found, and looking leaves no trace."""
    before = sorted(home.rglob("*"))
    assert _broken(home) == {}
    assert sorted(home.rglob("*")) == before


def _forbid(*names: str) -> Break:
    def forbid(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        closed = {home / name for name in names}
        may = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: path not in closed and may(path, mode))

    return forbid


def _disk(free: int, entries: int) -> Break:
    def fill(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr("motbild.doctor.folders.shutil.disk_usage", lambda _: usage)
        told = SimpleNamespace(f_files=10**6, f_favail=entries)
        monkeypatch.setattr("motbild.doctor.folders.os.statvfs", lambda _: told)

    return fill


def _write(name: str, content: str, mode: int = 0o644) -> Break:
    def write(home: Path, _: pytest.MonkeyPatch) -> None:
        (home / name).unlink(missing_ok=True)
        (home / name).write_text(content)
        (home / name).chmod(mode)

    return write


def _misfit(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Settings) -> Model:
        raise ModelError("The model was not trained on the active packs as they are now.")

    monkeypatch.setattr("motbild.doctor.installation.load_model", refuse)


def _died(home: Path, _: pytest.MonkeyPatch) -> None:
    told = {"run_id": "r9", "process_id": 9, "host": "h", "started_at": "2026-01-01T02:00:00+00:00"}
    (home / "night.holder.json").write_text(json.dumps(told))


def _old_night(home: Path, _: pytest.MonkeyPatch) -> None:
    _publish(home, datetime.now(UTC) - timedelta(hours=40))


def _night_to_come(home: Path, _: pytest.MonkeyPatch) -> None:
    _publish(home, datetime.now(UTC) + timedelta(hours=3))


def _no_snapshot(home: Path, _: pytest.MonkeyPatch) -> None:
    (home / "analyst.duckdb").resolve().unlink()


def _no_server(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")


def _unretained(home: Path, _: pytest.MonkeyPatch) -> None:
    _publish(home, datetime.now(UTC) - timedelta(days=5))


_TABLE: list[tuple[str, Break, str, str]] = [
    ("home is not ours", _forbid("."), "home", "run `chown -R"),
    ("published is not ours", _forbid("published"), "home", "published may not be written"),
    ("inbox is not ours", _forbid("inbox"), "home", "inbox may not be written"),
    ("disk is full", _disk(10**9, 10**6), "disk", "make room for at least 2 GB"),
    ("no entries left", _disk(10**12, 50), "disk", "Only 50 more files can be made"),
    ("the key is open", _write("secrets/pseudonym.key", "ab" * 32), "secrets", "`chmod 600"),
    ("a token is open", _write("secrets/x.token", "s"), "secrets", "x.token can be read by others"),
    ("live is open", _write("live.duckdb", ""), "home", "live.duckdb can be read by others"),
    ("model and pack differ", _misfit, "model", "not trained on the active packs"),
    ("a source is gone", _write("sources.toml", '[[sources]]\nname = "a"\npath = "b"\n'),
     "sources", "The sources a are not where"),
    ("a run died", _died, "running now", "A run died here (run r9"),
    ("no snapshot", _no_snapshot, "snapshot", "run `motbild nightly` to publish"),
    ("a late night", _old_night, "last night", "began 40 hours ago"),
    ("a clock behind", _night_to_come, "clock", "the last run began later"),
    ("no retention", _unretained, "retention", "No retention has run since a night 5 days ago"),
    ("a removal cut short", _write("removal-due.json", "{"), "removal", "Run `motbild retention`"),
    ("an old key", _write("secrets/pseudonym.key", f"{'ab' * 32}\n2026-01-01T00:00+00:00", 0o600),
     "pseudonym key", "run `motbild retention`, which replaces it"),
    ("no server", _no_server, "server", "does not answer"),
    ("no schedule", _no_server, "schedule", "does not tell what is deployed"),
    ("no review store", _write("review.sqlite", "not a database at all " * 100, 0o600),
     "review store", "put the last backup in its place"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("breaking", "subject", "told"), [row[1:] for row in _TABLE], ids=[row[0] for row in _TABLE]
)
def test_each_broken_thing_is_named_with_its_remedy(
    home: Path, monkeypatch: pytest.MonkeyPatch, breaking: Break, subject: str, told: str
) -> None:
    """One sentence says what is broken, where, and what to do."""
    breaking(home, monkeypatch)
    message = _broken(home)[subject]
    assert told in message
    assert message.endswith(".")
    assert "\n" not in message


def test_an_unreadable_snapshot_is_named(home: Path) -> None:
    """A newest snapshot that is no database is told by its name."""
    (home / "analyst.duckdb").resolve().write_bytes(b"half a file")
    assert "cannot be opened as a snapshot" in _broken(home)["snapshot"]


def test_a_run_that_holds_the_home_is_told_and_is_no_fault_until_it_hangs(home: Path) -> None:
    """Whoever works here now is named; after half a day that is something to look at."""
    now = datetime.now(UTC)
    with hold_night_lock(home, run_id="r7", now=now):
        assert _broken(home) == {}
        told = {f.subject: f.message for f in examine(Settings(home=home))}["running now"]
        assert told.startswith(f"run r7, process {os.getpid()} on ")
    with hold_night_lock(home, run_id="r7", now=now - timedelta(hours=13)):
        assert "has held the home for more than 12 hours" in _broken(home)["running now"]


class _Server(BaseHTTPRequestHandler):
    """Answers as a Prefect server would, at a moment and with deployments of the test's own."""

    deployments: list[dict[str, Any]] = []  # noqa: RUF012 - set by the test
    moment = "Mon, 01 Jan 2029 02:00:00 GMT"

    def do_GET(self) -> None:
        self._answer("true")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(json.dumps(self.deployments))

    def _answer(self, text: str) -> None:
        self.send_response_only(200)
        self.send_header("Date", self.moment)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Server]]:
    """A server that is named in the environment."""
    with HTTPServer(("127.0.0.1", 0), _Server) as listening:
        thread = Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{listening.server_port}/api")
        yield _Server
        listening.shutdown()
        thread.join()


def test_another_clock_at_the_server_is_named(home: Path, server: type[_Server]) -> None:
    """Two machines that are years apart do not agree on when two o'clock is."""
    server.deployments = [{"name": "every-night", "status": "READY", "paused": False}]
    broken = _broken(home)
    assert set(broken) == {"clock"}
    assert "2029-01-01 02:00" in broken["clock"]


@pytest.mark.parametrize(
    ("deployments", "told"),
    [
        ([], "No night is deployed"),
        ([{"name": "every-night", "paused": True}], "schedule is paused"),
        ([{"name": "every-night", "status": "NOT_READY"}], "Nobody serves the night"),
    ],
)
def test_a_schedule_that_is_not_served_is_named(
    home: Path, server: type[_Server], deployments: list[dict[str, Any]], told: str
) -> None:
    """Not deployed, paused, or without a worker: each has its remedy."""
    server.deployments = deployments
    assert told in _broken(home)["schedule"]


def test_the_command_fails_and_scripts_read_json(home: Path) -> None:
    """With something broken the command ends with 1, after telling everything."""
    _died(home, pytest.MonkeyPatch())
    shown = run("doctor", "--home", home, "--json")
    assert shown.exit_code == 1
    [found] = [f for f in json.loads(shown.stdout) if f["subject"] == "running now"]
    assert not found["is_ok"]
