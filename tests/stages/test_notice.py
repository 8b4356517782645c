"""Notices made by nights, on real stores."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.errors import WarehouseError
from motbild.stages.notice import notice
from tests.homes import Home, make_post, write_posts

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def _run(warehouse: Warehouse, day: date, source: str, count: int, status: str = "read") -> None:
    run_id = f"{day:%Y%m%d}T010000Z"
    row = {
        "run_id": run_id,
        "source_id": source,
        "file_name": "",
        "run_day": day,
        "status": status,
        "post_count": count,
        "reject_count": 0,
        "failure": "/srv/forum/hemlig.csv cannot be read." if status == "failed" else None,
    }
    warehouse.upsert("ops.source_runs", pa.Table.from_pylist([row], schema=schemas.SOURCE_RUNS))
    warehouse.execute(
        "INSERT OR IGNORE INTO ops.runs VALUES (?, 'nightly', 'completed', ?, ?, MAP{}, MAP{}, "
        "MAP{}, NULL)",
        [run_id, *[datetime(day.year, day.month, day.day, 1, tzinfo=UTC)] * 2],
    )


def _told(warehouse: Warehouse) -> dict[str, bool]:
    return dict(
        warehouse.read_rows("SELECT notice_id, is_open FROM ops.notices ORDER BY notice_id")
    )


def test_a_source_that_falls_and_one_that_breaks_are_told(warehouse: Warehouse) -> None:
    """With numbers and days only: nothing of the failure's sentence, which names a file."""
    for ago in range(40, 0, -1):
        _run(warehouse, TODAY - timedelta(days=ago), "live", 120)
        _run(warehouse, TODAY - timedelta(days=ago), "forum", 5)
    _run(warehouse, TODAY, "live", 2)
    _run(warehouse, TODAY, "forum", 0, "failed")
    counts = notice(warehouse, run_id="20261120T010000Z", now=NOW)
    assert counts == {"notices_added": 2, "notices_changed": 0}
    assert _told(warehouse) == {
        "source-failed:forum:2026-11-20": True,
        "volume-drop:live:2026-11-20": True,
    }
    told = str(warehouse.read("SELECT * FROM ops.notices").to_pylist())
    assert "hemlig" not in told
    again = notice(warehouse, run_id="20261120T020000Z", now=NOW + timedelta(hours=1))
    assert again == {"notices_added": 0, "notices_changed": 0}


def test_a_source_that_nobody_tries_any_more_is_told_no_longer(warehouse: Warehouse) -> None:
    """Taken out of sources.toml while it failed, it is closed after a week."""
    _run(warehouse, TODAY, "old", 0, "failed")
    notice(warehouse, run_id="r1", now=NOW)
    notice(warehouse, run_id="r2", now=NOW + timedelta(days=6))
    assert _told(warehouse) == {"source-failed:old:2026-11-20": True}
    notice(warehouse, run_id="r3", now=NOW + timedelta(days=8))
    assert _told(warehouse) == {"source-failed:old:2026-11-20": False}


def test_a_rumour_is_told_once_and_goes_on(warehouse: Warehouse) -> None:
    """By the night that finds it new; later it is less new, and still there."""
    _run(warehouse, TODAY, "forum", 5)
    warehouse.execute(
        "INSERT INTO core.posts BY NAME SELECT 'x:1' AS post_id, 'x' AS platform, 'forum' AS "
        "source_id, DATE '2026-10-01' AS posted_day, 'sv' AS lang, 'hej' AS text, 'd' AS "
        "text_digest, 'f' AS file_digest, 1 AS line_number, 'r' AS run_id"
    )
    warehouse.execute(
        "INSERT INTO core.clusters BY NAME SELECT 'k1' AS cluster_id, 'kidnappning' AS "
        "narrative_id, 9 AS post_count, 4 AS family_count, DATE '2026-11-12' AS first_day, "
        "DATE '2026-11-19' AS last_day, 3.0 AS growth, ['buss'] AS terms, 0.9 AS score, "
        "'m' AS model_version, '20261120T010000Z' AS run_id, 1 AS night_count, 1e-5 AS chance"
    )
    notice(warehouse, run_id="20261120T010000Z", now=NOW)
    assert _told(warehouse) == {"new-rumour:k1": True}
    warehouse.execute("UPDATE core.clusters SET chance = 0.1")
    notice(warehouse, run_id="20261121T010000Z", now=NOW + timedelta(days=1))
    assert _told(warehouse) == {"new-rumour:k1": True}
    warehouse.execute("UPDATE core.clusters SET growth = 0.5")
    notice(warehouse, run_id="20261122T010000Z", now=NOW + timedelta(days=2))
    assert _told(warehouse) == {"new-rumour:k1": False}


def test_an_episode_is_told_while_it_is_open(warehouse: Warehouse) -> None:
    """By numbers, days and codes; what carries it is looked up when it is quoted."""
    episode = {
        "episode_id": "e1",
        "kind": "spike",
        "narrative_id": "kidnappning",
        "lang": "all",
        "platform": "all",
        "first_day": date(2026, 11, 18),
        "last_day": date(2026, 11, 19),
        "is_open": True,
        "hour_count": 48,
        "post_count": 40,
        "expected_count": 8.25,
        "upper_count": 15,
        "ratio": None,
        "families": [{"family_id": "f1", "post_count": 30}],
        "run_id": "r1",
        "last_run_id": "r1",
    }
    warehouse.upsert("core.episodes", pa.Table.from_pylist([episode], schema=schemas.EPISODES))
    notice(warehouse, run_id="r1", now=NOW)
    assert _told(warehouse) == {"episode:e1": True}
    assert "f1" not in str(warehouse.read("SELECT evidence FROM ops.notices").to_pylist())
    warehouse.execute("UPDATE core.episodes SET is_open = false")
    notice(warehouse, run_id="r2", now=NOW + timedelta(days=1))
    assert _told(warehouse) == {"episode:e1": False}


def test_new_threats_are_told_once_by_the_night_that_finds_them(home: Home, tmp_path: Path) -> None:
    """Another night over the same posts tells nothing; one that brings another threat does."""
    text = "vi vet var du bor, detta är ett hot mot en påhittad handläggare"
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, text), make_post(2, "hej på er")))
    query = "SELECT kind, evidence['post_count'], is_open FROM analyst.notices ORDER BY ALL"
    assert home.rows(query, "analyst.duckdb") == [("threats", "1", True)]
    home.night(tmp_path / "a.jsonl")
    assert home.rows(query, "analyst.duckdb") == [("threats", "1", False)]
    home.night(write_posts(tmp_path / "b.jsonl", make_post(3, "ett annat hot kommer här")))
    assert home.rows(query, "analyst.duckdb") == [("threats", "1", False), ("threats", "1", True)]
    told = home.rows(
        "SELECT evidence::VARCHAR || subject_id FROM analyst.notices", "analyst.duckdb"
    )
    assert "handläggare" not in str(told)


def test_threats_of_a_run_that_could_not_publish_are_told_once(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run tells them, and what the broken one had noted does not stand beside it."""
    posts = write_posts(tmp_path / "p.jsonl", make_post(1, "ett hot mot er"))

    def refuse(*_: object, **__: object) -> None:
        raise WarehouseError("The disk that holds the home is full. Make room.")

    with monkeypatch.context() as patched:
        patched.setattr("motbild.wiring.night_steps.Night._publish", refuse)
        with pytest.raises(WarehouseError):
            home.night(posts)
    query = "SELECT count(*) FROM ops.notices WHERE kind = 'threats'"
    assert home.rows(query) == [(1,)]
    home.night(posts)
    assert home.rows(query) == home.rows(query, "analyst.duckdb") == [(1,)]


def test_a_run_that_died_is_told_by_the_next_one(home: Home, tmp_path: Path) -> None:
    """It could tell nobody itself; the night after is quiet again."""
    posts = write_posts(tmp_path / "a.jsonl", make_post(1, "God morgon"))
    home.night(posts)
    query = "SELECT kind, is_open FROM ops.notices WHERE kind = 'night-interrupted'"
    with duckdb.connect(str(home.folder / "live.duckdb")) as live:
        live.execute(
            "INSERT INTO ops.runs SELECT replace(run_id, 'Z-', 'Zx-') AS run_id, "
            "* EXCLUDE (run_id) REPLACE ('running' AS status, NULL AS ended_at) FROM ops.runs"
        )
    home.night(posts)
    assert home.rows(query) == [("night-interrupted", True)]
    home.night(posts)
    assert home.rows(query) == [("night-interrupted", False)]
