"""The models of a home: which there are, which is in use, and how one takes its place."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motbild.adapters.artifacts import CARD, load_card, save_model
from motbild.adapters.encoder import load_encoder
from motbild.adapters.model_history import append_promotion, read_champion, read_history
from motbild.core.challenge import compare, known_posts, refusals
from motbild.core.judgement import judge
from motbild.core.promotions import (
    PROMOTED,
    REFUSED,
    ROLLED_BACK,
    UNCHANGED,
    Comparison,
    Outcome,
    Promotion,
    earlier_champion,
    gold_figures,
)
from motbild.errors import InputError, ModelError
from motbild.settings import Settings
from motbild.stages.train import train
from motbild.wiring.models import Model, load_labelled, load_model, load_packs
from motbild.wiring.training import load_borrowed, load_lessons


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One model that can be used here.

    Attributes:
        version: Digest of what decides its classifications.
        folder: Where it lies.
        trained_on: Day of training.
        encoder_id: Encoder it was trained with.
        decision_count: People's decisions among what it learned from.
        is_in_use: Whether nights classify with it now.
        comes_along: Whether it came with the program.
        gold: What it reached on the gold set when last compared, by measure.
        problem: Why it cannot be used, where its card alone tells that.
    """

    version: str
    folder: Path
    trained_on: str
    encoder_id: str
    decision_count: int
    is_in_use: bool
    comes_along: bool
    gold: Mapping[str, float]
    problem: str | None = None


def list_models(settings: Settings) -> list[StoredModel]:
    """Return the model that comes along and every version in the home, the oldest first."""
    history = read_history(settings.models_folder)
    in_use = settings.model_folder.resolve()
    kept = sorted(path.parent for path in settings.models_folder.glob(f"[!.]*/{CARD}"))
    folders = [settings.kept_model(None), *kept]
    if in_use not in {folder.resolve() for folder in folders}:
        folders.append(in_use)
    models = [_describe(settings, folder, history, in_use) for folder in folders]
    return sorted(models, key=lambda model: (not model.comes_along, model.trained_on))


def _describe(
    settings: Settings, folder: Path, history: Sequence[Promotion], in_use: Path
) -> StoredModel:
    comes_along = folder == settings.kept_model(None)
    problem = None
    card: Mapping[str, Any] = {}
    try:
        card = load_card(folder)
    except ModelError as error:  # such as one that an older Motbild trained
        problem = str(error)
    version = card.get("version", folder.name)
    return StoredModel(
        version=version,
        folder=folder,
        trained_on=card.get("trained_on", ""),
        encoder_id=card.get("encoder_id", ""),
        decision_count=card.get("counts", {}).get("decisions", 0),
        is_in_use=folder.resolve() == in_use,
        comes_along=comes_along,
        gold=gold_figures(history, None if comes_along else version),
        problem=problem,
    )


def promote(settings: Settings, name: str, *, forced_because: str | None = None) -> Outcome:
    """Put a model in use, if it stands the comparison with the one in use.

    Args:
        settings: Which home.
        name: A version in the home, or a folder that holds a model, which is copied.
        forced_because: Why it is promoted even if it does not stand it.

    Raises:
        InputError: There is no such version or folder.
        ModelError: It does not fit the encoder, the packs or the libraries that are here.
    """
    folder = _find(settings, name)
    load_model(settings.model_copy(update={"model": folder}))  # refuses before anything is kept
    version = _keep(settings, folder)
    return _challenge(settings, version, _load_opponent(settings), forced_because)


def rollback(settings: Settings) -> Outcome:
    """Go back to the model that was in use before the present one; again goes further.

    Raises:
        InputError: No model has been promoted here.
        ModelError: The earlier one does not fit what is here any more.
    """
    history = read_history(settings.models_folder)
    may_go, version = earlier_champion(history)
    if not may_go:
        raise InputError(
            "There is nothing to go back to: the model in use is the one that comes along."
        )
    _load_version(settings, version)
    append_promotion(
        settings.models_folder, Promotion(datetime.now(UTC), ROLLED_BACK, version, version)
    )
    return Outcome(ROLLED_BACK, version, history[-1].champion)


def retrain(settings: Settings, *, command: str, seed: int = 0) -> Outcome:
    """Learn again, from the seeds and the standing decisions, and promote what stands the gate.

    The encoder is that of the model in use. A challenger that is refused is kept, as every
    version is.

    Args:
        settings: Which home.
        command: What started it, for the card.
        seed: Seeds every random choice.

    Raises:
        LockHeldError: A night is running, and decisions cannot be read beside it.
    """
    packs = load_packs(settings, with_imported=True)
    decisions = load_lessons(settings, packs)
    opponent = _load_opponent(settings)
    encoder = (
        opponent.model.encoder if opponent else load_encoder("default", settings.encoders_file)
    )
    trained = train(packs, encoder, seed=seed, decisions=decisions, borrowed=load_borrowed(packs))
    version = trained.classifier.version
    folder = settings.kept_model(version)
    if not folder.exists():
        save_model(trained, folder, trained_on=datetime.now(UTC).date(), command=command)
    outcome = _challenge(settings, version, opponent)
    return replace(outcome, decision_count=len(decisions))


@dataclass(frozen=True, slots=True)
class _Opponent:
    """What a challenger is compared with: the version, None where it comes along."""

    version: str | None
    model: Model


def _load_opponent(settings: Settings) -> _Opponent | None:
    """Load the model in use, or where it does not fit any more the one that comes along.

    After a change of the packs neither may fit; a challenger then has nothing to beat.
    """
    for version in dict.fromkeys([read_champion(settings.models_folder), None]):
        with suppress(ModelError):
            return _Opponent(version, _load_version(settings, version))
    return None


def _load_version(settings: Settings, version: str | None) -> Model:
    return load_model(settings.model_copy(update={"model": settings.kept_model(version)}))


def _shipped_version(settings: Settings) -> str:
    return str(load_card(settings.kept_model(None))["version"])


def _challenge(
    settings: Settings,
    version: str,
    opponent: _Opponent | None,
    forced_because: str | None = None,
) -> Outcome:
    """Compare a version in the home with the one in use; promote it or say why not."""
    champion = read_champion(settings.models_folder)
    if version in (champion, None if champion else _shipped_version(settings)):
        return Outcome(UNCHANGED, version, champion)
    challenger = _load_version(settings, version)
    comparisons = _measure(settings, opponent.model, challenger) if opponent else ()
    reasons = refusals(comparisons)
    is_promoted = not reasons or forced_because is not None
    promotion = Promotion(
        at=datetime.now(UTC),
        event=PROMOTED if is_promoted else REFUSED,
        version=version,
        champion=version if is_promoted else champion,
        against=opponent.version if opponent else None,
        reasons=reasons,
        forced_because=forced_because,
        comparisons=comparisons,
    )
    append_promotion(settings.models_folder, promotion)
    return Outcome(promotion.event, version, champion, reasons, comparisons)


def _measure(settings: Settings, champion: Model, challenger: Model) -> tuple[Comparison, ...]:
    """Compare two models on the gold posts that bear on nothing but what both know."""
    shared = set(champion.classifier.narratives) & set(challenger.classifier.narratives)
    posts = known_posts(load_labelled(settings.gold_file), shared)
    if not any(post.narratives for post in posts):
        return ()
    judged = (judge(posts, m.classifier, m.encoder.encode) for m in (champion, challenger))
    return compare(*judged)


def _find(settings: Settings, name: str) -> Path:
    for folder in (settings.kept_model(name), Path(name)):
        if (folder / CARD).is_file():
            return folder
    raise InputError(
        f"{name} is neither a version of this home nor a folder that holds a model; "
        "see `motbild models list`."
    )


def _keep(settings: Settings, folder: Path) -> str:
    """Copy a model into the home, unless its version is there; return the version."""
    version = str(load_card(folder)["version"])
    kept = settings.kept_model(version)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{version}-", dir=kept.parent) as building:
            shutil.copytree(folder, Path(building) / "model").rename(kept)
    return version
