"""Gates on the model that ships: what it must reach on texts it never saw."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motbild.adapters.artifacts import load_card
from motbild.core.judgement import LabelledPost, judge
from motbild.core.privacy import mask, mask_links
from motbild.settings import Settings
from motbild.stages.evaluate import evaluate
from motbild.stages.train import train
from motbild.wiring.models import Model, load_labelled, load_model
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

ORDINARY = (
    "Tåget mot Hallsberg är inställt, ersättningsbuss går från torget.",
    "Vi har köpt en begagnad barnvagn och hjulen gnisslar, tips?",
    "Kommunen höjer taxan för vatten och avlopp med åtta procent nästa år.",
    "Mina barn vägrar äta annat än makaroner sedan i höstas.",
    "Domstolen gav hyresgästen rätt i tvisten om balkongen.",
    "Varför måste allt krångla så fort man ringer en myndighet?",
    "Muslimska församlingen bjuder in grannarna till öppet hus på söndag.",
    "De tog vår cykel ur det låsta förrådet mitt på dagen!",
    "Partiet vill att staten tar över ansvaret för skolan.",
    "Dela gärna: bortsprungen hund, svarar på Sigge, skygg.",
    "Priset på smör har stigit igen, det är ju rena rånet.",
    "Skatteverket lurar ingen, räkna om din deklaration en gång till.",
    "Invandringen har gjort byn större och fotbollslaget bättre, tycker jag.",
    "Hjälp! Någon som vet hur man får bort stearin ur en duk?",
    "Regeringen har ljugit om elpriset i flera år, vakna väljare!",
    "Läkaren lyssnade inte på mig och jag fick åka hem med samma värk.",
)
REAL_TEXTS, MOST_FLAGGED = 1500, 8


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The model that comes along, loaded as a night loads it."""
    return load_model(Settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def gold() -> list[LabelledPost]:
    """The labelled posts that no model is trained on."""
    return load_labelled(ROOT / "models" / "gold" / "dev.jsonl")


@pytest.fixture(scope="module")
def overall(model: Model, gold: list[LabelledPost]) -> dict[str, Any]:
    """Measures of the model on the labelled posts."""
    evaluation = evaluate(gold, model.classifier, model.encoder, resamples=50)
    measures: dict[str, Any] = evaluation.report["overall"]
    return measures


@pytest.mark.timeout(1800)  # five minutes of two cores, of which it may have a part of one
def test_training_again_gives_the_same_model(model: Model, gold: list[LabelledPost]) -> None:
    """What is stored is what the pack's seeds teach, and nothing else."""
    retrained = train(model.packs, model.encoder).classifier
    assert retrained.narratives == model.classifier.narratives
    ours, theirs = (
        judge(gold, classifier, model.encoder.encode)
        for classifier in (model.classifier, retrained)
    )
    assert np.abs(ours.flag_scores - theirs.flag_scores).max() < 0.02
    assert (ours.flagged != theirs.flagged).mean() < 0.02


def test_no_labelled_post_is_a_seed(model: Model, gold: list[LabelledPost]) -> None:
    """The yardstick was not learned from."""
    seeds = {seed.text for pack in model.packs for seed in pack.seeds}
    assert not seeds & {post.text for post in gold}


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
    """Most threats are found, with at most one false one in two hundred posts."""
    assert overall["threat"]["recall"]["value"] >= 0.7
    assert overall["threat"]["false_per_200"]["value"] <= 1.0


def test_ordinary_writing_is_left_alone(model: Model) -> None:
    """Nothing everyday is flagged, nor more than one in a hundred of the held-out background."""
    langs = ["sv"] * len(ORDINARY)
    told = model.classifier.classify(ORDINARY, langs, model.encoder.encode)
    assert not any(found.is_flagged for found in told)
    assert load_card(ROOT / "models" / "classifier")["out_of_fold"]["background_flag_rate"] <= 0.01


def test_hardly_any_real_text_is_flagged(model: Model, shared: Path) -> None:
    """Of what people and newspapers have written, one in two hundred at most is flagged."""
    lines = (shared / "bench" / "sv_real_text.jsonl").read_text(encoding="utf-8").split("\n")
    chosen = lines[:: len(lines) // REAL_TEXTS][:REAL_TEXTS]
    texts = [mask(mask_links(json.loads(line)["text"])) for line in chosen]
    told = model.classifier.classify(texts, ["sv"] * len(texts), model.encoder.encode)
    assert sum(found.is_flagged for found in told) <= MOST_FLAGGED
