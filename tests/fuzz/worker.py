"""Fuzzes the parsers of one module: libFuzzer chooses by the branches that inputs reach.

    python -m tests.fuzz.worker MODULE PARSER=CASES… --seed N --folder DIR [--seconds S]

The module is loaded once, and each parser is tried in a child of its own, since libFuzzer never
returns; a child that dies of an input is followed by another. Each writes into a folder of its
own: `told.json` every so often and in the end, and each input that crashed, hung or took too
much memory. An input that never ends is left by libFuzzer as `timeout-…`.
"""

import argparse
import hashlib
import json
import os
import resource
import signal
import sys
import time
import traceback
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

import atheris

from tests.fuzz.mutation import mutate
from tests.fuzz.parser import MEMORY_LIMIT, SECONDS_LIMIT, Parser
from tests.fuzz.parsers import MODULES, parsers_in

# Of wall time, after which an input counts as one that never ends. Thirty have passed for one
# of five bytes, in a process that other work kept from its processor.
_NEVER_SECONDS = 120
_TELL_EVERY = 100
_MOST_STARTS = 20
_MUTATE_AS_LIBFUZZER = 0.35


@dataclass
class Told:
    """What a worker did.

    Attributes:
        cases: Inputs that were tried.
        taken: Those of them that were not refused.
        slowest_seconds: Processor time of the slowest.
        peak_bytes: Memory at its most, beyond what the process held before the first.
        found: By what went wrong and where, the input's file.
    """

    cases: int = 0
    taken: int = 0
    slowest_seconds: float = 0.0
    peak_bytes: int = 0
    found: dict[str, str] = field(default_factory=dict)


class Worker:
    """Tries inputs, and notes each way of going wrong once."""

    def __init__(self, parser: Parser, most_cases: int, folder: Path) -> None:
        self.told = Told()
        self._parser = parser
        self._most = most_cases
        self._folder = folder
        self._base = _held_bytes()

    def try_input(self, data: bytes) -> None:
        """Try one input; ends the process after the last."""
        start = time.process_time()
        try:
            self.told.taken += self._parser.takes(data)
        except Exception as error:
            self._keep(data, f"{type(error).__name__} in {_where(error)}")
        seconds = time.process_time() - start
        self._measure(data, seconds)
        self.told.cases += 1
        if self.told.cases % _TELL_EVERY == 0 or self.told.cases >= self._most:
            self.save()
        if self.told.cases >= self._most:
            sys.stdout.flush()
            os._exit(0)  # libFuzzer would go on

    def _measure(self, data: bytes, seconds: float) -> None:
        self.told.slowest_seconds = max(self.told.slowest_seconds, seconds)
        if seconds > SECONDS_LIMIT:
            self._keep(data, "hang: more than two seconds")
        peak = _held_bytes() - self._base
        if peak > MEMORY_LIMIT >= self.told.peak_bytes:
            self._keep(data, "memory: more than 300 MB")
        self.told.peak_bytes = max(self.told.peak_bytes, peak)

    def _keep(self, data: bytes, what: str) -> None:
        if what not in self.told.found:
            name = hashlib.sha256(data).hexdigest()[:16]
            (self._folder / name).write_bytes(data)
            self.told.found[what] = name
            self.save()

    def save(self) -> None:
        """Write down what was done so far."""
        pending = self._folder / "told.pending"
        pending.write_text(json.dumps(asdict(self.told)), encoding="utf-8")
        pending.replace(self._folder / "told.json")


def _held_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/motbild/" in frame.filename] or frames
    return f"{Path(ours[-1].filename).name}, {ours[-1].name}"


def _fuzz(parser: Parser, cases: int, seed: int, folder: Path) -> None:
    """Try a parser; does not return."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for number, content in enumerate(parser.seeds()):
        (corpus / f"{number:03}").write_bytes(content)
        parser.takes(content)  # what is loaded once is loaded before memory is measured
    worker = Worker(parser, cases, folder)

    def change(data: bytes, longest: int, drawn: int) -> bytes:
        draw = Random(drawn)
        if draw.random() < _MUTATE_AS_LIBFUZZER:
            return bytes(atheris.Mutate(data, longest))
        return mutate(data, parser.words, draw, longest)

    limits = [
        f"-seed={seed}",
        f"-max_len={parser.longest}",
        f"-timeout={_NEVER_SECONDS}",
        f"-rss_limit_mb={(_held_bytes() + 2 * MEMORY_LIMIT) >> 20}",
        f"-artifact_prefix={folder}/",
        "-verbosity=0",
    ]
    atheris.Setup(["fuzz", *limits, str(corpus)], worker.try_input, custom_mutator=change)
    atheris.Fuzz()


def _fuzz_in_children(parser: Parser, cases: int, seed: int, folder: Path, seconds: float) -> None:
    """Try a parser in one child after another until its cases or its time are used up."""
    deadline, done = time.monotonic() + seconds, 0
    for start in range(_MOST_STARTS):
        if done >= cases or time.monotonic() >= deadline:
            return
        place = folder / parser.name / str(start)
        place.mkdir(parents=True)
        child = os.fork()
        if child == 0:
            try:
                _fuzz(parser, cases - done, seed + start, place)
            finally:
                os._exit(1)
        _wait(child, deadline)
        told = place / "told.json"
        done += json.loads(told.read_text(encoding="utf-8"))["cases"] if told.is_file() else 0


def _wait(child: int, deadline: float) -> None:
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() >= deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.2)


def _main() -> None:
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser()
    arguments.add_argument("module", choices=MODULES)
    arguments.add_argument("work", nargs="+", metavar="PARSER=CASES")
    arguments.add_argument("--seed", type=int, required=True)
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--seconds", type=float, default=24 * 3600)
    told = arguments.parse_args()
    with atheris.instrument_imports(include=["motbild"]):
        parsers = parsers_in(told.module)
    for work in told.work:
        name, _, cases = work.partition("=")
        _fuzz_in_children(parsers[name], int(cases), told.seed, told.folder, told.seconds)


if __name__ == "__main__":
    _main()
