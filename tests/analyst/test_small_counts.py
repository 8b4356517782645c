"""Small counts are withheld from analysts' views of counts, and from nothing else."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from motbild.adapters.warehouse import open_warehouse
from motbild.adapters.warehouse.snapshots import publish_snapshot, query_snapshot
from motbild.core.publishing import Publishing
from motbild.settings import Settings
from motbild.wiring.lists import LISTS, opened_list
from motbild.wiring.sharing import Selection
from tests.conftest import ROOT

COUNTED = {
    "daily_counts": ("post_count", "flagged_count"),
    "hourly_counts": ("post_count", "flagged_count"),
    "narrative_days": ("post_count", "flagged_count"),
    "narrative_weeks": ("post_count", "flagged_count"),
    "stance_weeks": ("post_count", "flagged_count"),
    "language_weeks": ("post_count", "flagged_count"),
    "platform_weeks": ("post_count", "flagged_count"),
    "unflagged_counts": ("post_count",),
    "families": ("account_count",),
}
_CELLS = """
    INSERT INTO core.daily_counts VALUES
        ('2026-11-16', 's', 'x', 'sv', 'n', 'asserts', false, 7, 3),
        ('2026-11-16', 's', 'x', 'so', 'n', 'asserts', false, 4, 4),
        ('2026-11-16', 's', 'x', 'ar', 'n', 'asserts', false, 0, 0),
        ('2026-11-17', 's', 'x', 'sv', 'n', 'asserts', true, NULL, NULL),
        ('2026-11-17', 's', 'x', 'so', 'n', 'asserts', true, 2, 0),
        ('2026-11-18', 's', 'x', 'sv', 'n', 'asserts', false, 5, 5)
"""


def _publish(home: Path, smallest_count: int = 5) -> Path:
    migrations, views = ROOT / "warehouse" / "migrations", ROOT / "warehouse" / "views"
    how = Publishing(kept_count=1, smallest_count=smallest_count, has_parquet=False)
    with closing(open_warehouse(home / "live.duckdb", migrations, views)) as live:
        live.execute(_CELLS)
        return publish_snapshot(live, home, views, run_id="r1", model_version="m", how=how)


def test_counts_below_the_threshold_are_null_and_zero_stays_zero(tmp_path: Path) -> None:
    """What is withheld is told apart from what is missing, and from nothing."""
    told = query_snapshot(
        _publish(tmp_path),
        "SELECT counted_day, lang, post_count, flagged_count, is_missing, is_suppressed "
        "FROM analyst.daily_counts ORDER BY counted_day, lang",
    ).to_pylist()
    assert [tuple(row.values())[1:] for row in told] == [
        ("ar", 0, 0, False, False),
        ("so", None, None, False, True),
        ("sv", 7, None, False, True),
        ("so", None, 0, True, True),
        ("sv", None, None, True, False),
        ("sv", 5, 5, False, False),
    ]


def test_sums_are_made_before_anything_is_withheld(tmp_path: Path) -> None:
    """Two small cells of a day may be a day that is told."""
    snapshot = _publish(tmp_path)
    days = query_snapshot(snapshot, "FROM analyst.narrative_days ORDER BY counted_day").to_pylist()
    assert [(row["post_count"], row["flagged_count"], row["is_missing"]) for row in days] == [
        (11, 7, False),
        (None, 0, True),
        (5, 5, False),
    ]
    [week] = query_snapshot(snapshot, "FROM analyst.narrative_weeks").to_pylist()
    assert week["first_day"] == date(2026, 11, 16)
    assert (week["post_count"], week["flagged_count"], week["day_count"]) == (18, 12, 3)
    langs = query_snapshot(
        snapshot, "SELECT lang, post_count FROM analyst.language_weeks ORDER BY lang"
    ).to_pylist()
    assert langs == [
        {"lang": "ar", "post_count": 0},
        {"lang": "so", "post_count": 6},
        {"lang": "sv", "post_count": 12},
    ]


def test_the_threshold_is_a_setting(tmp_path: Path) -> None:
    """One withholds nothing; the snapshot tells which it was."""
    snapshot = _publish(tmp_path, smallest_count=1)
    query = "SELECT count(*) AS n FROM analyst.daily_counts WHERE is_suppressed"
    assert query_snapshot(snapshot, query).to_pylist() == [{"n": 0}]
    query = "SELECT smallest_count AS n FROM analyst.publication"
    assert query_snapshot(snapshot, query).to_pylist() == [{"n": 1}]


@pytest.mark.parametrize("view", COUNTED)
def test_no_view_of_counts_tells_a_small_one(demo: Settings, view: str) -> None:
    """In the demonstration nearly every cell is small: none of them is told."""
    rows = query_snapshot(demo.snapshot_link, f"FROM analyst.{view}").to_pylist()
    assert rows
    for row in rows:
        told = [row[name] for name in COUNTED[view]]
        assert not [count for count in told if count is not None and 0 < count < 5]
        assert row["is_suppressed"] in (True, False)
        assert not row["is_suppressed"] or None in told


def test_every_view_with_the_mark_is_looked_at(demo: Settings) -> None:
    """A new view of counts is added to those that the tests look at."""
    found = query_snapshot(
        demo.snapshot_link,
        "SELECT DISTINCT table_name AS name FROM duckdb_columns() "
        "WHERE schema_name = 'analyst' AND column_name = 'is_suppressed'",
    )
    assert set(found["name"].to_pylist()) == set(COUNTED)


@pytest.mark.parametrize("name", ["daily-counts", "hourly-counts", "unflagged-counts", "families"])
def test_lists_that_are_taken_away_are_whole(demo: Settings, name: str) -> None:
    """The authority's own tables have the true numbers, which the review room counts with too."""
    with opened_list(demo, LISTS[name], Selection(), with_addresses=False) as reader:
        rows = reader.read_all().to_pylist()
    view, column = LISTS[name].view, COUNTED[LISTS[name].view][0]
    [behind] = query_snapshot(
        demo.snapshot_link, f"SELECT sum({column})::BIGINT AS n FROM core.{view}"
    ).to_pylist()
    assert sum(row[column] or 0 for row in rows) == behind["n"] > 0
    assert "is_suppressed" not in rows[0]
