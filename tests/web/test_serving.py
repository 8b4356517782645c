"""Opening the review room from the command line."""

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.errors import InputError, ReviewStoreError
from motbild.settings import Settings
from motbild.web.serving import refuse_other_store, serve_room
from tests.rooms import TestRoom


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    """And no account is made."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="--port"):
        serve_room(
            Settings.load(home=tmp_path), "127.0.0.1", taken.getsockname()[1], lambda _: None
        )
    assert not (tmp_path / "review.sqlite").exists()


def test_a_store_that_lacks_what_a_night_has_seen_is_not_opened(
    room: TestRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reviewers would decide again what they have decided."""
    refuse_other_store(room.room)
    last = [{"seq": 1, "line_digest": "of another store"}]
    monkeypatch.setattr(OpenSnapshot, "rows", lambda *_: last)
    with pytest.raises(ReviewStoreError, match="lacks line 1"):
        refuse_other_store(room.room)


def test_the_first_start_tells_a_password_once(tmp_path: Path) -> None:
    """The command makes an administrator, answers, ends well, and says nothing the next time."""
    first, second = (_start_and_stop(tmp_path) for _ in range(2))
    assert re.search(r"one-time password [a-z0-9-]{19}", first)
    assert "password" not in second


def _start_and_stop(home: Path) -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "motbild", "review", "--home", str(home), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(300):
            try:
                answer = httpx2.get(f"http://127.0.0.1:{port}/logga-in")
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=30)
    assert answer.status_code == 200
    assert process.returncode == 0
    return told
