"""`motbild sql`, `describe` and `doctor`."""

import json
from pathlib import Path

import duckdb
import pytest

from motbild.errors import InputError, MotbildError, WarehouseError
from motbild.wiring.models import Model
from tests.cli.commands import run
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose newest snapshot holds a small table."""
    with duckdb.connect(str(tmp_path / "analyst-1.duckdb")) as snapshot:
        snapshot.execute("CREATE SCHEMA analyst")
        snapshot.execute(
            "CREATE TABLE analyst.counts AS FROM (VALUES ('sv', 3), ('ar', NULL)) t(lang, n)"
        )
    (tmp_path / "analyst.duckdb").symlink_to("analyst-1.duckdb")
    return tmp_path


def test_a_query_gives_a_table_or_json(home: Path) -> None:
    """People get columns, scripts get one object a row, and null stays null."""
    shown = run("sql", "FROM analyst.counts ORDER BY lang DESC", "--home", home)
    cells = [line.split() for line in shown.stdout.splitlines() if line.strip(" ─")]
    assert cells == [["lang", "n"], ["sv", "3"], ["ar"]]
    rows = run("sql", "FROM analyst.counts ORDER BY lang", "--home", home, "--json").stdout
    assert json.loads(rows) == [{"lang": "ar", "n": None}, {"lang": "sv", "n": 3}]


def test_a_query_may_come_from_the_standard_input(home: Path) -> None:
    """With `-` the query is what is piped in."""
    shown = run("sql", "-", "--home", home, "--json", stdin="SELECT 1 AS one")
    assert json.loads(shown.stdout) == [{"one": 1}]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM analyst.counts",
        "DROP TABLE analyst.counts",
        "CREATE TABLE mine (n INTEGER)",
        "SELECT nothing FROM analyst.counts",
        "SELEKT 1",
        "",
    ],
)
def test_a_query_that_writes_or_is_wrong_is_refused(home: Path, query: str) -> None:
    """It ends with one sentence, and the snapshot is as it was."""
    before = (home / "analyst.duckdb").read_bytes()
    shown = run("sql", query, "--home", home)
    assert isinstance(shown.exception, InputError)
    assert len(str(shown.exception).splitlines()) == 1
    assert (home / "analyst.duckdb").read_bytes() == before


def test_before_any_night_there_is_nothing_to_query(tmp_path: Path) -> None:
    """The sentence says what to run."""
    shown = run("sql", "SELECT 1", "--home", tmp_path)
    assert isinstance(shown.exception, WarehouseError)
    assert "run `motbild nightly` once" in str(shown.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_data_dictionary_is_printed() -> None:
    """It is Markdown and begins with what analysts see."""
    shown = run("describe")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("# Data dictionary\n")
    assert "### `analyst.flagged_posts`" in shown.stdout


@pytest.fixture
def _model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    monkeypatch.setattr("motbild.doctor.installation.load_model", lambda _: model)


@pytest.mark.usefixtures("_model")
def test_a_fresh_home_needs_no_doctor(tmp_path: Path) -> None:
    """Before the first night there is no key and no night, and neither is a fault."""
    shown = run("doctor", "--home", tmp_path / "fresh", "--json")
    findings = {finding["subject"]: finding for finding in json.loads(shown.stdout)}
    assert findings["secrets"]["message"].startswith("no key yet")
    assert findings["last night"]["message"].startswith("none yet")
    assert findings["model"]["message"] == "words-1 on counting@000000000000"
    assert {name for name, finding in findings.items() if not finding["is_ok"]} <= {"libraries"}


@pytest.mark.usefixtures("_model")
def test_what_is_wrong_is_told_with_its_remedy(tmp_path: Path) -> None:
    """A source that is not there is marked, and the command fails."""
    (tmp_path / "sources.toml").write_text(
        '[[sources]]\nname = "forum"\npath = "gone.csv"\n', encoding="utf-8"
    )
    shown = run("doctor", "--home", tmp_path)
    (line,) = [line for line in shown.stdout.splitlines() if "forum" in line]
    assert line.split()[:2] == ["MEND", "sources"]
    assert isinstance(shown.exception, MotbildError)
    assert "mending" in str(shown.exception)
