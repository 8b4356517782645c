"""What is known of a home's models without loading one: the card in use, versions, events.

Loading a model brings in most of what Motbild is made of; a page that only tells of one
has no use for that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motbild.adapters.model_history import read_history
from motbild.core.promotions import Promotion
from motbild.settings import Settings

CARD = "card.json"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model of a home, as its card tells.

    Attributes:
        version: Digest of what decides its classifications.
        trained_on: Day of training, as ``2026-11-22``; empty where no card can be read.
        decision_count: People's decisions among what it learned from.
        is_in_use: Whether nights classify with it now.
        comes_along: Whether it came with the program.
    """

    version: str
    trained_on: str
    decision_count: int
    is_in_use: bool
    comes_along: bool


def read_card(folder: Path) -> Mapping[str, Any]:
    """Return the card in a model's folder; empty where none can be read."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return card if isinstance(card, dict) else {}


def list_known_models(settings: Settings) -> list[KnownModel]:
    """Return the model that comes along and every version in the home, the newest first."""
    in_use = settings.model_folder.resolve()
    kept = sorted(path.parent for path in settings.models_folder.glob(f"[!.]*/{CARD}"))
    folders = {folder.resolve(): folder for folder in (settings.kept_model(None), *kept)}
    folders.setdefault(in_use, in_use)
    models = [_describe(settings, folder, in_use) for folder in folders.values()]
    return sorted(models, key=lambda model: (model.trained_on, model.is_in_use), reverse=True)


def list_events(settings: Settings) -> list[Promotion]:
    """Return what has happened to the models of a home, the newest first."""
    return read_history(settings.models_folder)[::-1]


def _describe(settings: Settings, folder: Path, in_use: Path) -> KnownModel:
    card = read_card(folder)
    return KnownModel(
        version=str(card.get("version", folder.name)),
        trained_on=str(card.get("trained_on", "")),
        decision_count=int(card.get("counts", {}).get("decisions", 0)),
        is_in_use=folder.resolve() == in_use,
        comes_along=folder == settings.kept_model(None),
    )
