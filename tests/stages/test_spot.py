"""Episodes on real stores: each rise is told once, with who carries it."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.warehouse import Warehouse
from motbild.stages.spot import spot
from tests.homes import Home

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
Row = dict[str, Any]


def _fill(warehouse: Warehouse, counts: dict[int, int], days: int = 80, **kind: str) -> None:
    """Count posts of a narrative on days so many days before today; 3 on those not named."""
    told = {"source": "forum", "platform": "flashback", "lang": "sv"} | kind
    for ago in range(days, 0, -1):
        warehouse.execute(
            "INSERT INTO core.daily_counts VALUES (?, ?, ?, ?, 'n', 'asserts', false, ?, ?)",
            [TODAY - timedelta(days=ago), *told.values(), *[counts.get(ago, 3)] * 2],
        )


def _episodes(warehouse: Warehouse) -> list[Row]:
    rows: list[Row] = warehouse.read("FROM core.episodes ORDER BY ALL").to_pylist()
    return rows


def _spot(warehouse: Warehouse, days_later: int = 0, run_id: str = "r1") -> int:
    return spot(warehouse, run_id=run_id, now=NOW + timedelta(days=days_later))["episodes_changed"]


def test_a_rise_is_one_open_episode_with_its_figures(warehouse: Warehouse) -> None:
    """It says since when, how many, how many were expected, and what would have been usual."""
    _fill(warehouse, {2: 30, 1: 40})
    assert _spot(warehouse) == 1
    [episode] = _episodes(warehouse)
    assert episode["first_day"] == TODAY - timedelta(days=2)
    assert episode["last_day"] == TODAY - timedelta(days=1)
    assert (episode["kind"], episode["is_open"], episode["hour_count"]) == ("spike", True, 48)
    assert episode["post_count"] == 70 > episode["upper_count"] > episode["expected_count"]
    assert episode["expected_count"] == pytest.approx(6, abs=1)
    assert (episode["lang"], episode["platform"]) == ("all", "all")


def test_what_seems_to_assert_rises_flagged_or_not_and_nothing_else_does(
    warehouse: Warehouse,
) -> None:
    """Posts that are not sure enough to be flagged count; answers and questions never do."""
    _fill(warehouse, {})
    for stance, posts in (("counters", 90), ("asks", 80)):
        warehouse.execute(
            "INSERT INTO core.daily_counts "
            "SELECT counted_day, source_id, platform, lang, narrative_id, ?, false, ?, 0 "
            "FROM core.daily_counts WHERE stance = 'asserts' AND counted_day = ?",
            [stance, posts, TODAY - timedelta(days=1)],
        )
    assert _spot(warehouse) == 0
    warehouse.execute(
        "UPDATE core.daily_counts SET post_count = 30 WHERE stance = 'asserts' AND counted_day = ?",
        [TODAY - timedelta(days=1)],
    )
    assert _spot(warehouse) == 1
    [episode] = _episodes(warehouse)
    assert episode["post_count"] == 30


def test_the_same_night_twice_changes_no_episode(warehouse: Warehouse) -> None:
    """A second look at the same counts writes nothing."""
    _fill(warehouse, {1: 40})
    _spot(warehouse)
    before = _episodes(warehouse)
    assert _spot(warehouse, run_id="r2") == 0
    assert _episodes(warehouse) == before


def test_a_rise_keeps_its_name_while_it_goes_on_and_closes_when_it_is_over(
    warehouse: Warehouse,
) -> None:
    """The next nights change the figures of the one episode; back at the usual it closes."""
    _fill(warehouse, {1: 40})
    _spot(warehouse)
    [first] = _episodes(warehouse)
    for later, posts in enumerate([35, 3, 30, 3, 3, 3, 3], start=1):
        warehouse.execute(
            "INSERT INTO core.daily_counts "
            "VALUES (?, 'forum', 'flashback', 'sv', 'n', 'asserts', false, ?, ?)",
            [TODAY + timedelta(days=later - 1), posts, posts],
        )
        _spot(warehouse, later, f"later-{later}")
        [episode] = _episodes(warehouse)
        assert episode["episode_id"] == first["episode_id"]
        assert episode["run_id"] == "r1"
        assert episode["is_open"] == (later < 6)
    assert episode["post_count"] == 40 + 35 + 3 + 30


def test_a_rise_in_one_language_is_one_episode_that_names_it(warehouse: Warehouse) -> None:
    """Over all posts, in the language and on the platform it is the same rise, told once."""
    _fill(warehouse, {})
    _fill(warehouse, {1: 40}, source="video", platform="tiktok", lang="ar")
    _spot(warehouse)
    [episode] = _episodes(warehouse)
    assert (episode["lang"], episode["platform"]) == ("ar", "tiktok")
    assert episode["post_count"] == 40


def test_a_rise_that_drowns_among_all_posts_is_found_in_its_language(warehouse: Warehouse) -> None:
    """Twenty posts are nothing beside many, and much in a language that has three a day."""
    _fill(warehouse, {ago: 150 + 40 * (ago % 3) for ago in range(81)})
    _fill(warehouse, {1: 24}, lang="so")
    _spot(warehouse)
    [episode] = _episodes(warehouse)
    assert (episode["lang"], episode["platform"]) == ("so", "all")


def test_what_came_in_late_is_no_alarm(warehouse: Warehouse) -> None:
    """A peak of two weeks ago is kept account of and not open."""
    _fill(warehouse, {14: 60})
    _spot(warehouse)
    [episode] = _episodes(warehouse)
    assert episode["is_open"] is False


def test_a_failed_source_makes_no_rise_and_hides_none(warehouse: Warehouse) -> None:
    """Missing days are not quiet ones; what is known of them may be too much all the same."""
    _fill(warehouse, {})
    recently = [TODAY - timedelta(days=20)]
    warehouse.execute(
        "UPDATE core.daily_counts SET is_missing = true, post_count = NULL, flagged_count = NULL "
        "WHERE counted_day > ?",
        recently,
    )
    assert _spot(warehouse) == 0
    warehouse.execute(
        "UPDATE core.daily_counts SET post_count = 40, flagged_count = 40 WHERE counted_day = ?",
        [TODAY - timedelta(days=1)],
    )
    assert _spot(warehouse) == 1


def test_a_new_source_is_no_rise(warehouse: Warehouse) -> None:
    """What it brings is compared with what it brought before, and never with its absence."""
    _fill(warehouse, {})
    _fill(warehouse, dict.fromkeys(range(1, 6), 40), days=5, source="ny")
    assert _spot(warehouse) == 0
    warehouse.execute("DELETE FROM core.daily_counts WHERE source_id = 'ny'")
    _fill(warehouse, dict.fromkeys(range(2, 21), 40) | {1: 200}, days=20, source="ny")
    assert _spot(warehouse) == 1
    [episode] = _episodes(warehouse)
    assert (episode["post_count"], episode["kind"]) == (203, "spike")


def test_the_last_hours_are_told_before_the_day_is_over(warehouse: Warehouse) -> None:
    """A plain rise within six hours opens an episode, which the day's count then takes over."""
    _fill(warehouse, {})
    for hour in range(14 * 24):
        posts = 8 if hour < 4 else 0
        warehouse.execute(
            "INSERT INTO core.hourly_counts VALUES "
            "(?, 'forum', 'flashback', 'sv', 'n', 'asserts', false, ?, ?)",
            [NOW - timedelta(hours=hour + 1), posts, posts],
        )
    _spot(warehouse)
    [early] = _episodes(warehouse)
    assert (early["first_day"], early["hour_count"], early["post_count"]) == (TODAY, 6, 32)
    warehouse.execute(
        "INSERT INTO core.daily_counts "
        "VALUES (?, 'forum', 'flashback', 'sv', 'n', 'asserts', false, 45, 45)",
        [TODAY],
    )
    _spot(warehouse, 1)
    [later] = _episodes(warehouse)
    assert later["episode_id"] == early["episode_id"]
    assert (later["hour_count"], later["post_count"]) == (24, 45)


def test_a_night_spots_a_rise_and_the_families_that_carry_it(home: Home, tmp_path: Path) -> None:
    """The published episode names the copies, most first, and nobody's words."""
    now = datetime.now(UTC)
    quiet = [
        (n, "kidnappning " + "abcdefghij"[n % 10] * 9, now - timedelta(days=n))
        for n in range(3, 60)
    ]
    loud = [
        (100 + n, "kidnappning sprid detta vidare till alla du känner nu", now - timedelta(days=1))
        for n in range(20)
    ]
    rows = [
        {"id": str(n), "platform": "x", "text": text, "created_at": at.isoformat(), "lang": "sv"}
        for n, text, at in quiet + loud
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    home.night(path)
    [(narrative, is_open, families)] = home.rows(
        "SELECT narrative_id, is_open, families FROM analyst.episodes", "analyst.duckdb"
    )
    assert (narrative, is_open) == ("kidnappning", True)
    assert [family["post_count"] for family in families] == [20]
