"""`motbild evaluate` and `train`: what they hand on, write and show."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from motbild.errors import InputError
from motbild.settings import Settings
from motbild.wiring.models import Model
from tests.cli.commands import run
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

LABELLED = [
    {
        "id": str(n),
        "text": f"{'kidnappning' if n % 2 else 'fika'} asserts {n}",
        "lang": "sv",
        "narratives": ["kidnappning"] if n % 2 else [],
        "stance": "asserts" if n % 2 else "none",
        "threat": False,
    }
    for n in range(20)
]


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of labelled posts, and a model that gets each right."""
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    monkeypatch.setattr("motbild.wiring.models.load_model", lambda _: model)
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in LABELLED), encoding="utf-8")
    return path


def test_an_evaluation_is_shown_and_written(labelled: Path, tmp_path: Path) -> None:
    """The report that is written is the one that `--json` prints."""
    shown = run("evaluate", labelled, "--output", tmp_path / "report.json", "--json")
    assert shown.exit_code == 0, shown.exception
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert json.loads(shown.stdout) == report
    assert report["overall"]["post_count"] == 20
    assert "20 posts" in run("evaluate", labelled).stdout


def test_a_report_that_cannot_be_written_is_told_first(
    labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong output costs nobody the wait for an evaluation."""
    monkeypatch.setattr("motbild.wiring.models.load_model", lambda _: pytest.fail("was loaded"))
    shown = run("evaluate", labelled, "--output", tmp_path / "none" / "report.json")
    assert isinstance(shown.exception, InputError)
    assert "There is no folder" in str(shown.exception)


def test_training_is_told_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packs, encoder, seed and output reach the training, and its figures are shown."""
    asked: dict[str, Any] = {}

    def train(settings: Settings, output: Path, **options: Any) -> SimpleNamespace:
        asked.update(options, packs=settings.packs, output=output)
        return SimpleNamespace(
            out_of_fold={"stance F1": 0.71239}, classifier=SimpleNamespace(model_version="v1")
        )

    monkeypatch.setattr("motbild.wiring.training.train_model", train)
    shown = run(
        *("train", "--output", tmp_path / "m", "--pack", "packs/a", "--pack", "packs/b"),
        *("--encoder", "small", "--seed", "7"),
    )
    assert "0.712" in shown.stdout
    assert asked["packs"] == (Path("packs/a"), Path("packs/b"))
    assert (asked["encoder"], asked["seed"], asked["output"]) == ("small", 7, tmp_path / "m")
