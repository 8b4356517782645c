"""What the page on exports shows is what is written: each command is run, each output compared."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from motbild.wiring.lists import LISTS
from tests.cli.commands import all_commands
from tests.cli.conftest import Export

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^motbild (export .*)$", PAGE, re.MULTILINE)
EXAMPLES = re.findall(r"```json (\S+)\n(.*?)```", PAGE, re.DOTALL)


def _is_part(shown: Any, whole: Any) -> bool:
    """Tell whether what is shown, shortened, is found in what was written."""
    if isinstance(shown, dict):
        return isinstance(whole, dict) and all(
            name in whole and _is_part(part, whole[name]) for name, part in shown.items()
        )
    if isinstance(shown, list):
        return all(any(_is_part(part, one) for one in whole) for part in shown)
    if isinstance(shown, str) and "…" in shown:
        return str(whole).startswith(shown.split("…")[0])
    return bool(shown == whole)


def test_every_example_runs_and_gives_what_is_shown(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the home of the tests; an ellipsis stands for what differs."""
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) >= 6
    for words in COMMANDS:
        export(*shlex.split(words)[1:])
    for name, shown in EXAMPLES:
        written = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        assert _is_part(json.loads(shown), written), name


def test_every_export_has_an_example() -> None:
    """A command that is added is shown, too."""
    shown = {" ".join(shlex.split(words)[:2]) for words in COMMANDS}
    assert shown == {name for name in all_commands() if name.startswith("export ")}


def test_every_list_is_named() -> None:
    """In the order in which a mistake names them, but for threats."""
    told = re.search(r"The lists: (.*?)\. Each", PAGE)
    assert told
    names = re.findall(r"`(.*?)`", told[1])
    assert names == [name for name, listed in LISTS.items() if not listed.is_guarded]


def test_every_setting_is_named() -> None:
    """Whoever looks for one finds it here."""
    for name in ("PUBLISHER", "PUBLISHER_URL", "SMALLEST_COUNT", "FEED_TOKEN"):
        assert f"`MOTBILD_{name}`" in PAGE
