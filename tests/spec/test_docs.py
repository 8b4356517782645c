"""What the documents say is what the code does: tables, examples and commands are compared."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined, to_json

from motbild.adapters.sources import KINDS, LIVE_KINDS, LiveSpec, SourceSpec, load_specs
from motbild.adapters.sources.live import LiveOptions
from motbild.adapters.sources.mapping import KIND_NAMES, USUAL_COLUMNS
from motbild.adapters.sources.rejects import REASONS
from motbild.settings import Settings
from motbild.wiring.stores import describe_stores
from tests.cli.commands import all_commands

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _table(text: str, header: str) -> dict[str, list[str]]:
    """Return the rows of the table with a header, by what stands in their first cell."""
    lines = text.split(f"| {header} |", 1)[1].splitlines()[2:]
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in "\n".join(lines).split("\n\n", 1)[0].splitlines()
    ]
    return {first.strip("`"): rest for first, *rest in rows}


def test_every_reject_code_is_explained() -> None:
    """The guide gives each code with the sentence that reports give, and no other code."""
    told = _table(SOURCES, "code | why, and what to do")
    assert told == {code: [reason] for code, reason in REASONS.items()}


def test_every_kind_is_explained() -> None:
    """The guide names the kinds in the order in which they are listed."""
    assert tuple(_table(SOURCES, "kind | what it is | told by")) == tuple(KINDS) == KIND_NAMES


def test_every_live_kind_is_explained_with_its_keys() -> None:
    """The guide names each kind with its title and credentials, and each of its keys."""
    told = _table(SOURCES, "live kind | what it is | credentials")
    assert {name: cells[0] for name, cells in told.items()} == {
        name: kind.title for name, kind in LIVE_KINDS.items()
    }
    for name, kind in LIVE_KINDS.items():
        assert set(re.findall("`(.*?)`", told[name][1])) == {*kind.secrets, *kind.optional_secrets}
        _check_keys(f"`{name}` key | what it holds | usual", kind.options, LiveOptions)
    _check_keys("key | what it holds | usual", LiveOptions, BaseModel)


def _check_keys(header: str, options: type[BaseModel], common: type[BaseModel]) -> None:
    """Compare a table of keys and usual values with the settings of a form."""
    told = {key: cells[1].strip("`") for key, cells in _table(SOURCES, header).items()}
    usual = {
        key: "" if field.default in (PydanticUndefined, None) else to_json(field.default).decode()
        for key, field in options.model_fields.items()
        if key not in common.model_fields or field.default != common.model_fields[key].default
    }
    assert {key: value.replace('"', "") for key, value in usual.items()} == told


def test_the_example_of_live_sources_loads_and_shows_every_kind(tmp_path: Path) -> None:
    """Whoever copies the example has a file that loads."""
    example = re.search(r"```toml live sources\.toml\n(.*?)```", SOURCES, re.DOTALL)
    assert example
    path = tmp_path / "sources.toml"
    path.write_text(example[1], encoding="utf-8")
    sources = load_specs(path).values()
    assert all(isinstance(source, LiveSpec) for source in sources)
    assert {source.kind for source in sources} == set(LIVE_KINDS)


def test_every_field_is_given_with_its_usual_names() -> None:
    """The guide names the columns that are tried for each field, in their order."""
    told = _table(SOURCES, "field | what it holds | usual names")
    assert {field: tuple(re.findall("`(.*?)`", cells[1])) for field, cells in told.items()} == dict(
        USUAL_COLUMNS
    )


def test_the_example_of_sources_toml_loads_and_uses_every_key(tmp_path: Path) -> None:
    """Whoever copies the example has a file that loads, and the guide explains all its keys."""
    example = re.search(r"```toml sources\.toml\n(.*?)```", SOURCES, re.DOTALL)
    assert example
    path = tmp_path / "sources.toml"
    path.write_text(example[1], encoding="utf-8")
    sources = load_specs(path)
    forum = sources["forum"]
    assert isinstance(forum, SourceSpec)
    assert forum.path == tmp_path / "exports" / "forum.csv"
    assert forum.mapping is not None
    assert forum.mapping.columns["text"] == ("inlägg",)
    assert sources["tiktok"].kind is None
    path.write_text(example[1].replace("name =", "nam = 1\nname =", 1), encoding="utf-8")
    with pytest.raises(Exception, match="use one of") as caught:
        load_specs(path)
    keys = str(caught.value).split("use one of ")[1].rstrip(".").split(", ")
    assert sorted(_table(SOURCES, "key | what it holds")) == keys


def test_the_readme_names_every_command_and_no_other() -> None:
    """A command that is added or removed is added to or removed from the readme."""
    told = set()
    for first in _table(README, "command | does"):
        match = re.match(r"motbild (\S+)(?: ([a-z\\|-]+)$)?", first)
        assert match
        parts = match[2].split("\\|") if match[2] else [""]
        told |= {f"{match[1]} {part}".strip() for part in parts}
    assert told == set(all_commands())


def test_the_data_dictionary_is_up_to_date() -> None:
    """The dictionary in the documents is what `motbild describe` prints."""
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == describe_stores(Settings.load()), (
        "run `motbild describe > docs/data-dictionary.md`"
    )
