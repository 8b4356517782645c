"""`motbild digest` and `motbild alerts`."""

import json
from pathlib import Path

import pytest

from motbild.errors import MotbildError
from tests.cli.commands import run
from tests.data.receivers import hook_address, webhook


def test_a_preview_prints_the_letter_and_says_where_its_page_is(tmp_path: Path) -> None:
    """Nothing is sent, before any night either."""
    shown = run("digest", "--preview", "--home", tmp_path)
    assert shown.exit_code == 0
    assert "Ingen natt har gått klart än" in shown.stdout
    assert str(tmp_path / "digest.html") in shown.stdout
    page = (tmp_path / "digest.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    elsewhere = tmp_path / "annan" / "brev.html"
    run("digest", "--output", elsewhere, "--home", tmp_path)
    assert elsewhere.exists()


def test_a_script_gets_the_figures(tmp_path: Path) -> None:
    """As JSON, with what to do first."""
    told = json.loads(run("digest", "--json", "--home", tmp_path).stdout)
    assert told["night"]["state"] == "none"
    assert told["actions"] == []


def test_addresses_are_tried_and_what_came_of_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not take it ends the command with 1; secrets are not shown."""
    with webhook() as hook:
        monkeypatch.setenv("MOTBILD_ALERT_ADDRESSES", hook_address(hook.port))
        shown = run("alerts", "test", "--home", tmp_path)
        assert shown.exit_code == 0
        assert "taken" in shown.stdout
        assert "hemlig-nyckel" not in shown.stdout
        hook.status = 500
        shown = run("alerts", "test", "--home", tmp_path)
        assert isinstance(shown.exception, MotbildError)
        assert "MEND" in shown.stdout


def test_what_is_due_is_sent_and_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest that was sent stands in the list."""
    with webhook() as hook:
        monkeypatch.setenv("MOTBILD_DIGEST_ADDRESSES", hook_address(hook.port))
        sent = json.loads(run("digest", "--send", "--json", "--home", tmp_path).stdout)
        assert sent["sent"] == 1
        assert hook.bodies[0]["title"].startswith("Morgonbrev ")
    listed = run("alerts", "list", "--home", tmp_path)
    assert "digest:" in listed.stdout
    [[entry]] = [json.loads(run("alerts", "list", "--home", tmp_path, "--json").stdout)]
    assert entry["event"] == "sent"
    assert run("alerts", "send", "--home", tmp_path).stdout == "0 notices sent, 0 held.\n"
