"""Stored models: the same after loading, refused where they would mean something else."""

import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.artifacts import arrays, load_card, load_classifier, save_model
from motbild.core.narratives import Pack
from motbild.core.trained import TrainedModel
from motbild.errors import ModelError
from motbild.stages.train import train
from tests.encoders import HashingEncoder
from tests.lessons import lesson_pack

ENCODER = HashingEncoder()
TEXTS = ["Sprid detta: de rövar bort våra båtar!", "Bussen var sen", "Nej, inget gift i vattnet"]


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    """A model that has learned the small pack."""
    return train([lesson_pack()], ENCODER)


@pytest.fixture
def folder(trained: TrainedModel, tmp_path: Path) -> Path:
    """The folder that it is saved in."""
    return save_model(
        trained, tmp_path / "model", trained_on=date(2026, 11, 22), command="motbild train"
    )


def test_a_loaded_model_says_what_it_said(trained: TrainedModel, folder: Path) -> None:
    """Version, probabilities, matches and the sentences of evidence are the same."""
    loaded = load_classifier(folder, [lesson_pack()], ENCODER.encoder_id)
    assert loaded.model_version == trained.classifier.model_version
    langs = ["sv"] * len(TEXTS)
    before = trained.classifier.classify(TEXTS, langs, ENCODER.encode)
    after = loaded.classify(TEXTS, langs, ENCODER.encode)
    for one, other in zip(before, after, strict=True):
        assert (one.narratives, one.matches, one.stance) == (
            other.narratives, other.matches, other.stance,
        )  # fmt: skip
        seeds = [seed.seed_id for seed in one.evidence.seeds] if one.evidence else None
        assert seeds == (
            [seed.seed_id for seed in other.evidence.seeds] if other.evidence else None
        )


def test_the_card_tells_where_it_comes_from(folder: Path) -> None:
    """Machine's and people's card name day, command, encoder, packs and measures."""
    card = load_card(folder)
    assert card["trained_on"] == "2026-11-22"
    assert card["encoder_id"] == ENCODER.encoder_id
    assert card["packs"][0]["pack_id"] == "ovning"
    assert 0 < card["out_of_fold"]["flag_average_precision"] <= 1
    page = (folder / "card.md").read_text(encoding="utf-8")
    assert "motbild train" in page
    assert ENCODER.encoder_id in page


def test_no_seed_text_is_stored(folder: Path) -> None:
    """Seeds stay in their pack: the model's files hold none of them."""
    for path in folder.iterdir():
        assert "rövade bort båten" not in path.read_bytes().decode("utf-8", "ignore")


def other_seeds(pack: Pack) -> Pack:
    """Return the pack with one seed fewer."""
    return replace(pack, seeds=pack.seeds[1:])


def other_facts(pack: Pack) -> Pack:
    """Return the pack as after an edit of something that teaches nothing."""
    return replace(pack, digest="1" * 64, version="1.1")


def test_a_change_that_teaches_nothing_is_accepted(folder: Path) -> None:
    """A corrected fact must not stop the night."""
    assert load_classifier(folder, [other_facts(lesson_pack())], ENCODER.encoder_id)


def test_a_threshold_of_the_pack_overrides_the_learned_one(folder: Path) -> None:
    """A threshold that is fixed in the pack holds without training, under its own version."""
    learned = load_classifier(folder, [lesson_pack()], ENCODER.encoder_id)
    fixed = load_classifier(folder, [lesson_pack(threshold=0.9)], ENCODER.encoder_id)
    assert fixed.thresholds.narratives["rov"] == 0.9
    assert fixed.thresholds.narratives["gift"] == learned.thresholds.narratives["gift"]
    assert fixed.model_version != learned.model_version


def edit_card(key: str, value: Any) -> Callable[[Path], None]:
    """Return what sets a key of the card."""

    def edit(folder: Path) -> None:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        card[key] = value
        (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")

    return edit


def put_pickle(folder: Path) -> None:
    """Put a pickle in the place of the model."""
    (folder / "model.skops").write_bytes(pickle.dumps({"weights": []}))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (edit_card("encoder_id", "other@123"), "trained with the encoder other@123"),
        (edit_card("libraries", {"scikit-learn": "1.0"}), "scikit-learn 1.0"),
        (edit_card("model_digest", "0" * 64), "not the one its card describes"),
        (edit_card("card_version", 99), "of another form"),
        (put_pickle, "not the one its card describes"),
        (lambda folder: (folder / "card.json").unlink(), "no model in"),
        (lambda folder: (folder / "card.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "model.skops").unlink(), "cannot be read"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(
    folder: Path, change: Callable[[Path], None], told: str
) -> None:
    """One sentence says what differs, and nothing is loaded."""
    change(folder)
    with pytest.raises(ModelError, match=told) as caught:
        load_classifier(folder, [lesson_pack()], ENCODER.encoder_id)
    assert "\n" not in str(caught.value)


class _Runs:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return (pytest.fail, ("it ran",))


def _vouch(folder: Path, content: bytes) -> None:
    """Put other content in the place of the model, and have the card vouch for it."""
    (folder / "model.skops").write_bytes(content)
    edit_card("model_digest", hashlib.sha256(content).hexdigest())(folder)


def _zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _foreign_type() -> bytes:
    """Return an archive that asks for a function of the operating system."""
    asked = {
        **{"__class__": "system", "__module__": "posix", "__loader__": "FunctionNode"},
        **{"__id__": 1, "content": "system", "protocol": 2},
    }
    return _zipped(**{"schema.json": json.dumps(asked).encode()})


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(_Runs()),
        _zipped(**{"schema.json": b"{}", "../../ut.txt": b"x"}),
        _zipped(**{"schema.json": b'{"a":' * 20_000}),
        _foreign_type(),
        b"PK\x03\x04",
        b"",
    ],
    ids=["pickle", "path", "nested", "type", "cut", "empty"],
)
def test_a_poisoned_model_is_refused(folder: Path, content: bytes) -> None:
    """Even where its card vouches for it: nothing runs, and nothing is written elsewhere."""
    _vouch(folder, content)
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(ModelError, match="does not trust"):
        load_classifier(folder, [lesson_pack()], ENCODER.encoder_id)
    assert sorted(folder.parent.rglob("*")) == before


def test_a_model_that_unpacks_to_too_much_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sizes are added up before anything is unpacked."""
    monkeypatch.setattr(arrays, "MOST_BYTES", 1 << 20)
    bomb = _zipped(**{"schema.json": b"{}", "a.npy": b"\0" * (2 << 20)})
    assert len(bomb) < 10_000
    _vouch(folder, bomb)
    with pytest.raises(ModelError, match="does not trust"):
        load_classifier(folder, [lesson_pack()], ENCODER.encoder_id)


@pytest.mark.parametrize(
    "change",
    [
        edit_card("packs", {"a": []}),
        edit_card("packs", [1]),
        edit_card("libraries", []),
        lambda folder: (folder / "card.json").write_text('{"a":' * 20_000, encoding="utf-8"),
    ],
)
def test_a_card_of_another_form_is_refused(folder: Path, change: Callable[[Path], None]) -> None:
    """A sentence says so, whatever stands in it."""
    change(folder)
    with pytest.raises(ModelError):
        load_classifier(folder, [lesson_pack()], ENCODER.encoder_id)


@pytest.mark.parametrize("packs", [[other_seeds(lesson_pack())], [], [lesson_pack("annat")]])
def test_other_lessons_are_refused(folder: Path, packs: list[Pack]) -> None:
    """Changed seeds, a pack fewer or another one need training again."""
    with pytest.raises(ModelError, match="not trained on the active packs"):
        load_classifier(folder, packs, ENCODER.encoder_id)


def test_saving_replaces_a_model_whole_and_nothing_else(
    trained: TrainedModel, folder: Path
) -> None:
    """An older model is replaced, no scraps are left, and other folders are left alone."""
    (folder / "scrap.txt").write_text("old", encoding="utf-8")
    save_model(trained, folder, trained_on=date(2026, 12, 1), command="again")
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "card.md", "model.skops"]
    assert [path.name for path in folder.parent.iterdir()] == ["model"]
    other = folder.parent / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ModelError, match="something else than a model"):
        save_model(trained, other, trained_on=date(2026, 12, 1), command="again")
    assert (other / "letter.txt").exists()
