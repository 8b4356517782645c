"""A night whose texts are encoded and classified by a Dask cluster of other processes."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Timer

import pytest

from motbild.adapters import cluster
from motbild.errors import InputError, MotbildError
from tests.cluster_model import ChangedEncoder, QuotingClassifier, SlowClassifier
from tests.clusters import Cluster, running_cluster
from tests.flows.scheduler import free_port
from tests.spread_nights import content, live_through, make_model, words_of, write_posts
from tests.stages.fakes import CountingEncoder

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with two workers on this machine."""
    with running_cluster(tmp_path_factory.mktemp("cluster"), worker_count=2) as made:
        yield made


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts, some of which name a narrative."""
    return write_posts(tmp_path_factory.mktemp("posts") / "posts.jsonl")


def test_a_worker_that_is_killed_changes_nothing(
    running: Cluster, posts: Path, tmp_path: Path
) -> None:
    """One of two is killed while it classifies: every row is as from a night of one process."""
    victim = running.processes[1]

    def run_step(name: str, step: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        if name == "classify":
            Timer(0.8, victim.kill).start()
        return step()

    model = make_model(SlowClassifier(), CountingEncoder())
    told = {"runner": "dask", "runner_address": running.address}
    live_through(tmp_path / "cluster", posts, model, told, run_step)
    assert victim.wait(10) < 0
    live_through(tmp_path / "here", posts, model, {"runner": "here"})
    assert content(tmp_path / "cluster") == content(tmp_path / "here")
    running.start_worker()


def test_what_fails_in_a_worker_is_told_without_its_texts(
    running: Cluster, posts: Path, tmp_path: Path
) -> None:
    """Neither the night's failure nor the worker's log quotes a post."""
    told = {"runner": "dask", "runner_address": running.address}
    with pytest.raises(MotbildError, match=r"unexpected ValueError in cluster_model\.py") as failed:
        live_through(
            tmp_path / "home", posts, make_model(QuotingClassifier(), CountingEncoder()), told
        )
    said = str(failed.value) + running.logged()
    assert not words_of(posts) & set(said.replace("'", " ").replace('"', " ").split())


def test_another_encoder_on_a_worker_is_refused(
    running: Cluster, posts: Path, tmp_path: Path
) -> None:
    """Vectors of two encoders are never mixed."""
    told = {"runner": "dask", "runner_address": running.address}
    with pytest.raises(MotbildError, match="counting@ffffffffffff is on a worker"):
        live_through(tmp_path / "home", posts, make_model(SlowClassifier(), ChangedEncoder()), told)


def test_a_worker_that_writes_texts_to_its_disk_is_refused(posts: Path, tmp_path: Path) -> None:
    """As Dask's workers do by themselves where memory ends."""
    (tmp_path / "cluster").mkdir()
    with running_cluster(tmp_path / "cluster", worker_count=1, spills=True) as spilling:
        told = {"runner": "dask", "runner_address": spilling.address}
        with pytest.raises(InputError, match="MEMORY__SPILL=False"):
            live_through(
                tmp_path / "home", posts, make_model(SlowClassifier(), CountingEncoder()), told
            )


def test_a_scheduler_that_is_not_there_is_named(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, with what to do."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    told = {"runner": "dask", "runner_address": f"tcp://127.0.0.1:{free_port()}"}
    with pytest.raises(InputError, match=r"No scheduler .* start one with `dask scheduler`"):
        live_through(
            tmp_path / "home", posts, make_model(SlowClassifier(), CountingEncoder()), told
        )


def test_without_an_address_the_cores_of_this_machine_do_it(posts: Path, tmp_path: Path) -> None:
    """A cluster is begun for the night, and is gone after it."""
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(posts.read_text(encoding="utf-8").splitlines()[:40]), encoding="utf-8")
    model = make_model(SlowClassifier(), CountingEncoder())
    live_through(tmp_path / "cores", few, model, {"runner": "dask"})
    live_through(tmp_path / "here", few, model, {"runner": "here"})
    assert content(tmp_path / "cores") == content(tmp_path / "here")
