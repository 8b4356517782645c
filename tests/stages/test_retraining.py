"""Models of a home: retrained, compared, promoted, gone back from; on small real parts."""

import json
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from motbild.adapters.artifacts import save_model
from motbild.adapters.model_history import read_history
from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse import open_warehouse
from motbild.core import schemas
from motbild.core.narratives import Pack, Seed
from motbild.core.text import text_digest
from motbild.core.trained import TrainedModel
from motbild.errors import InputError, LockHeldError, ModelError
from motbild.settings import Settings
from motbild.stages.train import train
from motbild.wiring import models, registry, training
from tests.conftest import ROOT
from tests.decisions import MOMENT, decide
from tests.encoders import HashingEncoder
from tests.lessons import lesson_pack

ENCODER = HashingEncoder()
PACK = lesson_pack()
GOLD = [
    {
        "id": seed.seed_id,
        "text": f"Hörni. {seed.text}",
        "lang": seed.lang,
        "narratives": list(seed.narratives),
        "stance": seed.stance,
        "threat": seed.is_threat,
    }
    for seed in PACK.seeds
]


@pytest.fixture(scope="module")
def shipped() -> TrainedModel:
    """The model that comes along."""
    return train([PACK], ENCODER)


@pytest.fixture
def settings(tmp_path: Path, shipped: TrainedModel, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home beside a bundle with a small model, a small pack and a small gold set."""
    bundle = tmp_path / "bundle"
    save_model(
        shipped, bundle / "models" / "classifier", trained_on=date(2026, 11, 1), command="train"
    )
    (bundle / "models" / "gold").mkdir()
    lines = "".join(json.dumps(row) + "\n" for row in GOLD)
    (bundle / "models" / "gold" / "dev.jsonl").write_text(lines, encoding="utf-8")
    shutil.copytree(ROOT / "warehouse" / "migrations", bundle / "warehouse" / "migrations")
    shutil.copytree(ROOT / "warehouse" / "views", bundle / "warehouse" / "views")
    monkeypatch.setattr("motbild.settings.bundle_root", lambda: bundle)
    for module in (models, registry, training):
        monkeypatch.setattr(module, "load_encoder", lambda *_: ENCODER)
    _use_pack(monkeypatch, PACK)
    return Settings(home=tmp_path / "home")


def _use_pack(monkeypatch: pytest.MonkeyPatch, pack: Pack) -> None:
    for module in (models, registry, training):
        monkeypatch.setattr(module, "load_packs", lambda *_, **__: (pack,))


def _judge(settings: Settings, *judgements: tuple[str, str, tuple[str, ...]]) -> None:
    """Let a reviewer judge texts that a night has brought."""
    texts = [
        {
            "text_digest": text_digest(text),
            "text": text,
            "lang": "sv",
            "lang_probability": 1.0,
            "run_id": "r",
        }
        for text, _, _ in judgements
    ]
    opened = open_warehouse(settings.live_file, settings.migrations, settings.views)
    with closing(opened) as warehouse:
        warehouse.append(
            "core.texts", pa.Table.from_pylist(texts, schema=schemas.TEXTS), key=("text_digest",)
        )
    with closing(open_review_store(f"sqlite:///{settings.home / 'review.sqlite'}")) as store:
        for number, (text, kind, named) in enumerate(judgements):
            digest = text_digest(text)
            decision = decide(kind, *named, decision_id=f"d{number}", text_digest=digest)
            store.decisions.record(decision)


def _misjudge_everything(settings: Settings) -> None:
    """Let a reviewer reject every assertion that there is, in slightly other words."""
    false = [seed for seed in PACK.seeds if seed.stance == "asserts"]
    words = ("Ja.", "Nu.", "Så.", "Hm.", "Oj.", "Jo.")
    _judge(settings, *[(f"{word} {s.text}", "reject", ()) for s in false for word in words])


def test_what_people_decide_is_learned_and_promoted(settings: Settings) -> None:
    """A retraining that does no worse is in use from then on, and says what it learned from."""
    _judge(
        settings,
        ("Alla vet att de rövar bort båtar", "confirm", ("rov",)),
        ("Min båt är fin och inte till salu", "protected", ()),
        ("Skräp", "skip", ()),
    )
    outcome = registry.retrain(settings, command="motbild models retrain")
    assert (outcome.event, outcome.decision_count, outcome.champion) == ("promoted", 2, None)
    assert outcome.comparisons
    assert settings.model_folder == settings.models_folder / str(outcome.version)
    shown = registry.list_models(settings)
    assert [(m.comes_along, m.is_in_use, m.decision_count) for m in shown] == [
        (True, False, 0), (False, True, 2),
    ]  # fmt: skip
    assert all(model.gold.keys() == shown[0].gold.keys() != set() for model in shown)
    again = registry.retrain(settings, command="motbild models retrain")
    assert (again.event, again.version) == ("unchanged", outcome.version)
    assert len(read_history(settings.models_folder)) == 1


def test_a_challenger_that_does_worse_is_kept_and_refused(settings: Settings) -> None:
    """The model in use stays; why is told, and a force with its reason is written down."""
    _misjudge_everything(settings)
    refused = registry.retrain(settings, command="motbild models retrain")
    assert refused.event == "refused"
    assert any("would fall from" in reason for reason in refused.reasons)
    assert settings.model_folder == settings.kept_model(None)
    assert settings.kept_model(refused.version).is_dir()
    forced = registry.promote(settings, str(refused.version), forced_because="Prov på skarpt läge")
    assert (forced.event, forced.reasons) == ("promoted", refused.reasons)
    assert settings.model_folder == settings.kept_model(refused.version)
    first, second = read_history(settings.models_folder)
    assert (first.event, first.champion, first.forced_because) == ("refused", None, None)
    assert (second.event, second.forced_because) == ("promoted", "Prov på skarpt läge")
    back = registry.rollback(settings)
    assert (back.event, back.version, back.champion) == ("rolled-back", None, refused.version)
    assert settings.model_folder == settings.kept_model(None)
    with pytest.raises(InputError, match="nothing to go back to"):
        registry.rollback(settings)


def test_a_model_from_elsewhere_is_copied_and_compared(settings: Settings, tmp_path: Path) -> None:
    """It is in use from the home, so that its first folder may go."""
    elsewhere = tmp_path / "elsewhere"
    decision = Seed("d", "Havet är blått", "sv", (), "none", origin="decision", voice="r")
    other = train([PACK], ENCODER, decisions=[decision])
    save_model(other, elsewhere, trained_on=date(2026, 11, 2), command="motbild train")
    outcome = registry.promote(settings, str(elsewhere))
    assert outcome.event == "promoted"
    shutil.rmtree(elsewhere)
    assert models.load_model(settings).classifier.version == other.classifier.version
    assert registry.promote(settings, str(outcome.version)).event == "unchanged"
    own = Settings(home=settings.home, model=settings.kept_model(None))
    assert [model.is_in_use for model in registry.list_models(own)] == [True, False]


def test_a_version_of_an_older_form_is_listed_with_its_problem(settings: Settings) -> None:
    """One model that cannot be used any more hides none of the others."""
    old = settings.kept_model("older")
    old.mkdir(parents=True)
    (old / "card.json").write_text('{"card_version": 0}')
    listed = registry.list_models(settings)
    assert [(model.version, model.problem is None) for model in listed][1:] == [("older", False)]
    assert listed[0].is_in_use


def test_what_is_no_model_is_refused_before_anything_is_kept(
    settings: Settings, shipped: TrainedModel, tmp_path: Path
) -> None:
    """A wrong name, and a model of another encoder, leave the home as it was."""
    with pytest.raises(InputError, match="motbild models list"):
        registry.promote(settings, "nothing-here")
    foreign = replace(shipped, encoder_id="other@000000000000")
    save_model(foreign, tmp_path / "foreign", trained_on=date(2026, 11, 2), command="motbild train")
    with pytest.raises(ModelError, match="encoder"):
        registry.promote(settings, str(tmp_path / "foreign"))
    assert not settings.models_folder.exists()


def test_after_a_change_of_the_pack_a_retraining_has_nothing_to_beat(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model in use cannot be loaded with the new pack; the new one takes its place."""
    _use_pack(monkeypatch, replace(PACK, seeds=PACK.seeds[:-1]))
    with pytest.raises(ModelError, match="train it again"):
        models.load_model(settings)
    outcome = registry.retrain(settings, command="motbild models retrain")
    assert (outcome.event, outcome.comparisons) == ("promoted", ())
    assert models.load_model(settings).classifier.version == outcome.version


def test_decisions_on_gold_posts_are_never_learned(settings: Settings) -> None:
    """The measure must not have been in the lessons."""
    _judge(settings, (str(GOLD[0]["text"]), "reject", ()))
    assert training.load_lessons(settings, [PACK]) == []


def test_while_a_night_runs_nothing_is_retrained(settings: Settings) -> None:
    """Whoever retrains is told who holds the decisions."""
    _judge(settings, ("Alla vet det", "reject", ()))
    with (
        hold_night_lock(settings.home, run_id="r1", now=MOMENT),
        pytest.raises(LockHeldError, match="run r1"),
    ):
        registry.retrain(settings, command="motbild models retrain")


def test_training_learns_from_the_decisions_too(settings: Settings, tmp_path: Path) -> None:
    """`motbild train` reads the home's decisions, and its card counts them."""
    _judge(settings, ("Alla vet att de rövar bort båtar", "confirm", ("rov",)))
    trained = training.train_model(
        settings, tmp_path / "out", encoder="small", seed=0, command="motbild train"
    )
    assert trained.counts["decisions"] == 1
