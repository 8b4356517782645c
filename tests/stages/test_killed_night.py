"""A night that is killed anywhere and started again ends as an undisturbed one."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from motbild.adapters.warehouse.snapshots import query_snapshot
from tests import night_process
from tests.homes import Home

_QUERIES = sorted((Path(__file__).parents[2] / "warehouse" / "queries").glob("*.sql"))
_MOMENTS = 20
# When and by which run differs between two nights; everything else must not.
_BY_RUN = {"run_id", "first_run_id", "last_run_id", "first_seen_at", "completed_at", "observed_at"}
# Which hours are counted is a matter of when, too.
_TOLD_BY_RUN = {"notice_id", "subject_id", "first_noticed_at", "last_noticed_at", "is_open"}
_UNCOMPARED = {"ops.runs", "ops.source_runs", "ops.migrations", "core.hourly_counts"}


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Starts processes that have the heavy imports behind them."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.night_process"])
    return made


def _start(context: ForkServerContext, home: Path, posts: Path) -> ForkServerProcess:
    key = home / "secrets" / "pseudonym.key"
    if not key.exists():
        # The same key everywhere: what is compared should differ by the kill alone.
        key.parent.mkdir(parents=True)
        key.write_text("ab" * 32)
        key.chmod(0o600)
    noon = posts.stat().st_mtime
    process = context.Process(target=night_process.run, args=(str(home), str(posts), noon))
    process.start()
    return process


def _finish(context: ForkServerContext, home: Path, posts: Path) -> float:
    begun = time.monotonic()
    process = _start(context, home, posts)
    process.join(120)
    assert process.exitcode == 0
    return time.monotonic() - begun


def compared_content(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the live warehouse and the snapshot hold, apart from run and moment."""
    content = {}
    for name in ("live.duckdb", "analyst.duckdb"):
        with duckdb.connect(str((home / name).resolve()), read_only=True) as connection:
            tables = connection.execute(
                "SELECT schema_name || '.' || table_name, list(column_name) "
                "FROM duckdb_columns() WHERE database_name = current_database() "
                "AND schema_name IN ('core', 'ops') GROUP BY ALL"
            ).fetchall()
            for table, columns in tables:
                if table not in _UNCOMPARED:
                    by_run = _BY_RUN | (_TOLD_BY_RUN if table == "ops.notices" else set())
                    shown = ", ".join(sorted(set(columns) - by_run))
                    # That a run died is told after it died, and not otherwise.
                    but = "WHERE kind <> 'night-interrupted'" if table == "ops.notices" else ""
                    content[f"{name} {table}"] = connection.execute(
                        f"SELECT {shown} FROM {table} {but} ORDER BY ALL"
                    ).fetchall()
    return content


@pytest.mark.slow
def test_killed_anywhere_and_run_again_equals_undisturbed(
    context: ForkServerContext, tmp_path: Path
) -> None:
    """Over twenty random moments of SIGKILL nothing is lost, doubled or half-published."""
    posts = tmp_path / "posts.jsonl"
    night_process.write_posts(posts, 160)
    _finish(context, tmp_path / "warm-up", posts)
    duration = _finish(context, tmp_path / "undisturbed", posts)
    expected = compared_content(tmp_path / "undisturbed")
    draw = random.Random(20261122)
    killed_count = 0
    for number in range(_MOMENTS):
        home = tmp_path / f"killed-{number}"
        process = _start(context, home, posts)
        # Spread over the whole night, so that each stage is hit.
        time.sleep(duration * (number + draw.random()) / _MOMENTS)
        process.kill()
        process.join()
        killed_count += process.exitcode == -signal.SIGKILL
        _finish(context, home, posts)
        assert compared_content(home) == expected, (
            f"differs after a kill in part {number} of the night"
        )
        assert not list((home / "published").glob(".building*"))
        assert not list((home / "pending-links").glob("*"))
    assert killed_count > _MOMENTS / 2


@pytest.mark.slow
def test_two_nights_at_once(context: ForkServerContext, tmp_path: Path) -> None:
    """The second is turned away; the first ends as if it had been alone."""
    posts = tmp_path / "posts.jsonl"
    night_process.write_posts(posts, 160)
    first = _start(context, tmp_path / "home", posts)
    while not (tmp_path / "home" / "night.holder.json").exists():
        time.sleep(0.01)
    assert first.pid
    os.kill(first.pid, signal.SIGSTOP)  # or it may be over before the second has begun
    second = _start(context, tmp_path / "home", posts)
    second.join(60)
    os.kill(first.pid, signal.SIGCONT)
    first.join(60)
    assert (first.exitcode, second.exitcode) == (0, 1)
    _finish(context, tmp_path / "alone", posts)
    assert compared_content(tmp_path / "home") == compared_content(tmp_path / "alone")


@pytest.mark.slow
def test_analysts_are_answered_at_any_moment_of_a_night(
    context: ForkServerContext, tmp_path: Path
) -> None:
    """From the first night's first second on, every worked query is answered."""
    home = tmp_path / "home"
    posts = tmp_path / "posts.jsonl"
    night_process.write_posts(posts, 400)
    link = home / "analyst.duckdb"
    night = _start(context, home, posts)
    while not link.exists():
        time.sleep(0.005)
    queries = [path.read_text(encoding="utf-8") for path in _QUERIES]
    flagged_counts = []
    while night.is_alive():
        for query in queries:
            query_snapshot(link, query)
        flagged_counts.append(query_snapshot(link, "FROM analyst.flagged_posts").num_rows)
    assert night.exitcode == 0
    flagged_counts.append(query_snapshot(link, "FROM analyst.flagged_posts").num_rows)
    assert len(set(flagged_counts)) == 2, "an analyst saw half a night"
    assert flagged_counts[0] == 0 < flagged_counts[-1]


def test_a_file_is_read_once_a_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night that dies after a file's last row leaves the reading of it to the next."""
    home = Home(tmp_path / "home")
    posts = tmp_path / "posts.jsonl"
    posts.write_text('{"id": "1", "platform": "x", "text": "kidnappning", "lang": "sv"}\n')

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("motbild.stages.ingest.record_outcome", die)
        with pytest.raises(KeyboardInterrupt):
            home.night(posts)
    home.night(posts)
    assert home.rows("SELECT status FROM ops.source_runs") == [("read",)]
    assert home.rows("SELECT completed_at IS NOT NULL FROM ops.files") == [(True,)]
