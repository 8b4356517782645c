"""The command that measures new rumours: how nights are made, and what counts as found."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from motbild.core.cluster_terms import Words
from motbild.core.clusters import Cluster, Member
from tests.benchmarks.rumour_methods import (
    BEFORE,
    OURS,
    REPORTED,
    WEIGHTS,
    methods,
    ranks_held_out,
)
from tests.benchmarks.rumour_nights import Text, compose, find, judge_clusters, measure
from tests.benchmarks.rumours import COLUMNS, RUMOURS, render, try_words
from tests.encoders import HashingEncoder
from tests.unit.test_clusters import ORDINARY, RUMOUR

ENCODE = HashingEncoder().encode
TELLINGS = [Text(text, "sv", "nallar", 0.3, True) for text in RUMOUR]
COMMON = [Text(text, "sv", "", 0.2, True) for text in ORDINARY]
PAIR = compose(TELLINGS, COMMON, 12, 0)


def test_the_second_night_holds_all_and_the_first_a_little_less() -> None:
    """A telling of each rumour and a tenth of the ordinary texts come over night."""
    before, now = PAIR
    assert len(now.families) == len(TELLINGS) + 12
    assert len(before.families) == len(now.families) - 2
    assert Counter(before.rumours[f.family_id] for f in before.families)["nallar"] == 3
    shared = {family.text for family in now.families} & {text for text, _ in now.others}
    assert not shared


def test_a_rumour_is_found_where_half_of_it_is_in_a_pure_cluster() -> None:
    """A smaller or less pure part is found in part, or not at all."""
    night = PAIR[1]
    told = [family for family in night.families if night.rumours[family.family_id]]
    plain = [family for family in night.families if not night.rumours[family.family_id]]

    def judge(tellings: int, others: int) -> tuple[float, float, float]:
        members = [*told[:tellings], *plain[:others]]
        cluster = Cluster(tuple(Member(family, 0.5) for family in members), (), 0.5, 1.0)
        found = judge_clusters([cluster], night)
        return found["whole"], found["told"], found["ordinary"]

    assert judge(3, 1) == (1, 1, 0)
    assert judge(1, 0) == (0, 1, 0)
    assert judge(3, 3)[:2] == (0, 0)
    assert judge(1, 3) == (0, 0, 1)


@pytest.mark.parametrize("name", [BEFORE, OURS])
def test_both_ways_find_the_plain_case(name: str) -> None:
    """Four tellings are found and shown where enough ordinary texts tell what is common."""
    found = measure(compose(TELLINGS, COMMON, 3, 0), ENCODE, methods()[name])
    assert found["whole"] == found["whole_shown"] == 1
    assert set(found) == set(COLUMNS)


def test_every_way_gathers_what_it_is_given() -> None:
    """No family is in two clusters, whichever way."""
    assert set(REPORTED) <= set(methods())
    for method in methods().values():
        ids = [name for cluster in find(PAIR[1], ENCODE, method) for name in cluster.family_ids]
        assert len(ids) == len(set(ids))


def test_words_are_judged_by_tellings_that_they_were_not_taken_from() -> None:
    """A word of the others ranks them first, a word of nobody ranks nothing."""
    texts = ["mikrofon i nallen", "nallen lyssnar", "bussen var sen", "smör är dyrt"]
    words = Words.of(texts, ["sv"] * 4)
    assert ranks_held_out(["nalle"], [1], [2, 3], words) == 1.0
    assert ranks_held_out(["katt"], [1], [2, 3], words) == 0.5
    longer = [*TELLINGS, *(replace(text, text=f"{text.text} minsann") for text in TELLINGS)]
    assert set(try_words(longer, COMMON)) == set(WEIGHTS)


def test_the_table_has_a_row_for_each_way() -> None:
    """Figures are shares or counts, and seconds."""
    table = render({"way": dict.fromkeys(COLUMNS, 0.5)})
    assert table.splitlines()[-1].startswith("| way | 0.5 |")


def test_the_invented_rumours_can_be_measured_by() -> None:
    """Eight or more to report on, each told eight times or more and never twice alike."""
    lines = RUMOURS.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    told = Counter((row["use"], row["rumour"]) for row in rows)
    assert min(told.values()) >= 8
    assert sum(use == "report" for use, _ in told) >= 8
    assert len({rumour for _, rumour in told}) == len(told)
    assert len({row["text"] for row in rows}) == len(rows)
    assert {row["lang"] for row in rows} == {"sv", "ar", "en"}
