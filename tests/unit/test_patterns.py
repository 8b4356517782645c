"""Every regular expression of ours takes time that grows with the text and not with its square."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator

import pytest

import motbild

SKIPPED = ("motbild.__main__",)
# Beginnings and fillings that patterns back up over: runs of one kind, and of two in turn.
_UNITS = (
    *("a", "A", "0", "1 ", " ", "\t", "\n", "-", ".", ",", "/", "<", ">", "(", "[", '"', "'", "@"),
    *("a.", "a-", "a@", "0-", "0 ", "1.", "1,", "a ", " \n", "<a", "<a ", "='", "a=", "a&", "://"),
    *(
        "http://",
        "www.",
        "http://a",
        "@a",
        "#a",
        "å",
        "\u0301",
        "👩\u200d",
        "ا",
        "\u200b",
        "„",
        "”",
    ),
    *("070-", "+46", "00", "1912", "(0", "kl. ", "vägen ", "a_", "{", "%", "\\", "\\'", "&#", "s "),
)
_ENDS = ("", "!", "\0", "x")
# Asked only how a text begins; looked for anywhere they would take the square of its length.
_ONLY_MATCHED = frozenset(
    {
        "adapters.sources.jsonl._LIST_START[0]",
        "adapters.sources.jsonl._PRETTY_OBJECT[0]",
        "adapters.sources.live.html_text._TAG[0]",
        "core.partitions._FOLDER[0]",
        "core.riddles._ALMOST_LETTERS[0]",
        "core.spreadsheets._BEGINS_FORMULA[0]",
    }
)
_LENGTH = 30_000
# What looks at each character some dozen times takes a few hundredths of it.
_LIMIT_SECONDS = 0.5


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for found in pkgutil.walk_packages(motbild.__path__, "motbild."):
        if found.name in SKIPPED:
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            values: Iterable[object] = (value,)
            if isinstance(value, dict | tuple | list):
                values = value.values() if isinstance(value, dict) else value
            for number, one in enumerate(values):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    yield f"{found.name.removeprefix('motbild.')}.{name}[{number}]", one


PATTERNS = {pattern.pattern: (name, pattern) for name, pattern in _patterns()}


def test_patterns_are_found() -> None:
    """There are more than a hundred, from masking to settings."""
    assert len(PATTERNS) > 100


@pytest.mark.parametrize(
    ("name", "pattern"), PATTERNS.values(), ids=[name for name, _ in PATTERNS.values()]
)
def test_no_pattern_takes_for_ever(name: str, pattern: re.Pattern[str]) -> None:
    """Each is searched for in long texts that are made to be nearly found."""
    for unit in _UNITS:
        for end in _ENDS:
            text = unit * (_LENGTH // len(unit)) + end
            start = time.process_time()
            (pattern.match if name in _ONLY_MATCHED else pattern.search)(text)
            pattern.fullmatch(text)
            assert time.process_time() - start < _LIMIT_SECONDS, (unit, end)
