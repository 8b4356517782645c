"""The page on data protection: two languages that say the same, and nothing that is not so."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from motbild.adapters.review_store.tables import metadata
from motbild.settings import Settings
from tests.cli.commands import all_commands
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
DICTIONARY = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
VIEWS = {"core.families", "core.post_contexts", "core.standing_decisions", "core.unflagged_posts"}
BLANK = {"sv": "[myndigheten fyller i", "en": "[the authority fills in"}


def _sections(lang: str) -> list[str]:
    """Return the numbered sections of one language, each from its heading on."""
    _, swedish, english = re.split(r"^## (?:Svenska|English)$", PAGE, flags=re.MULTILINE)
    return re.split(r"^### ", swedish if lang == "sv" else english, flags=re.MULTILINE)[1:]


PAIRS = list(zip(_sections("sv"), _sections("en"), strict=True))


def _code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def _names(pattern: str) -> set[str]:
    return {name for span in _code(PAGE) for name in re.findall(pattern, span)}


def _tables(text: str) -> list[int]:
    """Return how many cells each line of a table has, in order."""
    return [line.count("|") for line in text.splitlines() if line.startswith("|")]


def _fields() -> dict[str, object]:
    return {f"MOTBILD_{n.upper()}": f.default for n, f in Settings.model_fields.items()}


def test_both_languages_have_the_same_sections() -> None:
    """Numbered from one, without a gap."""
    numbers = [[int(text.split(".", 1)[0]) for text in _sections(lang)] for lang in BLANK]
    assert numbers[0] == numbers[1]
    assert all(later == earlier + 1 for earlier, later in pairwise([0, *numbers[0]]))


@pytest.mark.parametrize(("swedish", "english"), PAIRS, ids=[p[1].split("\n")[0] for p in PAIRS])
def test_both_languages_say_the_same(swedish: str, english: str) -> None:
    """As many rows, cells, points and blanks, and the same settings, commands and files."""
    assert _tables(swedish) == _tables(english)
    assert len(re.findall(r"^\d+\. |^- ", swedish, re.MULTILINE)) == len(
        re.findall(r"^\d+\. |^- ", english, re.MULTILINE)
    )
    assert swedish.count(BLANK["sv"]) == english.count(BLANK["en"])
    assert Counter(_unfilled(swedish, "sv")) == Counter(_unfilled(english, "en"))


def _unfilled(text: str, lang: str) -> Iterator[str]:
    return (span for span in _code(text) if not span.startswith(BLANK[lang]))


def test_every_setting_is_one() -> None:
    """Whoever sets what the page names sets something."""
    assert _names(r"MOTBILD_[A-Z_]+") <= _fields().keys()


def test_defaults_are_as_told() -> None:
    """The tables of how long data are kept give the defaults of the settings, in both languages."""
    told = re.findall(r"^\|[^|]+\| `(MOTBILD_\w+)` \| (\d+) ", PAGE, re.MULTILINE)
    assert len(told) >= 2 * 3
    fields = _fields()
    for name, value in told:
        assert fields[name] == int(value)


def test_every_command_and_option_is_one() -> None:
    """And each is written as it is typed."""
    commands = all_commands()
    named = _names(r"^motbild [a-z]+(?: [a-z]+)?")
    assert named
    assert named <= {f"motbild {name}" for name in commands}
    options = {
        option
        for command in commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    assert _names(r"--[a-z-]+") <= options


def test_every_file_is_there() -> None:
    """Of the sources, the tests and the documents."""
    named = _names(r"^(?:src|tests|docs|models|warehouse)/\S+\.\w+$")
    assert len(named) > 10
    assert all((ROOT / name).is_file() for name in named)


def test_every_table_is_told_of() -> None:
    """Nothing is stored of which the page says nothing, and nothing told that is not stored."""
    tables = set(re.findall(r"^### `((?:core|ops|analyst)\.\w+)`$", DICTIONARY, re.MULTILINE))
    named = _names(r"^(?:core|ops|analyst)\.(?!duckdb)\w+$")
    assert named <= tables
    live = DICTIONARY.split("## The live warehouse", 1)[1]
    stored = set(re.findall(r"^### `((?:core|ops)\.\w+)`$", live, re.MULTILINE)) - VIEWS
    assert stored - named == set()
    passing = {"review_form"}  # a single number
    assert metadata.tables.keys() - passing <= _names(r"^\w+$")
