"""A snapshot with a fault is never published: the one before stays, and the message says what."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.adapters.warehouse.snapshot_building import built_snapshot
from motbild.adapters.warehouse.snapshot_checks import KEYS, check_snapshot
from motbild.adapters.warehouse.snapshots import publish_snapshot, query_snapshot
from motbild.core.publishing import Publishing
from motbild.errors import WarehouseError
from tests.conftest import ROOT
from tests.homes import Home, make_post, write_posts

VIEWS = ROOT / "warehouse" / "views"
HOW = Publishing(kept_count=2, smallest_count=5, has_parquet=True)
RUN = "20261121T020000Z-aaaaaa"

# Three nights of one source, each day counted; a flagged post on the second day.
_SOUND = f"""
    INSERT INTO ops.runs
    SELECT '202611' || d || 'T020000Z-aaaaaa', 'nightly', 'completed',
        ('2026-11-' || d || ' 02:00:00+00')::TIMESTAMPTZ, ('2026-11-' || d || ' 03:00:00+00')::TIMESTAMPTZ,
        MAP {{}}, MAP {{}}, MAP {{}}, NULL
    FROM (VALUES ('19'), ('20'), ('21')) AS days(d);
    INSERT INTO ops.source_runs
    SELECT run_id, 'forum', 'a.csv', started_at::DATE, 'read', 2, 0, NULL FROM ops.runs;
    INSERT INTO core.daily_counts
    SELECT day::DATE, 'forum', 'x', 'sv', 'n', 'asserts', false, posts, posts
    FROM (VALUES ('2026-11-18', 0), ('2026-11-19', 1), ('2026-11-20', 0)) AS days(day, posts);
    INSERT INTO core.narratives VALUES ('n', 'p', 'N', 'N', 'c', 'f', 0.5, 0.5);
    INSERT INTO core.posts VALUES
        ('x:1', 'x', 'forum', NULL, '2026-11-19 10:00:00+00', '2026-11-19', 'sv', 'n', 't1',
        NULL, NULL, 'f', 1, '{RUN}');
    INSERT INTO core.classifications VALUES
        ('t1', '', 'm', MAP {{}}, ['n'], 'asserts', MAP {{}}, 0, false, true, NULL, '{RUN}');
    INSERT INTO core.flags VALUES
        ('x:1', 'n', 'm', 0.9, 0.5, 'asserts', 0.9, 0.5, 'r', '{RUN}')
"""  # noqa: E501

# Each fault: what is done to the live warehouse or to the built file, and what is said of it.
LIVE_FAULTS = {
    "a hole in the days": (
        "DELETE FROM core.daily_counts WHERE counted_day = '2026-11-19'; DELETE FROM core.flags",
        r"lacks a day of a source that was read later \(forum on 2026-11-19\)",
    ),
    "counts that stop too early": (
        "DELETE FROM core.daily_counts WHERE counted_day = '2026-11-20'",
        r"lacks a day of a source that was read later \(forum on 2026-11-20\)",
    ),
    "a day with no number": (
        "UPDATE core.daily_counts SET post_count = NULL WHERE counted_day = '2026-11-18'",
        "has no number for a day",
    ),
    "more flagged than posts": (
        "UPDATE core.daily_counts SET flagged_count = 7 WHERE counted_day = '2026-11-18'",
        "counts more flagged posts than posts",
    ),
    "a count below zero": (
        "UPDATE core.daily_counts SET post_count = -1, flagged_count = -1",
        "or fewer than none",
    ),
    "flags that are not counted": (
        "UPDATE core.daily_counts SET flagged_count = 0",
        r"has more flagged posts than its counts of days tell \(n on 2026-11-19\)",
    ),
    "days that have not come": (
        "INSERT INTO core.daily_counts VALUES "
        "('2062-11-20', 'forum', 'x', 'sv', 'n', 'asserts', false, 5000, 0)",
        r"most of its posts on days that have not come \(after 2026-11-21\)",
    ),
    "a cell counted twice": (
        "INSERT INTO core.daily_counts FROM core.daily_counts WHERE counted_day = '2026-11-18'",
        r"has two rows for one thing \(core.daily_counts\)",
    ),
    "a failure without a word why": (
        f"UPDATE ops.source_runs SET status = 'failed' WHERE run_id < '{RUN}'",
        "failed, but not why",
    ),
    "a source of which nothing is told": (
        f"DELETE FROM ops.source_runs WHERE run_id = '{RUN}'",
        r"tells nothing of a source that was to be read \(forum\)",
    ),
    "posts that are not counted": (
        "UPDATE core.posts SET source_id = 'elsewhere'; DELETE FROM core.flags",
        r"does not count the posts that are stored \(elsewhere on 2026-11-19\)",
    ),
}
# Those that a run can have which has read and counted.
DUE = dict.fromkeys(("a source of which nothing is told", "posts that are not counted"), ("forum",))
BUILT_FAULTS = {
    "rows that were lost": ("DELETE FROM core.flags", "does not hold all it should"),
    "a night that was lost": ("DELETE FROM ops.runs", "does not hold all it should"),
    "a post twice": ("INSERT INTO core.posts FROM core.posts", "does not hold all it should"),
    "a model twice": (
        "INSERT INTO core.classifications FROM core.classifications",
        "does not hold all it should",
    ),
}


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Warehouse]:
    """A live warehouse after three sound nights."""
    opened = open_warehouse(tmp_path / "live.duckdb", ROOT / "warehouse" / "migrations", VIEWS)
    opened.execute(_SOUND)
    yield opened
    opened.close()


def _publish(
    live: Warehouse, home: Path, run_id: str = RUN, due: Sequence[str] | None = ("forum",)
) -> Path:
    told = {"run_id": run_id, "model_version": "m", "how": HOW, "due": due}
    return publish_snapshot(live, home, VIEWS, **told)  # type: ignore[arg-type]


def _published(home: Path) -> tuple[set[str], Path, Path]:
    names = {path.name for path in (home / "published").glob("[!.]*")}
    return names, (home / "analyst.duckdb").resolve(), (home / "analyst-parquet").resolve()


def test_a_sound_snapshot_is_published(live: Warehouse, tmp_path: Path) -> None:
    """None of the checks finds anything in it."""
    published = _publish(live, tmp_path)
    assert query_snapshot(published, "FROM analyst.flagged_posts").num_rows == 1


@pytest.mark.parametrize("fault", LIVE_FAULTS)
def test_a_fault_is_not_published(live: Warehouse, tmp_path: Path, fault: str) -> None:
    """The snapshot before, and its files, stay the newest; one sentence says what is wrong."""
    _publish(live, tmp_path, "20261120T020000Z-aaaaaa")
    before = _published(tmp_path)
    change, told = LIVE_FAULTS[fault]
    live.execute(change)
    with pytest.raises(WarehouseError, match=told) as refused:
        _publish(live, tmp_path, due=DUE.get(fault))
    assert "is not published; the one before stays" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert _published(tmp_path) == before


@pytest.mark.parametrize("fault", BUILT_FAULTS)
def test_a_file_that_differs_from_what_is_stored_is_refused(
    live: Warehouse, tmp_path: Path, fault: str
) -> None:
    """What was lost or doubled on the way is found by looking at the file that was built."""
    change, told = BUILT_FAULTS[fault]
    path = tmp_path / "built.duckdb"
    variables = {"run_id": RUN, "model_version": "m", "smallest_count": 5}
    with built_snapshot(live, str(path), VIEWS, variables):
        live.execute(change)
        live.execute("CHECKPOINT snapshot")
    with pytest.raises(WarehouseError, match=f"{told}|two rows for one thing"):
        check_snapshot(path, live, run_id=RUN, due=["forum"])


def test_every_table_has_a_key(live: Warehouse, tmp_path: Path) -> None:
    """Each table of a snapshot is looked through for rows that stand twice."""
    found = query_snapshot(
        _publish(live, tmp_path),
        "SELECT schema_name || '.' || table_name AS name FROM duckdb_tables()",
    )
    assert set(found["name"].to_pylist()) == set(KEYS)


def test_what_a_run_left_that_died_stops_no_publication(live: Warehouse, tmp_path: Path) -> None:
    """What it flagged and read is counted by the next: until then it is no fault."""
    live.execute(
        "INSERT INTO ops.runs SELECT '20261124T020000Z-dddddd', kind, 'interrupted', "
        "started_at + INTERVAL 3 DAY, NULL, versions, counts, stage_seconds, NULL "
        f"FROM ops.runs WHERE run_id = '{RUN}'; "
        "INSERT INTO ops.source_runs VALUES ('20261124T020000Z-dddddd', 'forum', 'b.csv', "
        "'2026-11-24', 'read', 1, 0, NULL); "
        "INSERT INTO core.posts SELECT 'x:2', platform, source_id, NULL, posted_at, '2026-11-23', "
        "lang, text, 't1', NULL, NULL, 'f', 2, '20261124T020000Z-dddddd' FROM core.posts; "
        "INSERT INTO core.flags SELECT 'x:2', narrative_id, model_version, probability, threshold, "
        "stance, asserts_probability, priority_score, priority_reason, '20261124T020000Z-dddddd' "
        "FROM core.flags"
    )
    told = {"run_id": "20261125T020000Z-eeeeee", "model_version": "m", "how": HOW}
    publish_snapshot(live, tmp_path, VIEWS, **told)  # type: ignore[arg-type]


def test_a_source_that_has_failed_for_long_stops_no_night(live: Warehouse, tmp_path: Path) -> None:
    """Its days are held for as long back as those of any other, seen from its last try."""
    live.execute(
        "INSERT INTO ops.runs SELECT '20260801T020000Z-aaaaaa', kind, status, "
        "started_at - INTERVAL 112 DAY, NULL, versions, counts, stage_seconds, NULL "
        f"FROM ops.runs WHERE run_id = '{RUN}'; "
        "INSERT INTO ops.source_runs VALUES "
        "('20260801T020000Z-aaaaaa', 'old', 'b.csv', '2026-08-01', 'read', 1, 0, NULL), "
        f"('{RUN}', 'old', 'b.csv', '2026-11-21', 'failed', 0, 0, 'It is gone.'); "
        "INSERT INTO core.daily_counts "
        "SELECT unnest(generate_series('2025-10-17'::DATE, '2026-11-21'::DATE, INTERVAL 1 DAY)), "
        "'old', 'x', 'sv', 'n', 'asserts', false, 0, 0; "
        "INSERT INTO core.daily_counts VALUES "
        "('2024-01-01', 'old', 'x', 'sv', 'n', 'asserts', false, 1, 0)"
    )
    _publish(live, tmp_path, due=None)


def test_posts_of_days_to_come_stop_no_night(tmp_path: Path) -> None:
    """One that bears a wrong day is stored and counted where it says, and the night publishes."""
    home = Home(tmp_path / "home")
    posts = [make_post(n, "kidnappning", created_at="2062-01-01T10:00:00Z") for n in range(3)]
    home.night(write_posts(tmp_path / "a.jsonl", *posts))
    assert home.rows("SELECT count(*) FROM core.flags", "analyst.duckdb") == [(3,)]


def test_a_night_that_is_refused_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is recorded as failed with that sentence, and analysts keep what they had."""
    home = Home(tmp_path / "home")
    posts = write_posts(tmp_path / "a.jsonl", make_post(1, "kidnappning"))
    home.night(posts)
    before = (home.folder / "analyst.duckdb").resolve()
    monkeypatch.setattr(
        "motbild.wiring.night_steps.count",
        lambda warehouse, *_, **__: warehouse.execute("DELETE FROM core.daily_counts") or {},
    )
    with pytest.raises(WarehouseError, match="is not published"):
        home.night(posts)
    assert (home.folder / "analyst.duckdb").resolve() == before
    [(status, failure)] = home.rows(
        "SELECT status, failure FROM ops.runs ORDER BY run_id DESC LIMIT 1"
    )
    assert status == "failed"
    assert "does not count the posts that are stored" in failure
