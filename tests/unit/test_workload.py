"""What thresholds mean in a night's work."""

import numpy as np

from motbild.core.placing import Labels
from motbild.core.verdicts import ASSERTS, NONE
from motbild.core.workload import CURVE, measure_workload, measure_workload_curve


def labels(voices: int) -> Labels:
    """Return, for each voice, one text that asserts, one that does not, and one of background."""
    count = 3 * voices
    truths = np.zeros((count, 3), dtype=bool)
    truths[0::3, 0] = truths[0::3, 2] = truths[1::3, 2] = True
    stances = np.full(count, NONE)
    stances[0::3] = ASSERTS
    names = np.repeat([f"voice-{n}" for n in range(voices)], 3)
    return Labels(truths, stances, names, np.full(count, "sv"))


def test_a_night_is_told_in_whole_posts() -> None:
    """Half found, a tenth of protected speech flagged and no background: 40 to review."""
    told = labels(40)
    flagged = np.zeros(120, dtype=bool)
    flagged[0:60:3] = True  # half of those that assert
    flagged[1:12:3] = True  # four of the forty protected
    overall, swedish = measure_workload(flagged, told)
    assert (overall.scope, swedish.scope) == ("all", "sv")
    assert round(overall.to_review) == 40
    assert "about 40 to review and 20 of 40 missed" in overall.tell()
    assert "at most 12 % of protected speech" in overall.tell()


def test_few_voices_promise_nothing() -> None:
    """Where there are few voices the counts are told, and no bound."""
    (overall,) = measure_workload(np.zeros(15, dtype=bool), labels(5))
    assert overall.missed_at_most is None
    assert "expect" not in overall.tell()


def test_a_higher_threshold_never_gives_more_to_review() -> None:
    """Along the curve the queue shrinks and what is missed grows."""
    told = labels(40)
    asserts = np.linspace(0.0, 1.0, 120)
    curve = measure_workload_curve(np.ones(120, dtype=bool), asserts, told)
    assert tuple(curve) == CURVE
    reviewed = [workload.to_review for workload in curve.values()]
    missed = [workload.missed for workload in curve.values()]
    assert reviewed == sorted(reviewed, reverse=True)
    assert missed == sorted(missed)
