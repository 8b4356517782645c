"""The measurement of rises: what it counts, and what it says of each way."""

from argparse import Namespace

import numpy as np

from tests.benchmarks.alarms import WAYS, alarm_ours
from tests.benchmarks.histories import (
    LENGTH,
    SHORT,
    WARM_UP,
    History,
    draw_quiet,
    draw_rises,
)
from tests.benchmarks.trends import Tally, count_runs, measure, measure_shifts, render, shorten


def test_alarms_close_together_are_one_alert() -> None:
    """Two days of pause end no alert, three do."""
    alarms = np.zeros(LENGTH, dtype=bool)
    alarms[[100, 103, 107]] = True
    assert count_runs(alarms) == 2


def test_alarms_within_a_rise_are_its_finding_and_others_false() -> None:
    """The delay is counted from the day it begins; nobody is asked in the first weeks."""
    alarms = np.zeros(LENGTH, dtype=bool)
    alarms[[WARM_UP - 1, 151, 200]] = True
    tally = Tally()
    tally.add(History("s", np.ones(LENGTH), np.ones(LENGTH), start=150, length=5), alarms)
    assert (tally.alerts, tally.delays) == (1, [1])
    assert tally.found(within=0)["value"] == 0


def test_seldom_for_nothing_and_soon_for_a_rise() -> None:
    """On a few histories of each kind ours alerts less often than EARS and finds most."""
    quiet, rises = measure(list(draw_quiet(7, 1))), measure(list(draw_rises(7, 1)))
    rates = {
        way: sum(tally[way].alerts for tally in quiet.values())
        / sum(tally[way].days for tally in quiet.values())
        for way in WAYS
    }
    assert 30 * rates["Motbild"] < 0.25 < 30 * rates["EARS C2"]
    found = [d for tally in rises.values() for d in tally["Motbild"].delays]
    assert sum(d is not None for d in found) > 0.85 * len(found)


def test_ours_is_what_the_product_uses() -> None:
    """A day far above the others is the one alarm."""
    counts = np.tile([4.0, 5, 3], LENGTH // 3)
    counts[200] = 60
    assert np.flatnonzero(alarm_ours(History("s", counts, counts))).tolist() == [200]


def test_the_page_gets_its_tables() -> None:
    """Each measure has a table with every way, and change points one of their own."""
    quiet, rises = list(draw_quiet(3, 1))[::9], list(draw_rises(3, 1))[::8]
    steps = [history for history in draw_rises(3, 1) if history.length >= 28][-2:]
    shifts = measure_shifts(quiet[:1], steps)
    young = (measure(shorten(quiet), SHORT), measure(shorten(rises), SHORT))
    text = render(measure(quiet), measure(rises), young, shifts, Namespace(each=1, seed=3))
    assert text.count("| history | " + " | ".join(WAYS)) == 4
    assert "false ones a month" in text
