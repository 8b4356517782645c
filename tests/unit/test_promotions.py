"""The history of models: what it says of the present and of the past."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.promotions import (
    PROMOTED,
    REFUSED,
    ROLLED_BACK,
    UNCHANGED,
    Comparison,
    Outcome,
    Promotion,
    describe_outcome,
    describe_refusal,
    earlier_champion,
    gold_figures,
    promotion_from_json,
    promotion_to_json,
    summarise_gold,
)

MOMENT = datetime(2026, 11, 22, 9, tzinfo=UTC)
COMPARISONS = (
    Comparison("narrative_f1.rov", 0.7, 0.6, 0.95, 240),
    Comparison("narrative_f1.gift", 0.7, 0.8, 0.1, 240),
    Comparison("threat_recall", 0.5, 0.6, 0.2, 10),
)
REFUSAL = Promotion(MOMENT, REFUSED, "b", "a", "a", ("It is worse.",), None, COMPARISONS)


def _promoted(version: str) -> Promotion:
    return Promotion(MOMENT, PROMOTED, version, version)


def test_an_event_survives_the_file() -> None:
    """What is written as JSON is read as it was."""
    assert promotion_from_json(json.loads(json.dumps(promotion_to_json(REFUSAL)))) == REFUSAL


@pytest.mark.parametrize("change", [{"event": "lost"}, {"at": 3}, {"more": 1}, {"reasons": None}])
def test_a_line_of_another_form_is_no_event(change: dict[str, object]) -> None:
    """Whatever is wrong with it is one kind of error."""
    with pytest.raises(ValueError, match="It is "):
        promotion_from_json({**promotion_to_json(REFUSAL), **change})


def test_rolling_back_goes_one_further_each_time() -> None:
    """Back through what was promoted, refusals aside, to the model that comes along."""
    history = [_promoted("a"), REFUSAL, _promoted("c")]
    for expected in ("a", None):
        may_go, version = earlier_champion(history)
        assert (may_go, version) == (True, expected)
        history.append(Promotion(MOMENT, ROLLED_BACK, version, version))
    assert earlier_champion(history) == (False, None)
    history.append(_promoted("d"))
    assert earlier_champion(history) == (True, None)


@given(st.lists(st.sampled_from("abc"), max_size=8))
def test_as_many_rollbacks_as_promotions_end_at_the_beginning(versions: list[str]) -> None:
    """Each promotion can be taken back once, the last one first."""
    history = [_promoted(version) for version in versions]
    for expected in [*versions[:-1][::-1], None][: len(versions)]:
        may_go, version = earlier_champion(history)
        assert (may_go, version) == (True, expected)
        history.append(Promotion(MOMENT, ROLLED_BACK, version, version))
    assert earlier_champion(history)[0] is False


def test_the_last_comparison_of_a_version_tells_its_figures() -> None:
    """Whether it was the challenger or the champion; kinds are shown by their mean."""
    assert gold_figures([REFUSAL], "b")["narrative_f1.rov"] == 0.6
    assert gold_figures([REFUSAL], "a")["narrative_f1.rov"] == 0.7
    assert gold_figures([REFUSAL], None) == {}
    told = summarise_gold(gold_figures([REFUSAL], "b"))
    assert {name: round(value, 2) for name, value in told.items()} == {
        "narrative F1": 0.7, "threat recall": 0.6,
    }  # fmt: skip


def test_outcomes_are_told_in_sentences() -> None:
    """What happened comes first, then each reason against it, then nothing else."""
    refused = Outcome(REFUSED, "b", "a", ("It is worse.",), COMPARISONS, 3)
    assert describe_outcome(refused).splitlines() == [
        "The model b was not promoted; the one in use stays. It learned from 3 decisions.",
        "- It is worse.",
    ]
    assert "compared with none" in describe_outcome(Outcome(PROMOTED, "b", None))
    assert "compared with none" not in describe_outcome(replace(refused, event=PROMOTED))
    assert "that comes along is in use again" in describe_outcome(Outcome(ROLLED_BACK, None, "b"))
    assert "in use already" in describe_outcome(Outcome(UNCHANGED, "b", "b"))
    assert describe_refusal(REFUSAL).endswith("not promoted: It is worse.")
