"""The measurement of planted spikes: what is counted, and when one is told."""

from motbild.core.records import Classification
from tests.benchmarks.month_posts import SPIKE_COUNTS, SPIKE_NARRATIVE
from tests.benchmarks.month_spikes import told_after
from tests.lessons import make_month_seeds


def _judged(stance: str, is_flagged: bool) -> dict[str, Classification]:
    seeds = make_month_seeds(SPIKE_NARRATIVE)
    return {
        seed.text: Classification(
            narratives={SPIKE_NARRATIVE: 0.9},
            matches=(SPIKE_NARRATIVE,),
            stance=stance,
            stance_probabilities={"asserts": 0.5},
            threat_probability=0.0,
            is_threat=False,
            is_flagged=is_flagged,
            evidence=None,
        )
        for seed in seeds
        if seed.narratives
    }


def test_a_spike_of_what_is_not_flagged_is_told_where_it_counts() -> None:
    """All that asserts is many at once; flags alone see nothing of it."""
    seeds = make_month_seeds(SPIKE_NARRATIVE)
    judged = _judged("asserts", is_flagged=False)
    assert told_after(seeds, judged, 1, flags_alone=False) in range(len(SPIKE_COUNTS))
    assert told_after(seeds, judged, 1, flags_alone=True) is None


def test_answers_are_no_spike() -> None:
    """As many posts that counter are told by neither."""
    seeds = make_month_seeds(SPIKE_NARRATIVE)
    judged = _judged("counters", is_flagged=False)
    assert told_after(seeds, judged, 1, flags_alone=False) is None
