"""Worker processes: order, memory, loss and end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from motbild.adapters import processes
from motbild.adapters.processes import open_processes
from motbild.errors import InputError, MotbildError
from tests.conftest import ROOT
from tests.processes import worker_ids


def tell_process(numbers: Sequence[int]) -> tuple[int, int]:
    """Tell a number and who was asked."""
    return numbers[0], os.getpid()


def die_unless_first(markers: Sequence[Path]) -> int:
    """End the process the first time; tell who was asked the second."""
    [marker] = markers
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die(_: object) -> None:
    """End the process."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(_: object) -> None:
    """Fail with a sentence."""
    raise InputError("Correct it.")


def quote(text: str) -> None:
    """Fail, and quote what was given."""
    raise ValueError(text)


def hold_all(_: object) -> None:
    """Ask for more memory than there is."""
    raise MemoryError


def make_unsendable(_: object) -> object:
    """Return what cannot be pickled."""
    return lambda: None


def tell_threads(_: object) -> list[str | None]:
    """Return what keeps libraries from beginning threads of their own."""
    return [os.environ.get(name) for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS")]


def test_batches_come_back_in_their_order() -> None:
    """Each with what was kept beside it, from more than one process, none of them this one."""
    with open_processes(2, enough=2) as runner:
        made = list(runner.map(tell_process, ((str(n), [n]) for n in range(40))))
    assert [(kept, number) for kept, (number, _) in made] == [(str(n), n) for n in range(40)]
    asked = {process for _, (_, process) in made}
    assert len(asked) == 2
    assert os.getpid() not in asked
    assert not worker_ids()


def test_few_batches_are_done_here() -> None:
    """And so are all where there is one core."""
    with open_processes(2, enough=2) as runner:
        made = list(runner.map(tell_process, ((n, [n]) for n in range(2))))
        assert {process for _, (_, process) in made} == {os.getpid()}
    with open_processes(1, enough=2) as runner:
        made = list(runner.map(tell_process, ((n, [n]) for n in range(20))))
        assert {process for _, (_, process) in made} == {os.getpid()}


def test_only_a_few_batches_are_read_ahead() -> None:
    """So that memory does not grow with what there is to read."""
    read = 0

    def batches() -> Iterator[tuple[None, list[int]]]:
        nonlocal read
        for read in range(1, 101):
            yield None, [read]

    with open_processes(2, enough=2) as runner:
        most = max(read - done for done, _ in enumerate(runner.map(tell_process, batches())))
    assert most <= 2 * processes._AHEAD + 1


def test_the_work_is_sent_once_to_each_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many batches it is done on."""
    sent: list[object] = []
    pickled = processes._Job.__init__

    def noted(self: processes._Job, work: object) -> None:
        sent.append(work)
        pickled(self, work)  # type: ignore[arg-type]

    monkeypatch.setattr(processes._Job, "__init__", noted)
    with open_processes(2, enough=2) as runner:
        for _ in range(3):
            list(runner.map(tell_process, ((n, [n]) for n in range(10))))
    assert sent == [tell_process]


def test_a_batch_of_a_lost_worker_is_done_by_another(tmp_path: Path) -> None:
    """And nothing else of it is seen."""
    markers = [(n, [tmp_path / str(n)]) for n in range(6)]
    for number in (0, 1, 3, 4, 5):
        markers[number][1][0].touch()
    with open_processes(2, enough=2) as runner:
        made = list(runner.map(die_unless_first, markers))
    assert [kept for kept, _ in made] == list(range(6))


def test_a_batch_that_ends_every_worker_is_told_of() -> None:
    """In one sentence, with what to do."""
    with (
        open_processes(2, enough=2) as runner,
        pytest.raises(MotbildError, match=r"lost with 3 worker .* MOTBILD_WORKER_COUNT lower"),
    ):
        list(runner.map(die, ((n, [n]) for n in range(9))))
    assert not worker_ids()


def test_failures_quote_nothing() -> None:
    """What was foreseen comes back as it is; what was not, by its kind and place."""
    with open_processes(2, enough=2) as runner:
        with pytest.raises(InputError, match=r"^Correct it\.$"):
            list(runner.map(refuse, ((n, [n]) for n in range(9))))
        with pytest.raises(MotbildError, match="unexpected ValueError in test_processes") as failed:
            list(runner.map(quote, ((n, "hemligt") for n in range(9))))
        assert "hemligt" not in str(failed.value)
        with pytest.raises(MotbildError, match="had too little memory for a batch: let fewer"):
            list(runner.map(hold_all, ((n, [n]) for n in range(9))))
        with pytest.raises(MotbildError, match="worker process failed with an unexpected"):
            list(runner.map(make_unsendable, ((n, [n]) for n in range(9))))
        assert len(list(runner.map(tell_process, ((n, [n]) for n in range(9))))) == 9


def test_libraries_begin_no_threads_of_their_own() -> None:
    """Each worker has a core to itself."""
    with open_processes(2, enough=2) as runner:
        [*_, (_, told)] = runner.map(tell_threads, ((n, [n]) for n in range(9)))
    assert told == ["1", "1"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_night(how: signal.Signals) -> None:
    """Also where it is killed while they work."""
    script = (
        "from motbild.adapters.processes import open_processes\n"
        "from tests.processes import rest\n"
        "with open_processes(2, enough=2) as runner:\n"
        "    list(runner.map(rest, ((n, [n]) for n in range(9))))\n"
    )
    paths = os.pathsep.join(map(str, (ROOT / "src", ROOT)))
    with subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": paths}
    ) as night:
        workers = _wait_for(lambda: worker_ids(night.pid), count=2)
        time.sleep(0.3)
        night.send_signal(how)
        night.wait(10)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _wait_for(look: Callable[[], list[int]], count: int) -> list[int]:
    deadline = time.monotonic() + 20
    while len(found := look()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found
