"""The classifier: what it learns from a small pack, and how it decides."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.classifier import Classifier, flag_score
from motbild.core.heads import carrying_units, combine_units
from motbild.core.records import STANCES, Classification
from motbild.core.verdicts import Probabilities
from motbild.stages.train import train
from tests.encoders import HashingEncoder
from tests.lessons import lesson_pack

ENCODER = HashingEncoder()
LONG = (
    "Vi var på stranden hela dagen i går. Sprid detta: de rövar bort våra båtar! "
    "Sedan åkte vi hem och grillade korv."
)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """A classifier that has learned the small pack."""
    return train([lesson_pack()], ENCODER).classifier


def classify(classifier: Classifier, *texts: str) -> list[Classification]:
    """Classify Swedish texts."""
    return classifier.classify(texts, ["sv"] * len(texts), ENCODER.encode)


@pytest.mark.parametrize(
    ("text", "matches", "stance", "is_flagged"),
    [
        ("Vakna, båten rövades bort i natt och ingen säger något", ("rov",), "asserts", True),
        ("Nej, det stämmer inte att kommunen förgiftar vattnet", ("gift",), "counters", False),
        ("Är det sant att grannen rövade bort båten? Undrar", ("rov",), "asks", False),
        ("Enligt rapporten sprids ryktet att vattnet är förgiftat", ("gift",), "reports", False),
        ("Bussen var sen igen i går, suck", (), "none", False),
    ],
)  # fmt: skip
def test_only_an_asserted_narrative_is_flagged(
    classifier: Classifier, text: str, matches: tuple[str, ...], stance: str, is_flagged: bool
) -> None:
    """Of the same claim only the one who asserts it is flagged."""
    (found,) = classify(classifier, text)
    assert (found.matches, found.stance, found.is_flagged) == (matches, stance, is_flagged)


def test_a_threat_is_told_apart_from_narratives(classifier: Classifier) -> None:
    """A threat is found whatever the narrative, and anger is none."""
    threat, other = classify(
        classifier, "Vi vet var handläggaren bor och kommer dit", "Jag är trött på väntetiderna"
    )
    assert threat.is_threat
    assert not other.is_threat


def test_evidence_is_the_sentence_that_carries_the_claim(classifier: Classifier) -> None:
    """In a long post the carrying sentence is cited as written, with seeds and words."""
    (found,) = classify(classifier, LONG)
    evidence = found.evidence
    assert evidence is not None
    assert evidence.narrative == "rov"
    assert evidence.sentence == "Sprid detta: de rövar bort våra båtar!"
    assert LONG[evidence.start : evidence.end] == evidence.sentence
    assert evidence.seeds[0].narratives == ("rov",)
    similarities = [seed.similarity for seed in evidence.seeds]
    assert similarities == sorted(similarities, reverse=True)
    assert {"rövar", "båtar"} & {term.term for term in evidence.terms}


def test_probabilities_are_probabilities(classifier: Classifier) -> None:
    """Each lies between 0 and 1, and the stances sum to one."""
    for found in classify(classifier, LONG, "🙂", "x"):
        assert sum(found.stance_probabilities.values()) == pytest.approx(1.0)
        told = [*found.narratives.values(), found.threat_probability, flag_score(found)]
        assert all(0.0 <= probability <= 1.0 for probability in told)


def test_two_words_are_never_flagged_alone(classifier: Classifier) -> None:
    """Too little to be sure of is suggested at most, unless what it answers is known."""
    (brief,) = classify(classifier, "rövar båtar!")
    assert brief.matches == ("rov",)
    assert not brief.is_flagged


def test_a_reply_means_what_its_parent_makes_of_it() -> None:
    """The same words spread a rumour under a rumour, and nothing under other talk."""
    pack = lesson_pack()
    rumours = [seed for seed in pack.seeds if seed.stance == "asserts"]
    others = [seed for seed in pack.seeds if seed.stance == "none"]
    reply = "Ja precis så är det ju"
    replies = [
        replace(seed, seed_id=f"reply-{n}", text=reply, parent=seed.text, voice=f"replier-{n % 4}")
        for n, seed in enumerate([*rumours, *others])
    ]
    learned = train([replace(pack, seeds=(*pack.seeds, *replies))], ENCODER).classifier
    parents = [rumours[0].text, others[0].text]
    believed, harmless = learned.classify([reply] * 2, ["sv"] * 2, ENCODER.encode, parents)
    assert believed.stance_probabilities["asserts"] > harmless.stance_probabilities["asserts"]
    assert max(believed.narratives.values()) > max(harmless.narratives.values())


def test_a_text_is_judged_by_itself(classifier: Classifier) -> None:
    """What a text is classified with changes nothing, and no texts give nothing."""
    together = classify(classifier, LONG, "Bussen var sen")
    assert together[0].narratives == pytest.approx(classify(classifier, LONG)[0].narratives)
    assert classify(classifier) == []


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=2),
    st.lists(st.floats(0.01, 1), min_size=5, max_size=5),
    st.floats(0, 0.5),
)
def test_raising_a_threshold_never_adds_flags(
    classifier: Classifier, narratives: list[float], stances: list[float], raised: float
) -> None:
    """Whatever the probabilities, a higher threshold flags no more."""
    found = Probabilities(
        np.array([narratives]), np.array([0.0]), np.array([stances]) / sum(stances)
    )
    before = classifier.decide(found, ["sv"])
    limits = classifier.thresholds
    for stricter in (
        classifier.with_thresholds({"rov": limits.narratives["rov"] + raised}),
        replace(classifier, thresholds=replace(limits, asserts=limits.asserts + raised)),
    ):
        after = stricter.decide(found, ["sv"])
        assert not (after.flagged & ~before.flagged).any()
    assert before.matched[before.flagged].any(axis=1).all()
    assert (before.stances[before.flagged] == STANCES.index("asserts")).all()


def test_other_thresholds_make_another_version(classifier: Classifier) -> None:
    """A changed threshold is a new version; the same threshold is the same one."""
    same = classifier.with_thresholds(dict(classifier.thresholds.narratives))
    other = classifier.with_thresholds({"rov": 0.9, "unknown": 0.1})
    assert same.model_version == classifier.model_version
    assert other.model_version != classifier.model_version
    assert other.thresholds.narratives.keys() == classifier.thresholds.narratives.keys()


def test_another_threshold_of_asserts_holds_for_every_language(classifier: Classifier) -> None:
    """It is a version of its own, the same one each time."""
    chosen = classifier.with_asserts(0.8)
    assert chosen.thresholds.asserts == 0.8
    assert not chosen.thresholds.asserts_by_lang
    assert chosen.model_version == classifier.with_asserts(0.8).model_version
    assert chosen.model_version != classifier.model_version


def test_units_are_joined_by_the_highest_discounted_score() -> None:
    """A sentence carries a text only when it speaks clearly more than the whole."""
    scores = np.array([[0.0], [5.0], [1.0], [2.0], [2.5]])
    starts = np.array([0, 3])
    assert combine_units(scores, starts, 1.0).ravel().tolist() == [4.0, 2.0]
    assert carrying_units(scores, starts).ravel().tolist() == [1, 4]
