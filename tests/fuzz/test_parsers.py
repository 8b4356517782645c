"""Parsers take what strangers write: refused in a sentence, or taken, and never a crash."""

import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motbild.errors import MotbildError
from tests.fuzz.mutation import mutate
from tests.fuzz.parser import FOUND, SECONDS_LIMIT, Parser, found_inputs
from tests.fuzz.parsers import load_parsers

PARSERS = {name: parser for name, (_, parser) in load_parsers().items()}
# Its cases take milliseconds each and its night many seconds: a few here, the rest by hand.
_SLOW = {"room": 15}
_EXAMPLES = 40
_SLOWER_WITH_OTHERS = 5
KEPT = [(name, path) for name in PARSERS for path in found_inputs(name)]


def _within_time(parser: Parser, data: bytes) -> None:
    start = time.process_time()
    parser.takes(data)
    assert time.process_time() - start < SECONDS_LIMIT * _SLOWER_WITH_OTHERS


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARSERS)
def test_seeds_begin_well(name: str) -> None:
    """At least one input that fuzzing begins with is taken, so that it gets past the door."""
    parser = PARSERS[name]
    if name in {"card.json", "model.skops", "encoders.toml", "history.jsonl", "headers", "room"}:
        return  # refused as soon as they are read whole, or answered
    assert any(parser.takes(data) for data in parser.seeds())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PARSERS)
def test_changed_inputs_are_refused_or_taken(name: str) -> None:
    """Whatever is changed in a sound input, nothing is raised but the parser's own refusals."""
    parser = PARSERS[name]
    seeds = list(parser.seeds())
    parser.takes(seeds[0])

    @settings(
        max_examples=_SLOW.get(name, _EXAMPLES),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    @given(st.integers(0, 2**32 - 1), st.integers(0, len(seeds) - 1), st.integers(1, 4))
    def try_some(drawn: int, which: int, times: int) -> None:
        draw, data = Random(drawn), seeds[which]
        for _ in range(times):
            data = mutate(data, parser.words, draw, parser.longest)
        _within_time(parser, data)

    try_some()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in PARSERS if name != "room"])
@settings(max_examples=_EXAMPLES, deadline=None, database=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_refused_or_taken(name: str, data: bytes) -> None:
    """So are bytes that have nothing to do with what is read."""
    _within_time(PARSERS[name], data)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "path"), KEPT, ids=[f"{n}-{p.name}" for n, p in KEPT])
def test_what_once_crashed_never_does_again(name: str, path: Path) -> None:
    """Every input that fuzzing found is tried again for ever."""
    _within_time(PARSERS[name], path.read_bytes())


def test_every_kept_input_has_its_parser() -> None:
    """A parser that is renamed takes along what was found in it."""
    assert {folder.name for folder in FOUND.iterdir()} <= set(PARSERS)


def test_changes_repeat() -> None:
    """One seed gives one input, so that what was found can be found again."""
    data, words = b'{"id": 1, "text": "hej"}\n{"id": 2}', (b"x",)
    one, other = (mutate(data, words, Random(7), 100) for _ in range(2))
    assert one == other
    assert len({mutate(data, words, Random(n), 100) for n in range(50)}) > 30


def test_a_crash_is_seen() -> None:
    """The measure itself tells a refusal from a crash."""

    def parse(data: bytes) -> None:
        raise MotbildError("no") if data == b"a" else KeyError("crash")

    parser = Parser("x", parse, lambda: [b"a"])
    assert not parser.takes(b"a")
    with pytest.raises(KeyError):
        parser.takes(b"b")
