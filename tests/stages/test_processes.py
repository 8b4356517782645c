"""A night whose batches are worked on by processes of this machine."""

import os
import shutil
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from motbild.errors import MotbildError
from motbild.wiring import runners
from tests.cluster_model import ChangedEncoder, QuotingClassifier, SlowClassifier
from tests.processes import killing, worker_ids
from tests.spread_nights import content, live_through, make_model, words_of, write_posts
from tests.stages.fakes import CountingEncoder

_WORKERS = {"runner": "processes", "worker_count": 2}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts, some of which name a narrative."""
    return write_posts(tmp_path_factory.mktemp("posts") / "posts.jsonl")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, posts: Path) -> Path:
    """What a night of one process comes to."""
    home = tmp_path_factory.mktemp("here") / "home"
    model = make_model(SlowClassifier(), CountingEncoder())
    live_through(home, posts, model, {"runner": "here"})
    return home


@pytest.mark.parametrize("stage", ["ingest", "group", "classify"])
def test_a_worker_that_is_killed_changes_nothing(
    posts: Path, here: Path, tmp_path: Path, stage: str
) -> None:
    """One of two is killed while it works: every row is as from a night of one process."""
    killed: list[int] = []

    def run_step(name: str, step: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        if name != stage:
            return step()
        with killing(killed):
            return step()

    model = make_model(SlowClassifier(), CountingEncoder())
    live_through(tmp_path / "home", posts, model, _WORKERS, run_step)
    assert killed
    assert content(tmp_path / "home") == content(here)
    assert not worker_ids()


def test_what_fails_in_a_worker_is_told_without_its_texts(
    posts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the night's failure nor anything that is printed quotes a post."""
    model = make_model(QuotingClassifier(), CountingEncoder())
    with pytest.raises(MotbildError, match=r"unexpected ValueError in cluster_model\.py") as failed:
        live_through(tmp_path / "home", posts, model, _WORKERS)
    said = str(failed.value) + "".join(capfd.readouterr())
    assert not words_of(posts) & set(said.replace("'", " ").replace('"', " ").split())
    assert not worker_ids()


def test_another_encoder_in_a_worker_is_refused(posts: Path, tmp_path: Path) -> None:
    """Vectors of two encoders are never mixed."""
    model = make_model(SlowClassifier(), ChangedEncoder())
    with pytest.raises(MotbildError, match="counting@ffffffffffff is on a worker"):
        live_through(tmp_path / "home", posts, model, _WORKERS)


def test_a_small_night_begins_no_worker(posts: Path, tmp_path: Path) -> None:
    """Which would take longer to begin than to do its work."""
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(posts.read_text(encoding="utf-8").splitlines()[:40]), encoding="utf-8")
    begun: set[int] = set()

    def run_step(_: str, step: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        counts = step()
        begun.update(worker_ids())
        return counts

    model = make_model(SlowClassifier(), CountingEncoder())
    live_through(tmp_path / "few", few, model, _WORKERS, run_step)
    live_through(tmp_path / "here", few, model, {"runner": "here"})
    assert not begun
    assert content(tmp_path / "few") == content(tmp_path / "here")


def test_ctrl_c_ends_the_workers(posts: Path, tmp_path: Path) -> None:
    """A night that is interrupted leaves none, and one that is begun again ends as any."""

    def run_step(name: str, step: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        if name == "classify":
            with killing([], os.getpid(), signal.SIGINT):
                return step()
        return step()

    model = make_model(SlowClassifier(), CountingEncoder())
    with pytest.raises(KeyboardInterrupt):
        live_through(tmp_path / "home", posts, model, _WORKERS, run_step)
    assert not worker_ids()


def test_the_files_of_a_folder_are_read_side_by_side(posts: Path, tmp_path: Path) -> None:
    """Each is told of as from one process, also where it is broken or there twice."""
    folder = tmp_path / "files"
    folder.mkdir()
    lines = posts.read_text(encoding="utf-8").splitlines()[:4_000]
    for number in range(10):
        part = "\n".join(lines[number * 400 : (number + 1) * 400])
        (folder / f"{number}.jsonl").write_text(part, encoding="utf-8")
    shutil.copy(folder / "3.jsonl", folder / "5-again.jsonl")
    (folder / "6-broken.parquet").write_bytes(b"PAR1 nothing more")
    (folder / "7-empty.jsonl").touch()
    told = {}
    for name, how in (("spread", _WORKERS), ("here", {"runner": "here"})):
        home = tmp_path / name
        model = make_model(SlowClassifier(), CountingEncoder())
        live_through(home, folder, model, how)
        with duckdb.connect(str(home / "live.duckdb"), read_only=True) as connection:
            told[name] = connection.execute(
                "SELECT file_name, status, post_count, failure FROM ops.source_runs ORDER BY ALL"
            ).fetchall()
    assert told["spread"] == told["here"]
    statuses = {file: (status, count) for file, status, count, _ in told["spread"]}
    assert statuses["3.jsonl"] == ("read", 400)
    assert statuses["5-again.jsonl"] == ("already-read", 0)
    assert statuses["6-broken.parquet"] == ("failed", 0)
    assert content(tmp_path / "spread") == content(tmp_path / "here")


@pytest.mark.parametrize(("cores", "gigabytes", "expected"), [(2, 16, 2), (64, 256, 8), (8, 4, 4)])
def test_as_many_workers_as_cores_and_memory_allow(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: int, expected: int
) -> None:
    """A machine with many cores and little memory keeps some idle."""
    told = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gigabytes << 18}
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr("os.sysconf", told.__getitem__)
    assert runners._usual_count() == expected
