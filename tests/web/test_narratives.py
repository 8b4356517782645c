"""Narrativ: what is looked for, the threshold and what another would mean, and the model."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.model_history import append_promotion
from motbild.adapters.packs import load_pack
from motbild.core import workload
from motbild.core.promotions import Comparison, Promotion
from motbild.web.reading.workload import POSTS, SPREADING, Curve
from tests.conftest import ROOT
from tests.rooms import NOW, TestRoom

SEEDS = load_pack(ROOT / "models" / "narratives" / "socialtjansten").seeds
CARD: dict[str, Any] = {
    "workload_curve": [
        {"asserts": 0.3, "to_review": 200.0, "missed": 0.1},
        {"asserts": 0.4, "to_review": 100.0, "missed": 0.2},
        {"asserts": 0.5, "to_review": 50.0, "missed": 0.5},
    ]
}


@pytest.fixture
def carded(room: TestRoom, tmp_path: Path) -> TestRoom:
    """A room whose model card holds a small curve around its own threshold of 0.42."""
    card = json.loads((room.settings.kept_model(None) / "card.json").read_text("utf-8"))
    card["thresholds"]["asserts"] = 0.42
    card["thresholds"]["asserts_by_lang"] = {"sv": 0.42}
    write_card(room, tmp_path / "model", card | CARD)
    return room


def write_card(room: TestRoom, folder: Path, card: dict[str, Any]) -> None:
    """Give a room a model of which there is only a card."""
    folder.mkdir()
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    room.room.settings = room.room.settings.model_copy(update={"model": folder})


def test_each_narrative_is_told(room: TestRoom) -> None:
    """Title, claim, what is false, harm, threshold, first day, technique and counts."""
    page = room.visitor("lea").get("/narrativ")
    for told in (
        "Sök inte hjälp, då tar de ditt barn",
        "Det här är fel",
        "Skada: mycket stor (0,95 av 1)",
        "Bevakas från 1 juni 2021",
        "DISARM T0139.001",
        "Tröskel: 0,",
        f"{len(SEEDS):,} exempel".replace(",", "\xa0"),
    ):
        assert told in page


def test_it_is_told_in_english(room: TestRoom) -> None:
    """Whoever reads English gets the packs' English too."""
    visitor = room.visitor("lea")
    visitor.send("/konto/sprak", {"lang": "en"})
    page = visitor.get("/narrativ")
    assert "The social services kidnap children" in page
    assert "Harm: very great (0.95 of 1)" in page


def test_examples_are_searched(room: TestRoom) -> None:
    """By words, stance and language; each page holds some of them."""
    visitor = room.visitor("lea")
    everything = visitor.get("/narrativ/kidnappning")
    count = sum("kidnappning" in seed.narratives for seed in SEEDS)
    assert f"{count:,} exempel.".replace(",", "\xa0") in everything
    assert everything.count('class="post-text"') == 25
    arabic = visitor.get("/narrativ/kidnappning?sprak=ar&hallning=asserts")
    assert 'dir="rtl"' in arabic
    assert visitor.get("/narrativ/kidnappning?sok=ordsomingenskriver").count("post-text") == 0
    assert "Inget exempel passar" in visitor.get("/narrativ/kidnappning?sok=ordsomingenskriver")
    first, second = (visitor.get(f"/narrativ/kidnappning?sida={number}") for number in (1, 2))
    assert set(_texts(first)).isdisjoint(_texts(second))


def _texts(page: str) -> list[str]:
    return re.findall(r'<blockquote class="post-text"[^>]*>(.*?)</blockquote>', page, re.DOTALL)


@pytest.mark.parametrize("nonsense", ["sida=0", "sida=x", "hallning=x", "sprak=<b>", "sida=99999"])
def test_nonsense_in_an_address_does_no_harm(room: TestRoom, nonsense: str) -> None:
    """What makes no sense is left out or shows an empty page."""
    room.visitor("lea").get(f"/narrativ/kidnappning?{nonsense}")


def test_an_unknown_narrative_is_not_there(room: TestRoom) -> None:
    """An address that is misspelt says so."""
    answer = room.visitor("lea").client.get("/narrativ/finns-inte")
    assert answer.status_code == 404


def test_another_threshold_is_told_in_words(carded: TestRoom) -> None:
    """How many more to review, how many fewer missed, beside what is in use."""
    page = carded.visitor("lea").get("/narrativ?flik=troskel&troskel=0.3")
    assert "Nu: 0,42" in page
    assert "Av 10\xa0000 inlägg blir omkring 90 att granska" in page
    assert "omkring 10 av 40" in page  # between 8 and 20, a fifth of the way
    assert "Det är 110 fler att granska än nu, och 6 färre missas." in page
    assert "Gå tillbaka" not in page


@pytest.mark.parametrize("wanted", ["x", "-1", "7", "nan", ""])
def test_a_threshold_that_is_none_shows_what_is_in_use(carded: TestRoom, wanted: str) -> None:
    """A mistyped address does no harm."""
    assert "Nu: 0,42" in carded.visitor("lea").get(f"/narrativ?flik=troskel&troskel={wanted}")


def test_an_administrator_saves_a_threshold_for_the_next_night(carded: TestRoom) -> None:
    """It is saved and told, and in use once a night has begun after it."""
    admin = carded.visitor("ada")
    answer = admin.send("/narrativ/troskel", {"troskel": "0.3"})
    page = admin.get(answer.headers["location"])
    assert "Nästa natt använder den." in page
    saved = carded.store.saved_thresholds.latest()
    assert saved is not None
    assert (saved.asserts, saved.actor) == (0.3, "ada")
    # The demo's night ran by the real clock.
    carded.now = datetime.now(UTC) + timedelta(days=1)
    late = carded.visitor("ada")
    late.send("/narrativ/troskel", {"troskel": "0.5"})
    page = late.get("/narrativ?flik=troskel")
    assert "Från nästa natt: 0,50." in page
    assert "Gå tillbaka till modellens egen tröskel, 0,42" in page


def test_a_saved_threshold_is_in_use_after_a_night(carded: TestRoom) -> None:
    """A night that began after it was saved has used it."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    carded.store.saved_thresholds.save(0.3, actor="ada", now=long_ago)
    page = carded.visitor("lea").get("/narrativ?flik=troskel")
    assert "Nu: 0,30" in page
    assert "Modellens egen tröskel är 0,42." in page


def test_only_administrators_save_only_what_was_measured(carded: TestRoom) -> None:
    """Others are refused, and so is a threshold that nobody knows the meaning of."""
    assert carded.visitor("gry").send("/narrativ/troskel", {"troskel": "0.3"}).status_code == 403
    admin = carded.visitor("ada")
    assert admin.send("/narrativ/troskel", {"troskel": "0.31"}).status_code == 400
    assert admin.send("/narrativ/troskel", {"troskel": "0.42"}).status_code == 303


def test_a_card_without_a_curve_says_so(room: TestRoom, tmp_path: Path) -> None:
    """And so does a folder without a card at all."""
    write_card(room, tmp_path / "old", {"version": "gammal", "thresholds": {"asserts": 0.5}})
    visitor = room.visitor("lea")
    page = visitor.get("/narrativ?flik=troskel")
    assert "säger inte vad andra trösklar" in page
    assert "0,50" in page
    (tmp_path / "old" / "card.json").unlink()
    assert "säger inte vad" in visitor.get("/narrativ?flik=troskel")
    assert "Det finns inget modellkort" in visitor.get("/narrativ?flik=modell")
    assert "Tröskel: –" in visitor.get("/narrativ")


def test_the_model_card_is_explained(room: TestRoom) -> None:
    """Measures in words, limits, languages, and which model is in use."""
    page = room.visitor("lea").get("/narrativ?flik=modell")
    for told in ("Andel felflaggade", "Lägre är bättre", "Den missar ironi", "i bruk", "svenska"):
        assert told in page
    assert "Ingen modell har bytts ut" in page


def test_the_history_is_told(room: TestRoom) -> None:
    """What was refused and why, and what was put in use in spite of it."""
    told = Comparison("narrative_f1.barnhandel", 0.74, 0.61, 0.99, 50)
    lesser = Comparison("threat_recall", 0.5, 0.4, 0.6, 50)
    folder = room.settings.models_folder
    refused = Promotion(NOW, "refused", "abc", None, None, ("x",), None, (told, lesser))
    append_promotion(folder, refused)
    forced = Promotion(NOW, "rolled-back", None, None, None, (), "<b>enligt beslut</b>")
    append_promotion(folder, forced)
    page = room.visitor("lea").get("/narrativ?flik=modell")
    assert "Narrativet barnhandel (F1): från 74 % till 61 %." in page
    assert "Hittade hot: från" not in page
    assert "&lt;b&gt;enligt beslut" in page
    assert page.index("Gick tillbaka till") < page.index("Togs inte i bruk")


def test_the_curve_counts_as_the_card_does() -> None:
    """The numbers that a sentence names are those that the card was counted on."""
    assert (POSTS, SPREADING) == (workload.POSTS, workload.SPREADING)


def test_a_threshold_beyond_the_curve_is_its_end() -> None:
    """Nothing is made up beyond what was measured."""
    curve = Curve.read(CARD)
    assert curve is not None
    assert curve.at(0.1).to_review == 200
    assert curve.at(0.9).to_review == 50
    assert curve.at(0.45).to_review == pytest.approx(75)
    assert Curve.read({"workload_curve": [{"asserts": 0.5}]}) is None
