"""A furnished home, made once, and commands run on it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import run
from tests.sharing import PUBLISHER, furnish_home, load_settings

Export = Callable[..., Any]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home in which much is to be told, and its pack."""
    folder = tmp_path_factory.mktemp("furnished")
    furnish_home(folder)
    return folder


@pytest.fixture
def export(furnished: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """Hand over something of the furnished home; return what is printed as JSON, if anything."""
    settings = load_settings(furnished)
    monkeypatch.setenv("MOTBILD_HOME", str(settings.home))
    monkeypatch.setenv("MOTBILD_PACKS", json.dumps([str(path) for path in settings.packs]))
    for name, value in PUBLISHER.items():
        monkeypatch.setenv(f"MOTBILD_{name.upper()}", value)

    def export(*words: object) -> Any:
        shown = run("export", *words)
        if shown.exception and not isinstance(shown.exception, SystemExit):
            raise shown.exception
        assert shown.exit_code == 0, shown.output
        return json.loads(shown.stdout) if shown.stdout else shown.stderr

    return export
