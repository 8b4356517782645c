"""The worked queries answer what they say, and find nothing where nothing is."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.settings import Settings
from tests.conftest import ROOT

QUERIES = sorted((ROOT / "warehouse" / "queries").glob("*.sql"))
Rows = list[dict[str, Any]]
Ask = Callable[[str], Rows]


def _ask(settings: Settings) -> Ask:
    return lambda query: query_snapshot(settings.snapshot_link, query).to_pylist()


def _run(settings: Settings, name: str) -> Rows:
    [path] = [path for path in QUERIES if path.stem == name]
    return _ask(settings)(path.read_text(encoding="utf-8"))


def _flagged(ask: Ask, condition: str = "true") -> int:
    query = (
        f"SELECT count(*) AS n FROM core.flags JOIN core.posts USING (post_id) WHERE {condition}"
    )
    return int(ask(query)[0]["n"])


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_nothing_is_found_where_nothing_is(empty: Settings, path: Path) -> None:
    """Each runs on an empty snapshot, and makes no row up."""
    assert _ask(empty)(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_each_says_what_it_answers(path: Path) -> None:
    """The number is in the name, and what it answers in the first line."""
    assert path.read_text(encoding="utf-8").startswith("-- ")
    assert int(path.stem[:2]) == QUERIES.index(path) + 1


# What a query must find in the demonstration, beside running.
FOUND: dict[str, Callable[[Rows, Ask], bool]] = {
    "01_flagged_with_answers": lambda rows, ask: (
        sum(row["post_count"] for row in rows) == _flagged(ask) and all(r["fact_sv"] for r in rows)
    ),
    "02_per_narrative_and_day": lambda rows, _: (
        {row["post_count"] for row in rows} >= {None, 0}
        and all(row["is_suppressed"] for row in rows if row["post_count"] is None)
    ),
    "03_largest_families": lambda rows, _: rows[0]["post_count"] == rows[0]["account_count"] == 5,
    "04_language_and_platform": lambda rows, ask: (
        sum(row["flagged_post_count"] for row in rows)
        == ask("SELECT count(DISTINCT post_id) AS n FROM core.flags")[0]["n"]
    ),
    "05_stances": lambda rows, ask: all(
        row["post_count_at_least"]
        <= ask(
            "SELECT sum(post_count)::BIGINT AS n FROM core.daily_counts WHERE narrative_id = "
            f"'{row['narrative_id']}' AND stance = '{row['stance']}'"
        )[0]["n"]
        <= row["post_count_at_most"]
        for row in rows
    ),
    "06_questions": lambda rows, _: all(row["fact_count"] for row in rows),
    "07_health": lambda rows, _: [row["status"] for row in rows] == ["read"] * 4,
    "08_rejects_by_reason": lambda rows, _: (
        {row["code"] for row in rows} == {"impossible-date", "ragged-row"}
    ),
    "09_facts_due_for_review": lambda rows, _: all(row["approved_by"] is None for row in rows),
    "10_what_words_weigh": lambda rows, _: all(row["flag_count"] > 1 for row in rows),
    "11_proposals": lambda rows, _: (
        {row["kind"] for row in rows} <= {"uncertain", "novel", "short", "threat"}
    ),
    "12_new_rumours": lambda rows, _: all(1 <= len(row["examples"]) <= 6 for row in rows),
    "15_notices": lambda rows, _: {row["kind"] for row in rows} >= {"threats"},
    "16_week_against_week": lambda rows, ask: (
        sum(row["this_week"] for row in rows)
        == _flagged(ask, "posted_day BETWEEN '2026-11-15' AND '2026-11-21'")
        and sum(row["week_before"] for row in rows)
        == _flagged(ask, "posted_day BETWEEN '2026-11-08' AND '2026-11-14'")
        and all(row["low"] < row["ratio"] < row["high"] for row in rows)
        and len(rows) == 5
    ),
    "17_share_of_protected_speech": lambda rows, _: (
        all(
            0 <= row["unflaggable_share_at_least"] < row["unflaggable_share_at_most"] <= 1
            for row in rows
        )
        and sum(row["decision_count"] for row in rows) >= 4
        and max(row["protected_share"] or 0 for row in rows) > 0
    ),
    "18_weighted_by_reach": lambda rows, ask: (
        sum(row["flagged_post_count"] for row in rows) == _flagged(ask)
        and abs(sum(row["reach_share"] for row in rows) - 1) < 0.03
    ),
    "19_answered_and_after": lambda rows, ask: (
        [row["published_day"] for row in rows] == [date(2026, 11, 14)]
        and rows[0]["posts_before"]
        == _flagged(ask, "narrative_id = 'kidnappning' AND posted_day < '2026-11-14'")
        and rows[0]["posts_after"]
        == _flagged(ask, "narrative_id = 'kidnappning' AND posted_day > '2026-11-14'")
        and not rows[0]["is_withdrawn"]
    ),
    "20_from_post_to_decision": lambda rows, _: (
        {row["kind"] for row in rows} == {"confirm", "protected"}
        and all(0 < row["median_hours"] <= row["p90_hours"] < 24 * 30 for row in rows)
    ),
    "21_narratives_together": lambda rows, _: all(
        0 < row["share_of_the_rarer"] <= 1 and row["lift"] > 0 for row in rows
    ),
    "22_how_complete_nights_are": lambda rows, _: (
        [(row["source_count"], row["post_count"], row["silent_sources"]) for row in rows]
        == [(1, 146, [])]
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found_in_the_demonstration(demo: Settings, name: str) -> None:
    """The numbers are those that the tables behind give by another way."""
    rows = _run(demo, name)
    assert rows
    assert FOUND[name](rows, _ask(demo)), rows


def test_every_query_finds_something_somewhere(demo: Settings, small: Settings) -> None:
    """But for rises and campaigns, of which two weeks of few posts have none."""
    silent = {
        path.stem for path in QUERIES if not _run(demo, path.stem) and not _run(small, path.stem)
    }
    assert silent <= {"13_rises", "14_campaigns"}
    assert set(FOUND) | silent == {path.stem for path in QUERIES}


def test_a_withdrawn_answer_is_told_as_one(small: Settings) -> None:
    """What was answered stays in the account, also where it was taken back."""
    rows = _run(small, "19_answered_and_after")
    assert sorted(row["is_withdrawn"] for row in rows) == [False, True]
