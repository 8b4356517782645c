"""A night whose texts are encoded and classified by a Dask cluster of other processes."""

import json
import random
import string
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from motbild.adapters import cluster
from motbild.errors import InputError, MotbildError
from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.cluster_model import ChangedEncoder, QuotingClassifier, SlowClassifier
from tests.clusters import Cluster, running_cluster
from tests.flows.scheduler import free_port
from tests.stages.fakes import PACK, CountingEncoder
from tests.stages.test_killed_night import compared_content

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_POSTS = 4_500  # five batches to classify
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with two workers on this machine."""
    with running_cluster(tmp_path_factory.mktemp("cluster"), worker_count=2) as made:
        yield made


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts of words that nobody else uses, some of which name a narrative."""
    draw = random.Random(7)
    path = tmp_path_factory.mktemp("posts") / "posts.jsonl"
    with path.open("w", encoding="utf-8") as written:
        for number in range(_POSTS):
            words = ["".join(draw.choices(string.ascii_lowercase, k=7)) for _ in range(12)]
            if number % 9 == 0:
                words[3] = draw.choice(["kidnappning", "barnhandel", "hot"])
            post = {"id": str(number), "platform": "x", "lang": "sv", "text": " ".join(words)}
            if number % 5 == 0:
                post["reply_to"] = str(number // 2)
            written.write(json.dumps(post) + "\n")
    return path


def _night(
    home: Path,
    posts: Path,
    model: Model,
    runner: Mapping[str, str],
    run_step: Callable[[str, Callable[[], Mapping[str, int]]], Mapping[str, int]] = (
        lambda _, step: step()
    ),
) -> None:
    key = home / "secrets" / "pseudonym.key"
    key.parent.mkdir(parents=True)
    key.write_text("ab" * 32)
    key.chmod(0o600)
    settings = Settings(home=home, **runner)  # type: ignore[arg-type]
    sources = load_sources(settings, [posts])
    run_night(settings, sources, model=model, run_step=run_step, clock=lambda: _NOON)


def _model(classifier: object, encoder: object) -> Model:
    return Model(classifier, encoder, (PACK,))  # type: ignore[arg-type]


def _content(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a night came to, without vectors: the stand-in asks for none of a sentence."""
    content = compared_content(home)
    return {name: rows for name, rows in content.items() if not name.endswith("core.vectors")}


def test_a_worker_that_is_killed_changes_nothing(
    running: Cluster, posts: Path, tmp_path: Path
) -> None:
    """One of two is killed while it classifies: every row is as from a night of one process."""
    victim = running.processes[1]

    def run_step(name: str, step: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        if name == "classify":
            Timer(0.8, victim.kill).start()
        return step()

    model = _model(SlowClassifier(), CountingEncoder())
    told = {"runner": "dask", "runner_address": running.address}
    _night(tmp_path / "cluster", posts, model, told, run_step)
    assert victim.wait(10) < 0
    _night(tmp_path / "here", posts, model, {})
    assert _content(tmp_path / "cluster") == _content(tmp_path / "here")
    running.start_worker()


def test_what_fails_in_a_worker_is_told_without_its_texts(
    running: Cluster, posts: Path, tmp_path: Path
) -> None:
    """Neither the night's failure nor the worker's log quotes a post."""
    told = {"runner": "dask", "runner_address": running.address}
    with pytest.raises(MotbildError, match=r"unexpected ValueError in cluster_model\.py") as failed:
        _night(tmp_path / "home", posts, _model(QuotingClassifier(), CountingEncoder()), told)
    lines = posts.read_text(encoding="utf-8").splitlines()
    words = {word for line in lines for word in json.loads(line)["text"].split()}
    said = str(failed.value) + running.logged()
    assert not words & set(said.replace("'", " ").replace('"', " ").split())


def test_another_encoder_on_a_worker_is_refused(
    running: Cluster, posts: Path, tmp_path: Path
) -> None:
    """Vectors of two encoders are never mixed."""
    told = {"runner": "dask", "runner_address": running.address}
    with pytest.raises(MotbildError, match="counting@ffffffffffff is on a worker"):
        _night(tmp_path / "home", posts, _model(SlowClassifier(), ChangedEncoder()), told)


def test_a_worker_that_writes_texts_to_its_disk_is_refused(posts: Path, tmp_path: Path) -> None:
    """As Dask's workers do by themselves where memory ends."""
    (tmp_path / "cluster").mkdir()
    with running_cluster(tmp_path / "cluster", worker_count=1, spills=True) as spilling:
        told = {"runner": "dask", "runner_address": spilling.address}
        with pytest.raises(InputError, match="MEMORY__SPILL=False"):
            _night(tmp_path / "home", posts, _model(SlowClassifier(), CountingEncoder()), told)


def test_a_scheduler_that_is_not_there_is_named(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, with what to do."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    told = {"runner": "dask", "runner_address": f"tcp://127.0.0.1:{free_port()}"}
    with pytest.raises(InputError, match=r"No scheduler .* start one with `dask scheduler`"):
        _night(tmp_path / "home", posts, _model(SlowClassifier(), CountingEncoder()), told)


def test_without_an_address_the_cores_of_this_machine_do_it(posts: Path, tmp_path: Path) -> None:
    """A cluster is begun for the night, and is gone after it."""
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(posts.read_text(encoding="utf-8").splitlines()[:40]), encoding="utf-8")
    model = _model(SlowClassifier(), CountingEncoder())
    _night(tmp_path / "cores", few, model, {"runner": "dask"})
    _night(tmp_path / "here", few, model, {})
    assert _content(tmp_path / "cores") == _content(tmp_path / "here")
