"""A new model: what it learns from, and where it is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from motbild.adapters.artifacts import save_model
from motbild.adapters.encoder import load_encoder
from motbild.adapters.packs import find_packs, load_pack
from motbild.core.narratives import BACKGROUND, Pack, Seed
from motbild.core.pack_beginnings import borrow_lessons
from motbild.core.privacy import mask
from motbild.core.text import text_digest
from motbild.core.trained import TrainedModel
from motbild.settings import Settings, bundle_root
from motbild.stages.train import train
from motbild.wiring.decisions import load_decisions
from motbild.wiring.models import load_labelled, load_packs


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
