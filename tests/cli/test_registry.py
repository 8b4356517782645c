"""`motbild models`: what is shown, and how each outcome ends."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from motbild.core.promotions import (
    PROMOTED,
    REFUSED,
    ROLLED_BACK,
    Comparison,
    Outcome,
)
from motbild.errors import InputError, ModelError
from motbild.settings import Settings
from motbild.wiring.registry import StoredModel
from tests.cli.commands import run

COMPARISON = Comparison("narrative_f1.rov", 0.7, 0.6, 0.97, 240)
REFUSAL = Outcome(REFUSED, "abc", None, ("It is worse.",), (COMPARISON,), 4)
STORED = StoredModel(
    version="abc",
    folder=Path("models/abc"),
    trained_on="2026-11-22",
    encoder_id="small@1",
    decision_count=4,
    is_in_use=True,
    comes_along=False,
    gold={"narrative_f1.rov": 0.6, "threat_recall": 0.5},
)

Answer = Callable[[str, object], list[Any]]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Let a function of the wiring return something; what it was asked is kept."""

    def patch(name: str, returned: object) -> list[Any]:
        asked: list[Any] = []

        def answered(*given: object, **named: object) -> object:
            asked.append((given[1:], named))
            return returned

        monkeypatch.setattr(f"motbild.wiring.registry.{name}", answered)
        return asked

    return patch


def test_models_are_listed(answer: Answer) -> None:
    """A row says which is in use and what it reached; JSON says everything."""
    answer("list_models", [STORED])
    shown = run("models", "list")
    for told in ("in use", "abc", "2026-11-22", "small@1", "narrative F1 0.60", "recall 0.50"):
        assert told in shown.stdout
    [row] = json.loads(run("models", "list", "--json").stdout)
    assert (row["version"], row["is_in_use"], row["gold"]) == ("abc", True, STORED.gold)


def test_a_refused_promotion_shows_why_and_fails(answer: Answer) -> None:
    """The table, the reasons and what may be done; a script sees that it failed."""
    asked = answer("promote", REFUSAL)
    shown = run("models", "promote", "abc")
    assert isinstance(shown.exception, ModelError)
    assert "--force" in str(shown.exception)
    for told in ("narrative_f1.rov", "0.700", "97% of draws", "- It is worse."):
        assert told in shown.stdout
    assert asked == [(("abc",), {"forced_because": None})]


def test_a_force_needs_its_reason(answer: Answer) -> None:
    """The reason reaches the history; an empty one is refused."""
    asked = answer("promote", Outcome(PROMOTED, "abc", None, ("It is worse.",), (COMPARISON,)))
    shown = run("models", "promote", "abc", "--force", "Avtalat med juristen")
    assert shown.exit_code == 0
    assert "is in use from the next night on" in shown.stdout
    assert asked[0][1] == {"forced_because": "Avtalat med juristen"}
    assert isinstance(run("models", "promote", "abc", "--force", " ").exception, InputError)


def test_a_refused_retraining_is_told_and_no_failure(answer: Answer) -> None:
    """The gate did its work: the outcome is printed, as a table or as JSON."""
    answer("retrain", REFUSAL)
    shown = run("models", "retrain")
    assert shown.exit_code == 0
    assert "was not promoted; the one in use stays. It learned from 4 decisions." in shown.stdout
    told = json.loads(run("models", "retrain", "--json").stdout)
    assert (told["event"], told["reasons"]) == ("refused", ["It is worse."])


def test_a_rollback_names_what_is_in_use_again(
    answer: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the environment names another model, it says that this one stays unused."""
    answer("rollback", Outcome(ROLLED_BACK, None, "abc"))
    assert "The model that comes along is in use again" in run("models", "rollback").stdout
    monkeypatch.setenv("MOTBILD_MODEL", str(tmp_path))
    assert "as MOTBILD_MODEL says" in run("models", "rollback").stderr
    assert Settings.load().model_folder == tmp_path
