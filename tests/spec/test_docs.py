"""What the documents say is what the code does: tables, examples and commands are compared."""

import re
from pathlib import Path

import pytest

from motbild.adapters.sources import KINDS, LIVE_KINDS, RemoteSpec, SourceSpec, load_specs
from motbild.adapters.sources.live import LiveOptions
from motbild.adapters.sources.mapping import KIND_NAMES, USUAL_COLUMNS
from motbild.adapters.sources.rejects import REASONS
from motbild.adapters.sources.remote import SECRET_NAMES, RemoteOptions
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


def test_every_live_kind_is_explained() -> None:
    """The guide names each with its title and its credentials."""
    told = _table(SOURCES, "live kind | what it is | credentials")
    assert {name: cells[0] for name, cells in told.items()} == {
        kind.name: kind.title for kind in LIVE_KINDS.values()
    }
    for kind in LIVE_KINDS.values():
        names = re.findall("`(.*?)`", told[kind.name][1])
        assert set(names) == {*kind.secrets, *kind.optional_secrets}


@pytest.mark.parametrize("kind", sorted(LIVE_KINDS))
def test_every_live_kind_has_an_example_and_its_keys(kind: str, tmp_path: Path) -> None:
    """The example loads, and the table of its section has each key that is its own."""
    example = re.search(rf"```toml {kind}\n(.*?)```", SOURCES, re.DOTALL)
    assert example
    path = tmp_path / "sources.toml"
    path.write_text(example[1], encoding="utf-8")
    assert [spec.kind for spec in load_specs(path).values()] == [kind]
    told = _table(SOURCES, f"key of `{kind}` | what it holds | usual")
    fields, shared = LIVE_KINDS[kind].options.model_fields, LiveOptions.model_fields
    changed = {name for name in shared if fields[name].default != shared[name].default}
    assert set(told) == (set(fields) - set(shared)) | changed


def test_the_example_of_remote_inboxes_loads_and_every_key_is_explained(tmp_path: Path) -> None:
    """And so is every credential of each store."""
    example = re.search(r"```toml remote\n(.*?)```", SOURCES, re.DOTALL)
    assert example
    path = tmp_path / "sources.toml"
    path.write_text(example[1], encoding="utf-8")
    assert all(isinstance(spec, RemoteSpec) for spec in load_specs(path).values())
    told = _table(SOURCES, "key of a remote inbox | what it holds | usual")
    assert list(told) == list(RemoteOptions.model_fields)
    credentials = "".join(cells[0] for cells in _table(SOURCES, "store | credentials").values())
    assert set(re.findall("`(.*?)`", credentials)) == SECRET_NAMES


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


def test_the_threat_model_names_what_is_there() -> None:
    """Each test that is said to try an attack is there, and each attack has one."""
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|docs)/[\w/.-]+)`", page))
    assert [name for name in named if not (ROOT / name).exists()] == []
    attacks = page.split("| who, where in |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    assert len(attacks) > 20
    assert [line for line in attacks if not re.search(r"`(?:tests|docs)/", line)] == []
