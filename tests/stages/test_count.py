"""Counting on real stores: every post once, and what is missing never zero."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.stages.count import count
from tests.conftest import ROOT
from tests.homes import Home, write_posts

VIEWS = ROOT / "warehouse" / "views"


def _post(number: int, text: str, **fields: Any) -> dict[str, Any]:
    known = {"id": str(number), "platform": "x", "text": text, "lang": "sv"}
    return known | {"created_at": "2026-11-20T12:30:00+00:00", **fields}


def test_a_snapshot_holds_the_counts_of_the_live_warehouse(home: Home, tmp_path: Path) -> None:
    """Each platform is counted apart; the sums over platforms are those over all posts."""
    home.night(
        write_posts(
            tmp_path / "a.jsonl",
            _post(1, "kidnappning"),
            _post(2, "kidnappning", platform="tiktok"),
            _post(3, "kidnappning counters", platform="tiktok"),
            _post(4, "kaffe", lang="en"),
        )
    )
    query = (
        "SELECT platform, lang, narrative_id, stance, post_count, flagged_count "
        "FROM core.daily_counts WHERE post_count > 0 ORDER BY ALL"
    )
    assert home.rows(query) == [
        ("tiktok", "sv", "kidnappning", "asserts", 1, 1),
        ("tiktok", "sv", "kidnappning", "counters", 1, 0),
        ("x", "en", "none", "none", 1, 0),
        ("x", "sv", "kidnappning", "asserts", 1, 1),
    ]
    assert home.rows(query, "analyst.duckdb") == home.rows(query)


def test_hours_are_counted_where_a_moment_was_told(home: Home, tmp_path: Path) -> None:
    """A post of the last fortnight stands in its hour, one without a moment in none."""
    posted_at = datetime.now(UTC) - timedelta(hours=30)
    home.night(
        write_posts(
            tmp_path / "a.jsonl",
            _post(1, "kidnappning", created_at=posted_at.isoformat()),
            _post(2, "kidnappning", created_at=None),
            _post(3, "kidnappning", created_at="2019-01-01T00:00:00Z"),
        )
    )
    rows = home.rows("SELECT counted_hour_at, post_count FROM core.hourly_counts", "analyst.duckdb")
    hour = posted_at.replace(minute=0, second=0, microsecond=0)
    assert [row for row in rows if row[1]] == [(hour, 1)]
    assert len(rows) == len({at for at, _ in rows}) == 335
    assert max(at for at, _ in rows) < datetime.now(UTC)


def test_hours_of_a_failing_source_are_missing(home: Home, tmp_path: Path) -> None:
    """From the hour of its last good reading on, nothing is known of a source that fails."""
    recently = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    path = write_posts(tmp_path / "feed.jsonl", _post(1, "kidnappning", created_at=recently))
    home.night(path)
    path.write_bytes(b"\x00\x01 broken")
    home.night(path)
    settings = home.settings
    with closing(
        open_warehouse(settings.live_file, settings.migrations, settings.views)
    ) as warehouse:
        later = datetime.now(UTC) + timedelta(hours=3)
        count(warehouse, settings.views, model_version="words-1", now=later)
    [(hours, known)] = home.rows(
        "SELECT count(*), count(post_count) FROM core.hourly_counts WHERE is_missing"
    )
    assert (hours, known) == (3, 0)


def test_counting_twice_writes_once(warehouse: Warehouse) -> None:
    """Counting what has not changed touches no row."""
    now = datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert count(warehouse, VIEWS, model_version="m", now=now) == {"daily_counts_changed": 0}
    assert count(warehouse, VIEWS, model_version="m", now=now) == {"daily_counts_changed": 0}
    scratch = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'temp'"
    assert warehouse.read_rows(scratch) == []


def test_rewriting_touches_only_what_differs(warehouse: Warehouse) -> None:
    """Changed rows are replaced, null and zero told apart, others left, and gone ones removed."""
    warehouse.execute(
        """
        INSERT INTO core.daily_counts
        SELECT day, 's', 'x', 'sv', 'n', 'asserts', false, posts, 0
        FROM (VALUES ('2026-01-01'::DATE, 5), ('2026-01-02', NULL), ('2026-01-03', NULL),
            ('2026-01-04', 1)) AS told(day, posts);
        CREATE TEMP TABLE daily AS FROM core.daily_counts WHERE counted_day < '2026-01-04';
        UPDATE temp.daily SET post_count = 0 WHERE counted_day = '2026-01-03'
        """
    )
    kind = ("counted_day", "source_id", "platform", "lang", "narrative_id", "stance")
    assert warehouse.rewrite("core.daily_counts", "daily", key=kind) == 1
    rows = warehouse.read_rows(
        "SELECT day(counted_day), post_count FROM core.daily_counts ORDER BY ALL"
    )
    assert rows == [(1, 5), (2, None), (3, 0)]
