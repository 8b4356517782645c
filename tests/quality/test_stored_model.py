"""Gates on the model that ships: what it must reach on labelled posts it never saw."""

import json
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.artifacts import load_card, load_classifier
from motbild.adapters.encoder import load_encoder
from motbild.adapters.packs import load_pack
from motbild.core.judgement import parse_labelled
from motbild.stages.evaluate import evaluate
from tests.conftest import ROOT

MODEL = ROOT / "models" / "classifier"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(not (MODEL / "card.json").is_file(), reason="no model is stored"),
]


@pytest.fixture(scope="module")
def overall() -> dict[str, Any]:
    """Measures of the stored model on the labelled posts beside the checkout."""
    gold: Path = ROOT.parent / "shared" / "gold" / "dev.jsonl"
    if not gold.is_file():
        pytest.skip("needs the labelled posts beside the checkout")
    name = load_card(MODEL)["encoder_id"].split("@")[0]
    encoder = load_encoder(name, ROOT / "models" / "encoders.toml")
    pack = load_pack(ROOT / "models" / "narratives" / "socialtjansten")
    classifier = load_classifier(MODEL, [pack], encoder.encoder_id)
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line]
    measures: dict[str, Any] = evaluate(
        parse_labelled(rows, gold.name), classifier, encoder, resamples=50
    ).report["overall"]
    return measures


def test_what_asserts_is_found(overall: dict[str, Any]) -> None:
    """Flags rank posts that spread a narrative first, and find most of them."""
    assert overall["flag"]["average_precision"]["value"] >= 0.85
    assert overall["flag"]["recall"]["value"] >= 0.7
    assert overall["narrative_macro_f1"]["value"] >= 0.7


def test_protected_speech_is_left_alone(overall: dict[str, Any]) -> None:
    """Criticism, questions, reports and rebuttals are seldom flagged, questions hardly ever."""
    parts = overall["protected_speech"].items()
    rates = {name: part["false_flag_rate"]["value"] for name, part in parts}
    assert rates["all"] <= 0.1
    assert rates["asks"] <= 0.05


def test_threats_are_found_with_few_false_ones(overall: dict[str, Any]) -> None:
    """Most threats are found, with at most two false ones in two hundred posts."""
    assert overall["threat"]["recall"]["value"] >= 0.6
    assert overall["threat"]["false_per_200"]["value"] <= 2.0
