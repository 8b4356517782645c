"""Trained classifiers as folders: a skops file, a card for machines, a card for people.

Pickle is never used: a model file from elsewhere must not be able to run anything.
A model is loaded only where it would say what it said when it was trained.
"""

import hashlib
import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from motbild.adapters.artifacts.arrays import (
    Arrays,
    dump_arrays,
    join_words,
    load_arrays,
    part_words,
)
from motbild.core.calibration import Gate, Sigmoid
from motbild.core.classifier import Classifier
from motbild.core.evidence import SeedBank
from motbild.core.features import Features, Rows, Shares, Vocabulary
from motbild.core.heads import Heads
from motbild.core.model_card import describe_model
from motbild.core.narratives import Pack
from motbild.core.trained import (
    TrainedModel,
    order_packs,
    override_thresholds,
    stamp_packs,
)
from motbild.core.verdicts import Thresholds
from motbild.errors import ModelError

MODEL, CARD, READABLE = "model.skops", "card.json", "card.md"
CARD_VERSION = 5
_STAMP = {"pack_id", "training_digest"}
_NEEDED = {"encoder_id", "packs", "libraries", "model_digest", "thresholds"}
LIBRARIES = ("scikit-learn", "skops", "numpy")


def save_model(trained: TrainedModel, folder: Path, *, trained_on: date, command: str) -> Path:
    """Save a trained model as a folder, which is there whole or not at all.

    Args:
        trained: What training returned.
        folder: Where to put it; an older model there is replaced.
        trained_on: The day, for the card.
        command: The command that trained it, for the card.

    Returns:
        The folder.

    Raises:
        ModelError: The folder cannot be written, or holds something else than a model.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / CARD).is_file():
        raise ModelError(
            f"The folder {folder} holds something else than a model: name an empty one."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _write(trained, building, trained_on, command)
            building.chmod(0o755)
            _put_in_place(building, folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The model cannot be saved in {folder} ({error.strerror}): "
            "free some space or choose another folder."
        ) from error
    return folder


def load_card(folder: Path) -> dict[str, Any]:
    """Load the card of a stored model.

    Raises:
        ModelError: There is none, or it cannot be read.
    """
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"There is no model in {folder}: train one with `motbild train --output {folder}`."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            f"The card {folder / CARD} cannot be read: train the model again."
        ) from error
    is_known = isinstance(card, dict) and card.get("card_version") == CARD_VERSION
    if not is_known or not _is_sound(card):
        raise ModelError(
            f"The model in {folder} is of another form than this Motbild reads: train it again."
        )
    return card


def load_classifier(folder: Path, packs: Sequence[Pack], encoder_id: str) -> Classifier:
    """Load a stored classifier where it still means what it meant.

    Args:
        folder: A folder that `save_model` wrote.
        packs: The active packs; evidence is shown from their seeds, and thresholds that
            they fix replace those learned.
        encoder_id: The encoder in use.

    Raises:
        ModelError: The files were changed, or the encoder, what the packs teach or
            scikit-learn differ; says which and what to do.
    """
    card = load_card(folder)
    path = folder / MODEL
    _refuse_other(card, folder, packs, encoder_id)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The file {path} cannot be read: train the model again.") from error
    if hashlib.sha256(content).hexdigest() != card["model_digest"]:
        raise ModelError(
            f"The file {path} is not the one its card describes: restore it, or train again."
        )
    try:
        classifier = _assemble(load_arrays(content), card, packs)
    # Whatever archives, arrays and their libraries stumble over, it is no model of ours.
    except Exception as error:
        raise ModelError(
            f"The file {path} holds what this Motbild does not trust: train the model again."
        ) from error
    return override_thresholds(classifier, packs)


def _is_sound(card: Mapping[str, Any]) -> bool:
    """Tell whether a card has what is looked at before its model is."""
    packs = card.get("packs")
    return (
        card.keys() >= _NEEDED
        and isinstance(packs, list)
        and all(isinstance(stamp, dict) and stamp.keys() >= _STAMP for stamp in packs)
        and all(isinstance(value, str) for stamp in packs for value in stamp.values())
        and isinstance(card["libraries"], dict)
        and "scikit-learn" in card["libraries"]
    )


def _write(trained: TrainedModel, folder: Path, trained_on: date, command: str) -> None:
    content = dump_arrays(_take_apart(trained.classifier))
    (folder / MODEL).write_bytes(content)
    card = _make_card(trained, hashlib.sha256(content).hexdigest(), trained_on, command)
    text = json.dumps(card, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / CARD).write_text(text, encoding="utf-8")
    (folder / READABLE).write_text(describe_model(card), encoding="utf-8")


def _put_in_place(building: Path, folder: Path) -> None:
    if not folder.exists():
        building.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    try:
        folder.rename(aside / "model")
        building.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _take_apart(classifier: Classifier) -> Arrays:
    """Return the learned parts as arrays, without any seed's text."""
    features, seeds = classifier.features, classifier.seeds.rows
    return {
        "character_grams": join_words(features.characters.grams),
        "character_weights": features.characters.weights,
        "word_grams": join_words(features.words.grams),
        "word_weights": features.words.weights,
        "weights": classifier.heads.weights,
        "intercepts": classifier.heads.intercepts,
        "sigmoids": np.array([[s.slope, s.offset] for s in classifier.sigmoids]),
        "stance_weights": classifier.stance_heads.weights,
        "stance_intercepts": classifier.stance_heads.intercepts,
        # Half precision moves a cosine by less than a thousandth.
        "seed_vectors": seeds.vectors.astype(np.float16),
        "seed_grams": seeds.ngrams.data.astype(np.float16),
        "seed_gram_columns": seeds.ngrams.indices.astype(np.int32),
        "seed_gram_starts": seeds.ngrams.indptr.astype(np.int32),
    }


def _assemble(parts: Arrays, card: Mapping[str, Any], packs: Sequence[Pack]) -> Classifier:
    characters, words = (
        Vocabulary(part_words(parts[f"{kind}_grams"]), parts[f"{kind}_weights"])
        for kind in ("character", "word")
    )
    gram_count = len(characters.grams) + len(words.grams)
    seeds = [entry for pack in order_packs(packs) for entry in pack.seeds]
    return Classifier(
        narratives=tuple(card["narratives"]),
        features=Features(characters, words, Shares(**card["shares"])),
        heads=Heads(parts["weights"], parts["intercepts"]),
        sigmoids=tuple(Sigmoid(*row) for row in parts["sigmoids"].tolist()),
        stance_heads=Heads(parts["stance_weights"], parts["stance_intercepts"]),
        stance_temperature=card["stance_temperature"],
        gate=Gate(**card["gate"]),
        asserting=Sigmoid(**card["asserting"]),
        sentence_discount=card["sentence_discount"],
        thresholds=Thresholds(**card["thresholds"]),
        seeds=SeedBank.restore(seeds, _seed_rows(parts, gram_count)),
        version=card["version"],
    )


def _seed_rows(parts: Arrays, gram_count: int) -> Rows:
    vectors = parts["seed_vectors"].astype(np.float32)
    grams = (parts["seed_grams"].astype(np.float32), parts["seed_gram_columns"])
    starts = parts["seed_gram_starts"]
    return Rows(csr_matrix((*grams, starts), shape=(len(vectors), gram_count)), vectors)


def _make_card(
    trained: TrainedModel, model_digest: str, trained_on: date, command: str
) -> dict[str, Any]:
    classifier = trained.classifier
    return {
        "card_version": CARD_VERSION,
        "version": classifier.version,
        "model_digest": model_digest,
        "trained_on": trained_on.isoformat(),
        "command": command,
        "seed": trained.seed,
        "encoder_id": trained.encoder_id,
        "packs": [asdict(stamp) for stamp in trained.packs],
        "libraries": _library_versions(),
        "narratives": list(classifier.narratives),
        "thresholds": {
            "narratives": dict(classifier.thresholds.narratives),
            "threat": classifier.thresholds.threat,
            "asserts": classifier.thresholds.asserts,
            "asserts_by_lang": dict(classifier.thresholds.asserts_by_lang),
        },
        "shares": asdict(classifier.features.shares),
        "stance_temperature": classifier.stance_temperature,
        "gate": asdict(classifier.gate),
        "asserting": asdict(classifier.asserting),
        "sentence_discount": classifier.sentence_discount,
        "counts": dict(trained.counts),
        "out_of_fold": dict(trained.out_of_fold),
        "workloads": [
            {**asdict(workload), "sentence": workload.tell()} for workload in trained.workloads
        ],
        "workload_curve": [
            {"asserts": limit, "to_review": workload.to_review, "missed": workload.missed}
            for limit, workload in trained.workload_curve.items()
        ],
    }


def _library_versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in LIBRARIES}


def _refuse_other(
    card: Mapping[str, Any], folder: Path, packs: Sequence[Pack], encoder_id: str
) -> None:
    if card["encoder_id"] != encoder_id:
        raise ModelError(
            f"The model in {folder} was trained with the encoder {card['encoder_id']}, and "
            f"{encoder_id} is in use: choose the former, or train again."
        )
    learned = {stamp["pack_id"]: stamp["training_digest"] for stamp in card["packs"]}
    active = {stamp.pack_id: stamp.training_digest for stamp in stamp_packs(packs)}
    if learned != active:
        names = sorted({name for name, _ in learned.items() ^ active.items()})
        raise ModelError(
            f"The model in {folder} was not trained on the active packs as they are now "
            f"(different: {', '.join(names)}): train it again with `motbild models retrain`."
        )
    told, here = card["libraries"]["scikit-learn"], _library_versions()["scikit-learn"]
    if told != here:
        raise ModelError(
            f"The model in {folder} was trained with scikit-learn {told}, and {here} is "
            "installed: install the former, or train again."
        )
