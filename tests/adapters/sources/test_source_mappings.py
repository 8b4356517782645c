"""A `sources.toml` says where each source lies, and every mistake in it is named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.adapters.sources import SourceSpec, load_specs, read_posts
from motbild.adapters.sources.mapping import DEFAULT_MAPPING, ColumnMapping, _first_told
from motbild.core.records import RawPost
from motbild.errors import InputError

_VALUES = st.sampled_from([None, "", float("nan"), "told", 0, "0", ["told"]])
_KEYS = st.sampled_from(["id", "ID", " Id ", "post_id", "Text", "BODY", "body", "straße", "lang"])
GOOD = """
[[sources]]
name = "forum"
kind = "csv"
path = "in/forum.csv"
platform = "Flashback"
time_zone = "UTC"
[sources.columns]
text = "inlägg"
id = "nr"

[[sources]]
name = "inbox"
path = "in"
"""


def test_sources_are_loaded(tmp_path: Path) -> None:
    """Each source has its path from the file's folder, its kind and its columns."""
    (tmp_path / "sources.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "forum.csv").write_text("nr,inlägg\n1,hej\n", encoding="utf-8")
    specs = load_specs(tmp_path / "sources.toml")
    assert list(specs) == ["forum", "inbox"]
    assert specs["inbox"].kind is None
    inbox, forum = specs["inbox"], specs["forum"]
    assert isinstance(inbox, SourceSpec)
    assert isinstance(forum, SourceSpec)
    assert inbox.path == tmp_path / "in"
    assert list(read_posts(forum.path, forum.kind, forum.mapping)) == [
        RawPost("1", "hej", "flashback", 2)
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("platform =", "plattform =", ["plattform", "forum", "platform"]),
        ('text = "inlägg"', 'body = "inlägg"', ["body", "forum", "text"]),
        ('kind = "csv"', 'kind = "xlsx"', ["forum", "telegram"]),
        ('"UTC"', '"Mars/Olympus"', ["time_zone", "Europe/Stockholm"]),
        ('"UTC"', '"../../etc/passwd"', ["time_zone"]),
        ('name = "inbox"', 'name = "forum"', ["forum", "rename"]),
        ('name = "inbox"', "", ["name", "source 2"]),
        ('path = "in"', "path = 3", ["path", "inbox"]),
        ("[[sources]]", "[[source]]", ["source", "sources"]),
        ('name = "inbox"', "name = ", ["TOML"]),
        ('text = "inlägg"', "text = 1", ["text", "forum"]),
    ],
)
def test_mistakes_name_file_key_and_remedy(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    """A wrong key or value is refused with one sentence that says where and what to do."""
    path = tmp_path / "sources.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_specs(path)
    assert all(word in str(raised.value) for word in [str(path), *words])


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is an input error, not a crash."""
    with pytest.raises(InputError, match="cannot be read"):
        load_specs(tmp_path / "none.toml")


def _pick_slowly(mapping: ColumnMapping, row: dict[str, object]) -> dict[str, object]:
    """Look for each field by every name that it goes by: first as written, then in any case."""
    lowered = {key.strip().casefold(): row[key] for key in row}
    fields = {}
    for name, candidates in mapping.columns.items():
        folded = tuple(candidate.casefold() for candidate in candidates)
        value = _first_told(row, candidates)
        value = _first_told(lowered, folded) if value is None else value
        if value is not None:
            fields[name] = value
    return fields


@given(st.dictionaries(_KEYS, _VALUES))
def test_fields_are_where_a_row_tells_them(row: dict[str, object]) -> None:
    """The exact name goes before one of another case, and what is empty tells nothing."""
    mapping = DEFAULT_MAPPING.with_columns(text="Straße")
    for one in (DEFAULT_MAPPING, mapping):
        assert repr(one.pick_fields(row)) == repr(_pick_slowly(one, row))
