"""Training: from packs to a model and its measures."""

from dataclasses import replace

import pytest

from motbild.core.classifier import flag_score
from motbild.core.narratives import Pack, Seed
from motbild.errors import PackError
from motbild.stages.train import train
from tests.encoders import HashingEncoder
from tests.lessons import lesson_pack

ENCODER = HashingEncoder()
ORDINARY = (
    "Sprid detta: loppis på lördag",
    "Vakna, våren är här",
    "Kommunen lagar vägen",
    "Grannen säljer sin gamla båt",
    "Ny rapport om fisket",
    "Vattnet är tretton grader",
)


def small_pack(count: int) -> Pack:
    """Return another pack of one narrative and a few posts that assert it."""
    claim = "molnen är gjorda av staten"
    towns = ("Umeå", "Lund", "Kiruna", "Ystad", "Gävle", "Mora", "Borås", "Åre")
    seeds = tuple(
        Seed(f"m{n}", f"Se upp {n}, {claim} i {town}", "sv", ("moln",), "asserts")
        for n, town in enumerate(towns)
    )
    narrative = replace(lesson_pack().narratives[0], narrative_id="moln")
    return Pack("moln", "1.0", "2" * 64, {"sv": "Moln"}, (narrative,), seeds[:count])


def test_what_can_be_learned_is_learned() -> None:
    """On voices it has not seen, the model finds what the pack asserts."""
    trained = train([lesson_pack()], ENCODER)
    assert trained.out_of_fold["flag_average_precision"] > 0.8
    assert trained.out_of_fold["narrative_macro_f1"] > 0.8
    assert trained.counts["examples"] == len(lesson_pack().seeds)
    assert trained.counts["narrative.rov"] == 32
    assert trained.encoder_id == ENCODER.encoder_id


def test_training_again_gives_the_same_model() -> None:
    """The same packs in any order and the same seed give the same version."""
    packs = [lesson_pack(), small_pack(8)]
    first, again = train(packs, ENCODER), train(packs[::-1], ENCODER)
    assert first.classifier.model_version == again.classifier.model_version
    assert first.packs == again.packs


def test_eight_posts_make_a_new_narrative_work() -> None:
    """Beside a full pack, eight examples are enough to find the claim in other posts."""
    classifier = train([lesson_pack(), small_pack(8)], ENCODER).classifier
    found, other = classifier.classify(
        ["Lyssna nu, molnen över Falun är gjorda av staten", "Bussen till Falun var sen"],
        ["sv", "sv"],
        ENCODER.encode,
    )
    assert found.matches == ("moln",)
    assert other.matches == ()


def test_decisions_are_learned_from_and_never_shown() -> None:
    """A judged post changes the model, and is no evidence."""
    text = "Havet är fullt av kommunens gift, vakna"
    decision = Seed("d1", text, "sv", ("gift",), "asserts", origin="decision", voice="d1")
    plain, taught = (
        train([lesson_pack()], ENCODER, decisions=decisions) for decisions in ((), (decision,))
    )
    assert plain.classifier.model_version != taught.classifier.model_version
    assert taught.counts["decisions"] == 1
    assert len(taught.classifier.seeds.seeds) == len(lesson_pack().seeds)


def test_background_is_learned_from_and_never_shown() -> None:
    """Ordinary writing sinks what is sure of ordinary texts, and explains no flag."""
    pack = lesson_pack()
    texts = [f"{what} i {town}" for what in ORDINARY for town in ("Umeå", "Lund", "Ystad", "Mora")]
    background = tuple(
        Seed(f"b{n}", text, "sv", (), "none", origin="background", voice=f"b{n % 6}")
        for n, text in enumerate(texts)
    )
    taught = train([replace(pack, seeds=(*background, *pack.seeds))], ENCODER)
    plain, careful = (
        classifier.classify([f"{what} i Falun" for what in ORDINARY], ["sv"] * 6, ENCODER.encode)
        for classifier in (train([pack], ENCODER).classifier, taught.classifier)
    )
    assert sum(flag_score(c) for c in careful) < sum(flag_score(c) for c in plain)
    assert not any(found.is_flagged for found in careful)
    assert taught.counts["background"] == len(background)
    assert taught.out_of_fold["background_flag_rate"] == 0.0
    assert taught.classifier.seeds.seeds == train([pack], ENCODER).classifier.seeds.seeds


def test_one_voice_is_learned_without_being_measured() -> None:
    """Where no voice can be held out, thresholds are even odds and nothing is told."""
    pack = lesson_pack()
    alone = replace(pack, seeds=tuple(replace(seed, voice="anna") for seed in pack.seeds))
    trained = train([alone], ENCODER)
    assert trained.out_of_fold == {}
    assert set(trained.classifier.thresholds.narratives.values()) == {0.5}


@pytest.mark.parametrize(
    ("packs", "told"),
    [
        ([], "at least one pack"),
        ([lesson_pack(), lesson_pack("annat")], "again in"),
        ([lesson_pack(), small_pack(0)], "has no seed"),
        ([small_pack(8)], "Every seed bears"),
    ],
)
def test_what_cannot_be_learned_is_refused(packs: list[Pack], told: str) -> None:
    """One sentence says which narrative, and what to add."""
    with pytest.raises(PackError, match=told):
        train(packs, ENCODER)
