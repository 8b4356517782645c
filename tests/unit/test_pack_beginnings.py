"""What a pack that was just begun is spared, and what it borrows."""

from dataclasses import replace

from motbild.core.narratives import BACKGROUND, Pack, Seed
from motbild.core.pack_beginnings import borrow_lessons
from motbild.stages.train import train
from tests.encoders import HashingEncoder
from tests.lessons import lesson_pack

OTHER = lesson_pack()
NEW = Pack(
    "ny",
    "0",
    "1" * 64,
    {"sv": "Ny"},
    (replace(OTHER.narratives[0], narrative_id="matare", threshold=None),),
    tuple(
        Seed(f"{n}", text, "sv", ("matare",), "asserts", voice=f"{n}")
        for n, text in enumerate(
            (
                "elmätaren strålar så man blir sjuk",
                "de nya elmätarna gör oss sjuka, sprid",
                "min elmätare strålar dygnet runt",
                "strålningen från elmätaren gav mig huvudvärk",
                "vägra elmätaren, den strålar",
                "elbolaget tiger om strålningen från mätaren",
                "hela familjen sjuk av elmätaren",
                "läkaren sa att elmätaren strålar",
            )
        )
    ),
)


def test_a_pack_without_background_borrows_from_others() -> None:
    """What is borrowed bears no narrative and is background, but for threats."""
    borrowed = borrow_lessons([NEW], [OTHER, NEW])
    assert len(borrowed) == len(OTHER.seeds)
    assert not any(seed.narratives for seed in borrowed)
    assert all((seed.origin == BACKGROUND) != seed.is_threat for seed in borrowed)
    assert [seed.stance for seed in borrowed] == [seed.stance for seed in OTHER.seeds]


def test_no_more_is_borrowed_than_was_asked_for() -> None:
    """A spread of the other packs' seeds is enough."""
    assert 5 <= len(borrow_lessons([NEW], [OTHER], most=10)) <= 10
    assert borrow_lessons([NEW], [], most=10) == ()


def test_a_pack_with_background_borrows_nothing() -> None:
    """Whoever wrote ordinary texts of their own learns from these."""
    own = replace(NEW.seeds[0], seed_id="own", narratives=(), stance="none", origin=BACKGROUND)
    assert borrow_lessons([replace(NEW, seeds=(*NEW.seeds, own))], [OTHER]) == ()


def test_eight_examples_and_what_is_borrowed_make_a_classifier() -> None:
    """A new pack alone finds what resembles its examples, and leaves the rest."""
    encoder = HashingEncoder()
    trained = train([NEW], encoder, decisions=borrow_lessons([NEW], [OTHER]))
    texts = ["Sprid: elmätaren strålar och gör oss sjuka!", "Bussen var sen igen i dag"]
    found = trained.classifier.classify(texts, ["sv", "sv"], encoder.encode)
    assert [told.matches for told in found] == [("matare",), ()]
    assert [told.is_flagged for told in found] == [True, False]
