"""The model in use: a trained classifier with its encoder and its packs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from motbild.adapters.artifacts import load_card, load_classifier
from motbild.adapters.encoder import DiskEncoder, load_encoder
from motbild.adapters.packs import load_pack
from motbild.core.classifier import Classifier
from motbild.core.judgement import LabelledPost, parse_labelled
from motbild.core.narratives import Pack
from motbild.core.vectors import Encoder
from motbild.errors import InputError
from motbild.settings import Settings


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
    def encodes_on_one_core(self) -> bool:
        """Whether its encoder uses one core, as a table of vectors does and torch does not."""
        return not isinstance(self.encoder, DiskEncoder) or self.encoder.is_table

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
