"""The model in use: a trained classifier with its encoder and its packs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from motbild.adapters.artifacts import load_card, load_classifier, save_model
from motbild.adapters.encoder import load_encoder
from motbild.adapters.packs import find_packs, load_pack
from motbild.core.classifier import Classifier
from motbild.core.judgement import LabelledPost, parse_labelled
from motbild.core.narratives import BACKGROUND, Pack, Seed
from motbild.core.pack_beginnings import borrow_lessons
from motbild.core.privacy import mask
from motbild.core.text import text_digest
from motbild.core.trained import TrainedModel
from motbild.core.vectors import Encoder
from motbild.errors import InputError
from motbild.settings import Settings, bundle_root
from motbild.stages.train import train
from motbild.wiring.decisions import load_decisions


@dataclass(frozen=True)
class Model:
    """What a night classifies with: a trained classifier, its encoder and its packs."""

    classifier: Classifier
    encoder: Encoder
    packs: tuple[Pack, ...]

    @property
    def versions(self) -> dict[str, str]:
        """Version of each part, by name."""
        return {
            "motbild": version("motbild"),
            "encoder": self.encoder.encoder_id,
            "model": self.classifier.model_version,
            **{f"pack {pack.pack_id}": pack.version for pack in self.packs},
        }

    @property
    def thresholds(self) -> dict[str, float]:
        """Threshold in use for each narrative, and for threats."""
        placed = self.classifier.thresholds
        return {**placed.narratives, "threat": placed.threat}


def load_packs(settings: Settings, *, with_imported: bool = False) -> tuple[Pack, ...]:
    """Load the active packs.

    Args:
        settings: Which they are.
        with_imported: Whether to add the seeds imported from source documents, which
            only training has a use for.
    """
    return tuple(
        load_pack(folder, settings.imported_seeds_of(folder) if with_imported else None)
        for folder in settings.pack_folders
    )


def load_model(settings: Settings) -> Model:
    """Load the classifier in use, with its encoder and its packs.

    Raises:
        ModelError: The classifier does not fit the encoder, the packs or the
            libraries that are here.
        PackError: A pack cannot be loaded.
    """
    folder = settings.model_folder
    card = load_card(folder)
    encoder = load_encoder(str(card["encoder_id"]).split("@")[0], settings.encoders_file)
    packs = _packs_learned_from(settings, card)
    return Model(load_classifier(folder, packs, encoder.encoder_id), encoder, packs)


def _packs_learned_from(settings: Settings, card: Mapping[str, Any]) -> tuple[Pack, ...]:
    """Load the packs with imported passages exactly where the model learned from those."""
    learned = {stamp["training_digest"] for stamp in card["packs"]}
    packs = load_packs(settings)
    if learned == {pack.training_digest for pack in packs}:
        return packs
    with_imported = load_packs(settings, with_imported=True)
    if learned == {pack.training_digest for pack in with_imported}:
        return with_imported
    return packs


def train_model(
    settings: Settings, output: Path, *, encoder: str, seed: int, command: str
) -> TrainedModel:
    """Train a classifier from the active packs and the home's decisions; save it with its card.

    Args:
        settings: Which packs, and where imported seeds lie.
        output: Folder to write; one that holds a model is replaced.
        encoder: Name in the registry of encoders, or a folder that holds one.
        seed: Seeds every random choice.
        command: The command that was given, for the card.
    """
    packs = load_packs(settings, with_imported=True)
    loaded = load_encoder(encoder, settings.encoders_file)
    trained = train(
        packs,
        loaded,
        seed=seed,
        decisions=load_lessons(settings, packs),
        borrowed=load_borrowed(packs),
    )
    save_model(trained, output, trained_on=datetime.now(UTC).date(), command=command)
    return trained


def load_borrowed(packs: Sequence[Pack]) -> tuple[Seed, ...]:
    """Load what packs without background learn ordinary writing from: the packs that come along."""
    if any(seed.origin == BACKGROUND for pack in packs for seed in pack.seeds):
        return ()
    others = find_packs(bundle_root() / "models" / "narratives")
    return borrow_lessons(packs, [load_pack(folder) for folder in others])


def load_lessons(settings: Settings, packs: Sequence[Pack]) -> list[Seed]:
    """Load the home's standing decisions, but for those on posts of the gold set.

    A model that has learned from these could not be measured by them.

    Raises:
        LockHeldError: A night is running, and nothing else may open its warehouse.
    """
    narratives = {name for pack in packs for name in pack.narrative_ids}
    decisions = load_decisions(settings, narratives)
    gold = load_labelled(settings.gold_file) if decisions else []
    digests = {text_digest(mask(post.text)) for post in gold}
    return [seed for seed in decisions if text_digest(mask(seed.text)) not in digests]


def load_labelled(path: Path) -> list[LabelledPost]:
    """Load labelled posts from a file with one JSON object a line.

    Raises:
        InputError: It cannot be read, or a line of it is not a labelled post.
    """
    try:
        # Not splitlines, which also breaks at separators that JSON strings may hold.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"{path} cannot be read as labelled posts; "
            "give a UTF-8 file with one JSON object a line."
        ) from error
    return parse_labelled(rows, path.name)
