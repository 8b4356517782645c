"""The gate: a challenger that does worse anywhere, with some certainty, is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.challenge import compare, known_posts, refusals
from motbild.core.judgement import Judged, LabelledPost
from motbild.core.records import STANCES

COUNT = 240
ASSERTS, ASKS, NONE = (STANCES.index(name) for name in ("asserts", "asks", "none"))


def perfect() -> Judged:
    """Return judgements that are all right: a third asserts, a third asks, a third is else."""
    kinds = np.arange(COUNT) % 3
    bears = (kinds < 2)[:, None] & (np.arange(COUNT)[:, None] % 2 == np.arange(2))
    stances = np.eye(len(STANCES), dtype=bool)[np.array([ASSERTS, ASKS, NONE])[kinds]]
    threats = np.arange(COUNT) % 12 == 0
    langs = np.array(
        ["sv"] * 160 + ["ar"] * 35 + ["en"] * 25 + ["so"] * 8 + ["tr"] * 6 + ["fa"] * 6
    )
    return Judged(
        narrative_ids=("rov", "gift"),
        langs=langs,
        probabilities=bears.astype(float),
        matched=bears,
        narratives=bears,
        stances_told=stances,
        stances=stances,
        threat_probabilities=threats.astype(float),
        threats_told=threats,
        threats=threats,
        flag_scores=(kinds == 0).astype(float),
        flagged=kinds == 0,
        flags=kinds == 0,
    )


def test_a_model_is_no_worse_than_itself() -> None:
    """Of two that say the same, no draw has a loser; every measure is there."""
    comparisons = compare(perfect(), perfect())
    assert [told.measure for told in comparisons] == [
        *("narrative_f1.rov", "narrative_f1.gift"),
        *("flag_f1.ar", "flag_f1.en", "flag_f1.sv", "flag_f1.others"),
        *("protected_speech_flagged_share", "threat_recall"),
    ]
    assert {told.loss_share for told in comparisons} == {0.0}
    assert refusals(comparisons) == ()


def test_each_kind_of_loss_is_told_by_its_name() -> None:
    """One measure that falls is enough, and the sentence says which and by how much."""
    best = perfect()
    protected = np.flatnonzero(~best.flags)[:12]
    arabic = np.flatnonzero((best.langs == "ar") & best.flags)[:8]
    matched, flagged, threats = best.matched.copy(), best.flagged.copy(), best.threats.copy()
    matched[np.flatnonzero(best.narratives[:, 0])[:20], 0] = False
    flagged[protected] = True
    threats[np.flatnonzero(best.threats)[:10]] = False
    deaf = best.flagged.copy()
    deaf[arabic] = False
    for worse, told in (
        (replace(best, matched=matched), "F1 of the narrative 'rov' would fall from 1.000 to 0.8"),
        (replace(best, flagged=flagged), "flagged would rise from 0.000 to 0.075 over 160 posts"),
        (replace(best, threats_told=threats), "Recall of threats would fall from 1.000 to 0.500"),
        (replace(best, flagged=deaf), "F1 of flags in 'ar' would fall from 1.000 to"),
    ):
        assert any(told in reason for reason in refusals(compare(best, worse)))
        assert refusals(compare(worse, best)) == ()


def test_a_loss_that_chance_explains_is_none() -> None:
    """One post of many is no ground for a refusal; six of them are."""
    best = perfect()
    flags = np.flatnonzero(best.flags & (best.langs == "sv"))
    for lost, is_refused in ((1, False), (6, True)):
        flagged = best.flagged.copy()
        flagged[flags[:lost]] = False
        assert bool(refusals(compare(best, replace(best, flagged=flagged)))) is is_refused


def test_what_cannot_be_measured_refuses_nobody() -> None:
    """Without a threat among the posts, and with languages too small, those are left out."""
    few = perfect().take(np.arange(COUNT) % 12 == 1)
    measures = {told.measure for told in compare(few, few)}
    assert "threat_recall" not in measures
    assert not any(measure.startswith("flag_f1.") for measure in measures)


@settings(max_examples=20)
@given(st.lists(st.integers(0, COUNT - 1), max_size=40))
def test_the_gate_is_fair(changed: list[int]) -> None:
    """Whatever is changed, the same seed gives the same outcome, and not both sides lose."""
    best = perfect()
    flagged = best.flagged.copy()
    flagged[changed] ^= True
    other = replace(best, flagged=flagged)
    there, back = compare(best, other), compare(other, best)
    assert there == compare(best, other)
    for one, opposite in zip(there, back, strict=True):
        assert one.loss_share + opposite.loss_share <= 1


@pytest.mark.parametrize(("narratives", "count"), [(("rov", "gift"), 3), (("rov",), 2), ((), 1)])
def test_posts_on_other_narratives_are_left_out(narratives: tuple[str, ...], count: int) -> None:
    """A post that bears on what a model was not told of cannot measure it."""
    posts = [
        LabelledPost("1", "a", "sv", ("rov", "gift"), "asserts"),
        LabelledPost("2", "b", "sv", ("rov",), "asks"),
        LabelledPost("3", "c", "sv", (), "none"),
    ]
    assert len(known_posts(posts, narratives)) == count
