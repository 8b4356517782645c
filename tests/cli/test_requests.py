"""`motbild erase` and `motbild disclose`."""

import json
from pathlib import Path

import pytest

from motbild.errors import InputError
from tests.cli.commands import run
from tests.homes import Home, make_post, write_posts

_AUTHOR = "Zebulon Fantasiqvist"


@pytest.mark.parametrize("command", ["erase", "disclose"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "one of --author, --url and --text"),
        (["--author", "a", "--url", "https://x.com/a/status/1"], "one of --author"),
        (["--url", "x.com/a"], "The address cannot be read"),
        (["--text", " "], "The text of the request is empty"),
    ],
)
def test_what_a_request_is_about_must_be_clear(
    tmp_path: Path, command: str, words: list[str], told: str
) -> None:
    """One of three, and an address that can be read; else a sentence and exit code 2."""
    shown = run(command, *words, "--home", tmp_path / "none")
    assert isinstance(shown.exception, InputError)
    assert told in str(shown.exception)
    assert shown.exception.exit_code == 2


def test_where_nobody_can_be_asked_yes_is_needed(tmp_path: Path) -> None:
    """A script that erases says so; looking alone needs no yes."""
    shown = run("erase", "--author", "-", "--home", tmp_path, stdin=_AUTHOR)
    assert isinstance(shown.exception, InputError)
    assert "give --yes, or --dry-run" in str(shown.exception)
    looked = run("erase", "--author", "-", "--dry-run", "--home", tmp_path, stdin=_AUTHOR)
    assert looked.stdout == "Nothing is held of such a post.\n"


def test_a_copy_is_given_and_then_it_is_erased(tmp_path: Path) -> None:
    """JSON Lines with a page beside, for the owner alone; afterwards nothing is held."""
    home = Home(tmp_path / "home")
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "kidnappning sker")))
    given = tmp_path / "copy.jsonl"
    words = ("--author", "-", "--case", "dnr 1/2026", "--home", home.folder)
    shown = run("disclose", *words, "--output", given, stdin=_AUTHOR)
    assert shown.exit_code == 0, shown.exception
    [line] = given.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["text"] == "kidnappning sker"
    assert "> kidnappning sker" in given.with_suffix(".md").read_text(encoding="utf-8")
    assert given.stat().st_mode & 0o077 == 0
    erased = run("erase", *words, "--yes", "--json", stdin=f"{_AUTHOR}\n")
    assert json.loads(erased.stdout)["is_done"] is True
    assert json.loads(erased.stdout)["outside"] == ["a/a.jsonl"]
    assert _AUTHOR not in erased.output
    assert run("disclose", *words, "--json", stdin=_AUTHOR).stdout == ""
