"""The measurement of starts: what its table says."""

from tests.benchmarks.startup import GOALS, render


def test_the_median_stands_beside_its_range_and_goal() -> None:
    """Of each start that is measured."""
    table = render({name: [0.3, 0.1, 0.2] for name in GOALS})
    assert table.count("| 0.20 | 0.10-0.30 |") == len(GOALS)
    assert all(name in table for name in GOALS)
