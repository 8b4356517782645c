"""Help comes at once and shows how; a mistake ends with one sentence and its exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from motbild.cli import main
from tests.cli.commands import all_commands, run

MOST_MODULES = 1_100  # that classifying loads; each takes about two milliseconds
MOST_ROOM_MODULES = 1_250  # that the review room loads before it opens
HEAVY = ("torch", "prefect", "duckdb", "pyarrow", "sklearn", "numpy", "pydantic", "scipy")


def _main(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run as the installed command does; return the exit code."""
    monkeypatch.setattr(sys, "argv", ["motbild", *(str(word) for word in words)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.mark.parametrize("name", all_commands())
def test_help_shows_an_example(name: str) -> None:
    """Each command's help ends with an example of that command."""
    shown = run(*name.split(), "--help")
    assert shown.exit_code == 0
    assert f"Example: motbild {name}" in " ".join(shown.output.split())


def _loaded_by(*words: str) -> list[str]:
    """Return the modules that a command loads, in a process of its own."""
    return _loaded_in(
        "import sys\n"
        f"sys.argv = {['motbild', *words]!r}\n"
        "from motbild.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )


def _loaded_in(program: str) -> list[str]:
    """Return the modules that a program loads, in a process of its own."""
    script = f"{program}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    loaded: list[str] = json.loads(shown.stdout.splitlines()[-1])
    return loaded


def _packages(modules: list[str]) -> set[str]:
    return {name.split(".")[0] for name in modules}


def test_help_imports_nothing_heavy() -> None:
    """Help needs none of the large libraries."""
    loaded = _packages(_loaded_by("--help"))
    assert "motbild" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_one_post_is_classified_without_what_only_learning_or_a_night_needs(
    tmp_path: Path,
) -> None:
    """How long it takes to begin is held down by what is loaded, which no busy machine changes."""
    posts = tmp_path / "posts.jsonl"
    posts.write_text(
        '{"id": "1", "platform": "x", "text": "Bussen var sen i dag"}\n', encoding="utf-8"
    )
    loaded = _loaded_by("classify", str(posts), "--output", "-")
    packages = _packages(loaded)
    assert packages.isdisjoint({"sklearn", "torch", "transformers", "duckdb", "sqlalchemy"})
    assert packages.isdisjoint({"prefect", "fastapi", "skops", "ruptures", "apprise"})
    assert len(loaded) < MOST_MODULES


def test_the_room_opens_without_what_few_pages_need() -> None:
    """Statistics, and signing in by another service, are loaded when they are asked for."""
    loaded = _loaded_in("import motbild.web.serving")
    packages = _packages(loaded)
    assert packages.isdisjoint({"scipy", "sklearn", "torch", "prefect", "authlib", "joserfc"})
    assert len(loaded) < MOST_ROOM_MODULES


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["clasify"], "No such command 'clasify'"),
        (["classify", "posts.jsonl"], "Missing option '--output'"),
        (["classify", "--output", "out.jsonl"], "Missing argument 'files'"),
        (["sql"], "Missing argument 'query'"),
        (["train", "--output", "m", "--seed", "many"], "Invalid value for '--seed'"),
        (["doctor", "--colour"], "No such option: --colour"),
        (["pack", "new", "x"], "Missing option '--title'"),
        (["nightly", "--address", "tcp://x:1"], "add --runner dask"),
        (["nightly", "--runner", "there"], "MOTBILD_RUNNER is not usable"),
    ],
)
def test_wrong_usage_ends_with_2(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with the words of a command is told in the last line."""
    assert _main(monkeypatch, *words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err.splitlines()[-1]
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["classify", "none.jsonl", "--output", "-"], "none.jsonl does not exist"),
        (["evaluate", "none.jsonl"], "none.jsonl cannot be read as labelled posts"),
        (["pack", "check", "none"], "There is no pack.toml in none"),
        (["pack", "import-documents", "none", "--pack", "none"], "There is no pack.toml in none"),
        (["sources", "check", "none"], "none of source 'none' is not there"),
        (["nightly", "--source", "none.csv"], "none.csv is not there"),
    ],
)
def test_a_missing_file_is_told_in_one_sentence(
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file or folder that is not there ends with 2 and one line that names it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOTBILD_HOME", str(tmp_path / "home"))
    assert _main(monkeypatch, *words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("motbild: ")
    assert told in line
    assert line.endswith(".")


def test_a_refusal_of_the_system_is_a_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A home that cannot be written to ends with 1 and one line that names the place."""
    (tmp_path / "file").touch()
    assert _main(monkeypatch, "demo", "--home", tmp_path / "file") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "file") in line


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting in the environment that cannot be used is told by its name."""
    monkeypatch.setenv("MOTBILD_KEPT_SNAPSHOT_COUNT", "none")
    assert _main(monkeypatch, "sources", "list") == 2
    assert "MOTBILD_KEPT_SNAPSHOT_COUNT" in capsys.readouterr().err
