"""Tests of clusters: what recurs is found, named alike from night to night, in any order."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from motbild.core.cluster_terms import Words, distinguish
from motbild.core.clusters import (
    MOST_CLUSTERS,
    Cluster,
    Family,
    Member,
    Posting,
    find_clusters,
)
from motbild.core.gathering import FEWEST_FAMILIES
from motbild.core.likeness import compare_texts, count_runs
from tests.encoders import HashingEncoder

UNTIL = date(2026, 11, 20)
ENCODE = HashingEncoder().encode
RUMOUR = [
    "Socialen har satt mikrofoner i nallarna som delas ut på öppna förskolan",
    "min svägerska klippte upp nallen från soc, det satt en mikrofon i den",
    "de avlyssnar oss med mikrofoner i barnens nallar, allt hamnar hos socialen",
    "ta inte emot nallen av kommunen, den har en mikrofon i magen",
]
ORDINARY = [
    "Soc har inte svarat i telefon på tre veckor, dåligt bemötande",
    "Väntetiden hos handläggaren är nu fem månader, politikerna måste skjuta till pengar",
    "Jag är student och undrar om någon gjort praktik på en barnenhet",
    "Bussen till stan var sen igen och regnet öste ner hela morgonen",
    "I dag bakade vi kanelbullar och drack kaffe i trädgården med grannen",
    "Matchen i går var en skandal, domaren såg ingenting",
    "Säljer barnvagn i fint skick, hämtas i centrum",
    "Priset på smör har stigit igen, det är löjligt",
    "Nya cykelvägen är äntligen klar och folk kör som galningar",
    "Katten vaccinerades i går och blev sur på hela familjen",
    "Tåget är inställt för tredje gången den här veckan",
    "Semestern är bokad, vi åker till fjällen i juli",
    "Grannen klipper gräset klockan sex på morgonen",
    "Hur lång tid tar det att få bygglov för en altan",
    "Lyssnade på en podd om surdegsbröd hela kvällen",
    "Biblioteket håller stängt för ombyggnad till våren",
]
OTHERS = [(text, "sv") for text in ORDINARY]


def _family(number: int, text: str, *days: date, lang: str = "sv") -> Family:
    name = f"f{number:02}"
    posts = tuple(
        Posting(f"{name}:{copy}", f"{name}:{copy}", day) for copy, day in enumerate(days or [UNTIL])
    )
    return Family(name, text, lang, 0.5, {"kidnappning": 0.2, "barnhandel": 0.4}, posts)


FAMILIES = [_family(number, text) for number, text in enumerate(RUMOUR + ORDINARY[1:4])]


FOUND = find_clusters(FAMILIES, OTHERS, ENCODE, UNTIL)


def test_wordings_of_one_rumour_are_gathered() -> None:
    """Four tellings are one cluster, with the words that tell it; ordinary posts are in none."""
    [cluster] = FOUND
    assert sorted(cluster.family_ids) == ["f00", "f01", "f02", "f03"]
    assert {"mikrofoner", "nallen"} & set(cluster.terms)
    assert not {"och", "det", "på"} & set(cluster.terms)
    name, share = cluster.nearest_narrative
    assert (name, round(share, 4)) == ("barnhandel", 0.4)
    assert 0.0 < cluster.score < 1.0


@given(st.permutations(FAMILIES))
@settings(deadline=None, max_examples=15)
def test_the_order_of_families_makes_no_difference(shuffled: list[Family]) -> None:
    """However they come, the same clusters come out."""
    assert find_clusters(shuffled, OTHERS, ENCODE, UNTIL) == FOUND


@given(st.permutations([_family(n, text) for n, text in enumerate([*RUMOUR[:2] * 3, *ORDINARY])]))
@settings(deadline=None, max_examples=15)
def test_nor_does_it_where_many_are_equally_alike(shuffled: list[Family]) -> None:
    """Texts that say the same, as families rarely do, leave many ties."""
    in_order = sorted(shuffled, key=lambda family: family.family_id)
    found = find_clusters(shuffled, OTHERS, ENCODE, UNTIL)
    assert found == find_clusters(in_order, OTHERS, ENCODE, UNTIL)


@pytest.mark.parametrize(
    "families", [[], FAMILIES[:2], [_family(n, "jo precis") for n in range(5)]]
)
def test_too_little_makes_no_cluster(families: Sequence[Family]) -> None:
    """Two families, or texts of two words, are no rumour."""
    assert find_clusters(families, OTHERS, ENCODE, UNTIL) == []


def test_what_everybody_says_is_no_rumour() -> None:
    """Texts that no word tells from all others make no cluster."""
    families = [_family(number, text) for number, text in enumerate(RUMOUR)]
    others = [(f"{text} igen", "sv") for text in RUMOUR * 5]
    assert find_clusters(families, others, ENCODE, UNTIL) == []


def test_texts_are_not_alike_by_their_language() -> None:
    """What is common in English makes no cluster among Swedish posts."""
    english = [
        "the school photos are on tuesday, please sign the form",
        "seven weeks for a reply about the support person",
        "the library was closed and the bus was late for the third time",
        "a lovely walk in the forest with the dog this morning",
    ]
    families = [_family(number, text, lang="en") for number, text in enumerate(english)]
    assert find_clusters(families, OTHERS, ENCODE, UNTIL) == []


def test_no_more_clusters_than_can_be_looked_at() -> None:
    """Of many, the best are kept; each of three families or more."""
    draw = random.Random(5)
    letters = "abdefghiklmnoprstuvåäö"
    topics = ["".join(draw.choices(letters, k=30)) for _ in range(MOST_CLUSTERS + 5)]
    texts = [
        f"{topic} {''.join(draw.choices(letters, k=5))} {''.join(draw.choices(letters, k=6))} och"
        for topic in topics
        for _ in range(FEWEST_FAMILIES)
    ]
    families = [_family(number, text) for number, text in enumerate(texts)]
    found = find_clusters(families, OTHERS, ENCODE, UNTIL)
    assert len(found) == MOST_CLUSTERS
    assert {len(cluster.members) for cluster in found} == {FEWEST_FAMILIES}


def test_what_is_fresh_and_larger_comes_first() -> None:
    """Growth compares the last week with a usual one before, and lifts the score."""
    old, new = UNTIL - timedelta(days=20), UNTIL
    spread = [_family(n, text, old, old, old) for n, text in enumerate(RUMOUR)]
    fresh = [_family(n, text, new, new, new) for n, text in enumerate(RUMOUR)]
    [fading], [growing] = (find_clusters(f, OTHERS, ENCODE, UNTIL) for f in (spread, fresh))
    assert (fading.growth, growing.growth) == (0.2, 13.0)
    assert fading.score < growing.score
    [less] = find_clusters(fresh[:3], OTHERS, ENCODE, UNTIL)
    assert less.score < growing.score


def test_later_wordings_count_once() -> None:
    """An edited post is one post, of the day on which it was first written."""
    first = UNTIL - timedelta(days=3)
    posts = (Posting("x:1", "x:1", first), Posting("x:1#a", "x:1", UNTIL))
    member = Member(Family("f", "", "sv", 0.5, {"a": 0.1}, posts), 0.5)
    assert Cluster((member,), (), 0.5, 1.0).days == [first]


def test_examples_are_one_of_each_family_first() -> None:
    """Second copies come after the least central family's first."""
    near = Member(_family(1, "", UNTIL, UNTIL), 0.9)
    far = Member(_family(2, "", UNTIL), 0.2)
    ranked = Cluster((near, far), (), 0.5, 1.0).ranked_posts
    assert ranked == [("f01:0", 0.9), ("f02:0", 0.2), ("f01:1", 0.9)]


def test_rare_runs_of_letters_make_texts_alike() -> None:
    """Inflections and compounds of a rare word count, common words all but nothing."""
    texts = ["en mikrofon i huset", "mikrofonerna i vår bil", "en katt i huset", "en hund i huset"]
    vectors = np.tile(np.array([1, 0], dtype=np.float32), (3, 1))
    alike = compare_texts(texts, ["sv"] * 4, vectors)
    assert alike.shape == (3, 3)
    assert alike[0, 1] > alike[1, 2]
    assert np.allclose(alike, alike.T)


@given(st.lists(st.text("aåbc \n\t😀", max_size=30)))
def test_runs_are_counted_as_by_scikit_learn(texts: list[str]) -> None:
    """To the order of the numbers in memory, so that all that is summed is the same."""
    texts = ["en mikrofon", *texts]
    runs = count_runs(texts)
    expected = CountVectorizer(
        analyzer="char_wb", ngram_range=(4, 4), lowercase=False, dtype=np.float32
    ).fit_transform(texts)
    assert runs.shape == expected.shape
    for part in ("data", "indices", "indptr"):
        assert getattr(runs, part).dtype == getattr(expected, part).dtype
        assert np.array_equal(getattr(runs, part), getattr(expected, part))


def test_terms_are_words_of_the_group_and_not_of_the_rest() -> None:
    """No placeholder, no word of one text, and of words that begin alike the commonest."""
    texts = [
        "nallen och [konto] mikrofon",
        "nallen och mikrofon",
        "nallarna och [konto] bilen",
        *("vi och de och bussen" for _ in range(9)),
    ]
    words = Words.of(texts, ["sv"] * len(texts))
    assert distinguish([0, 1, 2], words) == ("mikrofon", "nallen")
