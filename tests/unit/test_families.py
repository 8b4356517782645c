"""Tests of copies and families, on chain messages of our own and on the shared ones."""

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.bands import BANDS
from motbild.core.components import group
from motbild.core.families import (
    COPY_SIMILARITY,
    band_keys,
    copy_edges,
    is_copy,
    may_be_copies,
    similarity,
    sketch,
)
from motbild.core.privacy import mask, mask_links
from motbild.core.run_marks import FEWEST_FINE_RUNS

CHAIN = (
    "VARNING till alla som har barn i skolåldern: i morgon kommer de till skolan. "
    "Håll barnen hemma, svara inte i telefon och säg ingenting. Skicka till alla du känner!"
)
COPIES = [
    "varning till alla som har barn i skolåldern, imorgon kommer dom till skolan håll barnen "
    "hemma svara inte i telefon å säg ingenting. skicka till alla du känner 🙏",
    "Fick detta nyss 👇 " + CHAIN + " #varning #dela",
    CHAIN.replace("å", "a").replace("ä", "a").replace("ö", "o"),
    CHAIN.replace("skolan", "sk0lan").replace("barnen", "b*rnen").replace(" Skicka till alla", ""),
]
DEBUNK = (
    'Samma gamla kedjebrev igen: "Håll barnen hemma, svara inte i telefon." Det har ingen '
    "avsändare och stämmer inte. Skolan är öppen som vanligt, rektorn bekräftar att inget besök "
    "är planerat. Läs kommunens svar och låt bli att sprida det vidare, snälla ni."
)
# As stored by earlier versions: another value here means that all bands must be rebuilt.
STORED_KEY = 14626367008444242733


@pytest.mark.parametrize("copy", COPIES)
def test_small_changes_make_copies(copy: str) -> None:
    """Case, signs, tags, accents, disguises and a lost sentence leave a copy a copy."""
    assert is_copy(CHAIN, copy)
    assert is_copy(copy, CHAIN)


def test_quoting_to_debunk_makes_no_copy() -> None:
    """Who quotes a part of the message among many words of their own is no member."""
    assert not is_copy(CHAIN, DEBUNK)
    assert similarity(CHAIN, DEBUNK) < COPY_SIMILARITY


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("Stoppa LVU", "STOPPA  LVU", True),
        ("Stoppa LVU nu", "Stoppa LVU", False),
        ("s0c ljuger", "soc ljuger", True),
        ("🚨🚨", "🚨", False),
        ("", "🚨", False),
        ("nej", "nej det är inte alls så det går till", False),
    ],
)
def test_short_texts_are_copies_only_when_equal(a: str, b: str, alike: bool) -> None:
    """Under five words there is too little to compare but the whole."""
    assert is_copy(a, b) is alike


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None)
def test_similarity_is_symmetric(a: str, b: str) -> None:
    """Similarity lies in [0, 1], is the same both ways and 1 with oneself."""
    assert similarity(a, b) == similarity(b, a)
    assert 0.0 <= similarity(a, b) <= 1.0
    assert similarity(a, a) == 1.0


def test_band_keys_are_stable() -> None:
    """The same text has the same keys alone, in company, and in the next version too."""
    keys = band_keys([CHAIN, DEBUNK, "🚨", ""])
    assert keys.shape == (4, BANDS)
    assert keys.dtype == np.uint64
    assert np.array_equal(keys[1:2], band_keys([DEBUNK]))
    assert band_keys([]).shape == (0, BANDS)
    assert int(band_keys(["Stoppa LVU"])[0, 0]) == STORED_KEY


def test_copies_share_a_band_even_when_barely_alike() -> None:
    """Of pairs just over the threshold, 99 in 100 or more are found as candidates."""
    draw = random.Random(7)
    pairs = [pair for pair in (_barely_alike(draw) for _ in range(1500)) if is_copy(*pair)]
    assert len(pairs) > 300
    keys = band_keys([text for pair in pairs for text in pair])
    found = (keys[0::2] == keys[1::2]).any(axis=1)
    assert found.mean() >= 0.99


def test_texts_on_one_subject_are_seldom_candidates() -> None:
    """Bands leave few pairs to compare among texts that only share words."""
    draw = random.Random(8)
    keys = band_keys([_prose(draw, 25) for _ in range(200)])
    candidates = sum((keys[i] == keys[j]).any() for i in range(200) for j in range(i))
    assert candidates < 0.05 * 200 * 199 / 2


def _may_be(a: list[str], b: list[str]) -> list[bool]:
    one, other = sketch(a), sketch(b)
    counts = (one.run_counts, other.run_counts)
    told = may_be_copies(counts, (one.marks, other.marks))
    is_long = np.minimum(*counts) >= FEWEST_FINE_RUNS
    if is_long.all():
        told &= may_be_copies(counts, (one.fine_marks, other.fine_marks))
    listed: list[bool] = told.tolist()
    return listed


@given(st.lists(st.tuples(st.text("abå 1.#", max_size=60), st.text("abå 1.#", max_size=60))))
def test_sketches_leave_out_no_copy(pairs: list[tuple[str, str]]) -> None:
    """Whatever is a copy may be one by its sketch."""
    told = _may_be([a for a, _ in pairs], [b for _, b in pairs])
    assert all(may_be or not is_copy(*pair) for pair, may_be in zip(pairs, told, strict=True))


def test_sketches_leave_out_what_is_little_alike() -> None:
    """Of pairs around the threshold no copy is left out, and of strangers nearly all are."""
    draw = random.Random(9)
    pairs = [_barely_alike(draw) for _ in range(300)]
    told = _may_be([a for a, _ in pairs], [b for _, b in pairs])
    assert all(may_be or not is_copy(*pair) for pair, may_be in zip(pairs, told, strict=True))
    strangers = [_prose(draw, 25) for _ in range(300)]
    assert sum(_may_be(strangers[1:], strangers[:-1])) < 3


def test_fine_marks_tell_long_texts_apart() -> None:
    """Coarse ones are nearly all set; no copy is left out by either."""
    draw = random.Random(10)
    strangers = [_prose(draw, 110) for _ in range(100)]
    one, other = sketch(strangers[1:]), sketch(strangers[:-1])
    counts = (one.run_counts, other.run_counts)
    assert counts[0].min() >= FEWEST_FINE_RUNS
    assert may_be_copies(counts, (one.marks, other.marks)).mean() > 0.5
    assert not may_be_copies(counts, (one.fine_marks, other.fine_marks)).any()
    copies = []
    for text in strangers:
        words = text.split()
        draw.shuffle(words)
        copies.append(" ".join([*words[:50], *text.split()]))
    assert sum(map(is_copy, strangers, copies)) > 50
    told = _may_be(strangers, copies)
    assert all(
        may_be or not is_copy(*pair) for *pair, may_be in zip(strangers, copies, told, strict=True)
    )


def _word(draw: random.Random) -> str:
    return "".join(draw.choice("abdefgiklmnoprstuvåäö") for _ in range(draw.randint(3, 8)))


def _prose(draw: random.Random, word_count: int) -> str:
    return " ".join(_word(draw) for _ in range(word_count))


def _barely_alike(draw: random.Random) -> tuple[str, str]:
    """Return two texts whose common part is such that they are alike by 0.43 to 0.53."""
    shared = _prose(draw, 30)
    own = draw.randint(13, 20)
    return f"{shared} {_prose(draw, own)}", f"{_prose(draw, own)} {shared}"


@given(st.permutations([CHAIN, *COPIES, DEBUNK, "Stoppa LVU", "stoppa lvu!"]))
@settings(deadline=None, max_examples=20)
def test_copies_do_not_depend_on_order(texts: list[str]) -> None:
    """The same texts fall into the same families however they are numbered."""
    members = {f"{number:02}": text for number, text in enumerate(texts)}
    families = group(members, copy_edges(members))
    sizes = Counter(families[number] for number in members)
    assert sorted(sizes.values()) == [1, 1, 1, 5]
    assert families[f"{texts.index(DEBUNK):02}"] == f"{texts.index(DEBUNK):02}"


@pytest.mark.shared
def test_shared_chain_messages_fall_into_their_families(shared: Path) -> None:
    """The four chain messages of the gold set have 6, 4, 5 and 3 members, and no one else."""
    lines = (shared / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    noted = [post for post in map(json.loads, lines) if "chain" in (post["note"] or "")]
    texts = {post["id"]: mask(mask_links(post["text"]), post["author"]) for post in noted}
    families = group(texts, copy_edges(texts))
    chains: dict[str, set[str]] = {}
    for post in noted:
        words = post["note"].split()
        is_member = words[0] == "chain" and words[2] in {"original,", "original", "copy", "copy,"}
        chains.setdefault(words[1] if is_member else post["id"], set()).add(families[post["id"]])
    assert all(len(found) == 1 for found in chains.values())
    sizes = Counter(families.values())
    assert {name: sizes[min(chains[name])] for name in "ABCD"} == {"A": 6, "B": 4, "C": 5, "D": 3}
