"""The measuring commands: what they compute and write, on packs small enough for a test."""

import math
from pathlib import Path

import numpy as np
import pytest

from motbild.core.judgement import LabelledPost
from tests.benchmarks.curve import follow_motbild, follow_rival, grow
from tests.benchmarks.detection import draw_all
from tests.benchmarks.detection_page import PLOTS, Found, render
from tests.benchmarks.encoder_tasks import (
    Frozen,
    Ngrams,
    discount_gains,
    find_translations,
    rank_own,
)
from tests.benchmarks.flicc import few_shot_packs, load_flicc, measure_claims
from tests.benchmarks.lessons import lessons_of
from tests.benchmarks.linear import Turned, products
from tests.benchmarks.page import write_section
from tests.benchmarks.remembered import Remembered
from tests.benchmarks.rivals import (
    CharacterTfidf,
    Description,
    FrozenVectors,
    NearestSeed,
    Rival,
)
from tests.benchmarks.trials import try_motbild, try_rival
from tests.encoders import HashingEncoder
from tests.lessons import lesson_pack

PACK = lesson_pack()
ENCODER = Remembered(HashingEncoder())
POSTS = [
    LabelledPost("1", "Sprid detta: de rövar bort våra båtar", "sv", ("rov",), "asserts"),
    LabelledPost("2", "Nej, kommunen förgiftar inte vattnet", "sv", ("gift",), "counters"),
    LabelledPost("3", "Bussen var sen och katten har rymt", "en", (), "none"),
    LabelledPost("4", "Vakna, gift i vattnet från kommunen!", "en", ("gift",), "asserts"),
    LabelledPost("5", "Är det sant att båten rövades bort?", "sv", ("rov",), "asks"),
    LabelledPost("6", "Biblioteket har öppet i dag", "sv", (), "none"),
]
REAL = ["Matchen slutade två noll", "Katten har rymt igen, någon som sett henne?"]
RIVALS: dict[str, Rival] = {
    "character TF-IDF": CharacterTfidf(),
    "MiniLM": FrozenVectors(ENCODER.encode),
    "nearest seed": NearestSeed(ENCODER.encode),
    "description": Description(ENCODER.encode),
}


@pytest.fixture(scope="module")
def found() -> Found:
    """Everybody tried on the small pack."""
    ours, _ = try_motbild([PACK], ENCODER, POSTS, REAL)
    lessons = lessons_of([PACK])
    trials = {name: try_rival(rival, lessons, POSTS, REAL) for name, rival in RIVALS.items()}
    packs = grow(PACK, sizes=(40,))
    curve = {
        "Motbild": follow_motbild(packs, ENCODER, POSTS),
        "MiniLM": follow_rival(packs, RIVALS["MiniLM"], POSTS),
    }
    cells = measure_claims(ours.posts)
    return Found({"Motbild": ours, **trials}, dict.fromkeys(["Motbild", *RIVALS], cells), curve)


def test_every_contender_is_told_of_in_every_table(found: Found) -> None:
    """Each measure has a cell for everyone; what a method cannot tell is a dash."""
    text = render(found, "--gold x", "hashing@0", len(REAL), 0)
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} == {2 + len(RIVALS)}
    assert {"flagged of 2 real texts", "flag AP, en"} <= {row[0].strip("| ") for row in rows}
    stance = next(row for row in rows if "stance macro-F1" in row[0])
    assert stance[-1].strip("| ") == "-"
    assert "-" not in [cell.strip() for cell in stance[:-1]]


def test_every_plot_is_drawn_the_same_way_twice(found: Found, tmp_path: Path) -> None:
    """The files are SVG and change only with the figures."""
    for folder in ("one", "two"):
        draw_all(found, tmp_path / folder)
    for name in PLOTS:
        drawn = (tmp_path / "one" / f"{name}.svg").read_bytes()
        assert b"<svg" in drawn
        assert drawn == (tmp_path / "two" / f"{name}.svg").read_bytes()


def test_rivals_learn_what_is_easy(found: Found) -> None:
    """Whoever learns ranks what asserts above the rest on unseen voices."""
    for name in ("Motbild", "character TF-IDF", "nearest seed"):
        assert found.of_unseen[name]["flag"]["average_precision"]["value"] > 0.6, name


def test_a_growing_pack_keeps_the_voices_it_has() -> None:
    """Each part is contained in the next, whole voice by whole voice."""
    parts = [{seed.seed_id for seed in pack.seeds} for pack in grow(PACK, sizes=(20, 40, 1000))]
    assert len(parts) == 3
    assert parts[0] < parts[1] < parts[2]
    assert parts[2] == {seed.seed_id for seed in PACK.seeds}


def test_a_tie_is_no_find() -> None:
    """An encoder to which all texts are the same finds nothing."""
    assert rank_own(np.ones((12, 12))).tolist() == [12] * 12
    assert discount_gains(np.array([1, 2, 11])).tolist() == [1.0, 1 / math.log2(3), 0.0]


def test_turned_rows_keep_their_products() -> None:
    """Turning loses nothing of what a linear model sees."""
    rows = HashingEncoder().encode([f"text nummer {n}" for n in range(9)])
    turned = Turned(rows[:6])
    np.testing.assert_allclose(
        products(turned.turn(rows[6:]), turned.columns), products(rows[6:], rows[:6]), atol=1e-5
    )


@pytest.mark.parametrize("reader", [Ngrams(), Frozen("hashing", HashingEncoder().encode)])
def test_the_translation_is_found_where_the_words_are_alike(
    tmp_path: Path, reader: Ngrams | Frozen
) -> None:
    """Pairs are read from the file and matched across its columns."""
    (tmp_path / "bitext").mkdir()
    lines = "".join(f"En båt {n}{n}{n}\tA boat {n}{n}{n}\n" for n in range(9))
    (tmp_path / "bitext" / "sv-en.flores200_devtest.tsv").write_text(lines, encoding="utf-8")
    assert find_translations(tmp_path, reader, "sv")["value"] == 1.0


def test_a_foreign_pack_is_made_of_claims(tmp_path: Path) -> None:
    """Deeper codes count for their sub-claim; eight posts begin a claim anew."""
    for split in ("train", "val", "test"):
        rows = [
            f'{{"text": "{split} {claim} post {n} is quite certain", "cards_claim": "{claim}"}}'
            for claim in ("1.1.3", "5.2")
            for n in range(9)
        ]
        rows.append('{"text": "says nothing precise", "cards_claim": "3"}')
        (tmp_path / f"flicc_{split}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    flicc = load_flicc(tmp_path, tmp_path)
    assert flicc.pack.narrative_ids == ("1-1", "5-2")
    assert len(flicc.pack.seeds) == 36
    assert len(flicc.posts) == 18
    for name, (rest, new) in few_shot_packs(flicc, tmp_path).items():
        assert new.narrative_ids == (name,)
        assert len(new.seeds) == 8
        assert not any(name in seed.narratives for seed in rest.seeds)


def test_a_section_is_written_between_its_own_markers(tmp_path: Path) -> None:
    """A second run replaces the first, and what people wrote stays."""
    page = tmp_path / "page.md"
    page.write_text("# Benchmarks\n\nOur words.\n", encoding="utf-8")
    write_section(page, "one", "One", "first")
    write_section(page, "two", "Two", "other")
    write_section(page, "one", "One", "second")
    content = page.read_text(encoding="utf-8")
    assert "Our words." in content
    assert "first" not in content
    assert content.index("second") < content.index("## Two") < content.index("other")


def test_an_encoder_that_remembers_encodes_once(tmp_path: Path) -> None:
    """What was encoded is kept in the file, and comes back the same."""
    first = Remembered(HashingEncoder(), tmp_path / "kept.npz")
    rows = first.encode(["a b c", "d e f"])
    again = Remembered(HashingEncoder(), tmp_path / "kept.npz")
    assert len(again.vectors) == 2
    np.testing.assert_array_equal(again.encode(["d e f", "a b c"]), rows[::-1])
