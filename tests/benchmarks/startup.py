"""Measure how long somebody waits before a command has begun: help, one post, the review room.

    python tests/benchmarks/startup.py [--repeats 5] [--write]

Each is a process of its own, as the installed command starts it. The room counts as open when
its first page has come over the network. The first start of all is left out: it reads from the
disk what the later ones find in memory.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.flows.scheduler import free_port

_COMMAND = (sys.executable, "-c", "from motbild.cli import main; main()")
_PATIENCE_SECONDS = 60
_LOOK_EVERY = 0.01  # seconds
GOALS: Mapping[str, float] = {
    "`motbild --help`": 0.5,
    "`motbild classify` of one post": 3.0,
    "`motbild review` until its first page": 2.0,
}


def time_help(_: Path) -> float:
    """Return the seconds that help takes."""
    return _time(("--help",))


def time_one_post(folder: Path) -> float:
    """Return the seconds from nothing to one post's classification."""
    posts = folder / "one.jsonl"
    posts.write_text('{"id": "1", "platform": "x", "text": "Soc tar barn"}\n', encoding="utf-8")
    return _time(("classify", str(posts), "--output", str(folder / "told.jsonl")))


def time_room(folder: Path) -> float:
    """Return the seconds until a new home's review room shows its first page."""
    port = free_port()
    begun = time.perf_counter()
    room = subprocess.Popen(
        (*_COMMAND, "review", "--home", str(folder / "home"), "--port", str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}/"):
            if time.perf_counter() - begun > _PATIENCE_SECONDS:
                raise TimeoutError(f"The review room has not opened in {_PATIENCE_SECONDS} s.")
            time.sleep(_LOOK_EVERY)
        return time.perf_counter() - begun
    finally:
        room.terminate()
        room.wait()


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=_PATIENCE_SECONDS) as page:  # noqa: S310 - this machine's own
            return bool(page.status == 200)
    except (URLError, ConnectionError):
        return False


def _time(words: Sequence[str]) -> float:
    begun = time.perf_counter()
    subprocess.run((*_COMMAND, *words), check=True, capture_output=True)
    return time.perf_counter() - begun


_TIMED: Mapping[str, Callable[[Path], float]] = dict(
    zip(GOALS, (time_help, time_one_post, time_room), strict=True)
)


def measure(repeats: int) -> dict[str, list[float]]:
    """Start each so many times in turn, after one that does not count."""
    told: dict[str, list[float]] = {name: [] for name in _TIMED}
    for number in range(repeats + 1):
        for name, timed in _TIMED.items():
            with tempfile.TemporaryDirectory() as folder:
                seconds = timed(Path(folder))
            if number:
                told[name].append(seconds)
    return told


def render(told: Mapping[str, Sequence[float]]) -> str:
    """Return the table."""
    rows = [
        (
            name,
            [f"{median(seconds):.2f}", f"{min(seconds):.2f}-{max(seconds):.2f}", f"{GOALS[name]}"],
        )
        for name, seconds in told.items()
    ]
    return render_table(["from nothing", "seconds (median)", "fastest-slowest", "goal"], rows)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    asked = parser.parse_args(words)
    text = "\n\n".join(
        [
            f"`python tests/benchmarks/startup.py --repeats {asked.repeats}`",
            describe_run(("motbild", "numpy", "sqlalchemy", "starlette")),
            render(measure(asked.repeats)),
        ]
    )
    print(text)
    if asked.write:
        write_section(PAGE, "startup", "How long a start takes", text)


if __name__ == "__main__":
    main()
