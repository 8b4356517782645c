"""The rewritten posts: a sound yardstick, and what is computed on them."""

from collections import Counter

import numpy as np
import pytest

from motbild.core.text import model_text
from tests.benchmarks.page import ROOT, read_rows
from tests.benchmarks.rewrite_pairs import (
    GOLD,
    KINDS,
    REWRITES,
    Pair,
    Verdicts,
    load_pairs,
)
from tests.benchmarks.rewrites import is_reached, render

ROWS = read_rows(REWRITES)
POSTS = {row["id"]: row for row in read_rows(GOLD)}
SEEDS = ROOT / "models" / "narratives" / "socialtjansten" / "seeds.jsonl"
LEAST_LONG = 20  # characters: a shorter seed may stand in anything


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """Every rewrite with its original."""
    return load_pairs()


def _verdicts(before: str, after: str, originals: str) -> Verdicts:
    count = len(before)
    return Verdicts(
        kinds=np.array(["emoji"] * count),
        langs=np.array(["sv"] * count),
        originals=np.array([int(one) for one in originals], dtype=np.intp),
        before=np.array([one == "x" for one in before]),
        after=np.array([one == "x" for one in after]),
    )


def test_every_rewrite_is_of_a_post_and_of_a_known_kind() -> None:
    """It holds four keys and no labels, which its original has."""
    for row in ROWS:
        assert set(row) == {"id", "gold_id", "kind", "text"}
        assert row["gold_id"] in POSTS
        assert row["kind"] in KINDS
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_no_text_is_written_twice() -> None:
    """A rewrite is neither its original, nor another post, nor another rewrite."""
    # As written: undoing what hides a word may well give the original again.
    told = [" ".join(text.split()) for text in (*(r["text"] for r in ROWS), *_gold_texts())]
    assert [text for text, count in Counter(told).items() if count > 1] == []


def _gold_texts() -> list[str]:
    return [row["text"] for row in POSTS.values()]


def test_no_seed_holds_a_rewrite() -> None:
    """Nor a rewrite a seed, as the model reads both: it could not have learned them."""
    seeds = [model_text(row["text"]) for row in read_rows(SEEDS)]
    long = [seed for seed in seeds if len(seed) >= LEAST_LONG]
    for row in ROWS:
        read = model_text(row["text"])
        assert not any(read in seed for seed in seeds)
        assert not any(seed in read for seed in long)


def test_kinds_and_languages_are_as_in_the_gold_set(pairs: list[Pair]) -> None:
    """Each kind has enough rewrites to tell something, and no language is left out."""
    asserted = [pair for pair in pairs if pair.original.stance == "asserts"]
    assert len(asserted) == 200
    assert all(25 <= count <= 30 for count in Counter(p.kind for p in asserted).values())
    protected = Counter(p.kind for p in pairs if p.original.stance != "asserts")
    assert set(protected) == set(KINDS)
    assert sum(protected.values()) >= 40
    gold = Counter(row["lang"] for row in POSTS.values() if row["stance"] == "asserts")
    mine = Counter(pair.original.lang for pair in asserted)
    for lang, count in gold.items():
        assert mine[lang] / 200 == pytest.approx(count / gold.total(), abs=0.02)


def test_a_rewrite_has_the_labels_of_its_original(pairs: list[Pair]) -> None:
    """Narratives, stance, threat and what is replied to; the text alone is another."""
    for pair in pairs:
        for name in ("narratives", "stance", "is_threat", "lang", "parent"):
            assert getattr(pair.rewrite, name) == getattr(pair.original, name)
        assert pair.rewrite.text != pair.original.text


def test_what_is_lost_is_the_difference_of_two_shares() -> None:
    """Kept is of what was told before alone, so that a flag won hides no flag lost."""
    told = _verdicts("xxxx.", "xx..x", "01234").measure()
    assert told["before"]["value"] == 0.8
    assert told["after"]["value"] == 0.6
    assert told["lost"]["value"] == pytest.approx(0.2)
    assert told["kept"]["value"] == 0.5


def test_rewrites_of_one_post_are_drawn_together() -> None:
    """Ten rewrites of one original are one witness: nothing varies between draws."""
    told = _verdicts("x" * 10, "x....x...x", "0" * 10).measure()
    assert told["after"] == {"value": 0.3, "low": 0.3, "high": 0.3}


def test_the_goal_is_of_flags_lost_and_of_flags_by_mistake() -> None:
    """Eleven points lost miss it, and so do flags on what must not be flagged."""
    steady = _verdicts("x" * 10, "x" * 10, "0123456789")
    quiet = _verdicts("." * 10, "." * 10, "0123456789")
    fallen = _verdicts("x" * 10, "." + "." + "x" * 8, "0123456789")
    wrong = _verdicts("." * 10, "x" + "." * 9, "0123456789")
    assert is_reached({"asserted": steady, "protected": quiet})
    assert not is_reached({"asserted": fallen, "protected": quiet})
    assert not is_reached({"asserted": steady, "protected": wrong})


def test_the_page_says_whether_the_goal_is_reached() -> None:
    """And gives each kind and language a row, even one with nothing in it."""
    steady = _verdicts("x" * 10, "x" * 10, "0123456789")
    fallen = _verdicts("x" * 10, "." * 10, "0123456789")
    found = {"asserted": fallen, "protected": steady, "threats": steady, "night": fallen}
    text = render(found, "model", "encoder")
    assert "**not reached**" in text
    assert "| all | 10 | 1.00 [1.00-1.00] | 0.00 [0.00-0.00] | 1.00 [1.00-1.00] |" in text
    assert all(f"| {kind} |" in text for kind in KINDS)
    assert "Of the 10 rewrites of threats, 10 are told" in text
