"""Whatever is asked for, nothing that leaves tells who wrote a post or who decided on it."""

import json
import zipfile
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from motbild.wiring.lists import LISTS
from motbild.wiring.sharing import has_table, opened_snapshot
from tests.cli.conftest import Export
from tests.sharing import AUTHORS, load_settings

_STIX = tuple(product(("", "--with-text"), ("", "--with-addresses"), ("0", "500")))
# Who decided and approved, as values of their own; the words may stand in any text.
_REVIEWERS = {"gun", "gry"}


def _values(told: Any) -> set[str]:
    """Return every text in a value, the names of properties among them."""
    if isinstance(told, dict):
        return {text for item in told.items() for part in item for text in _values(part)}
    if isinstance(told, list | tuple):
        return {text for part in told for text in _values(part)}
    return {str(told)}


def _require_nobody(told: Any) -> None:
    values = _values(told)
    text = "\n".join(values).casefold()
    assert not [name for name in AUTHORS if name.strip("@").casefold() in text]
    assert "x.com/pahitt" not in text  # the account in an address
    assert not values & _REVIEWERS


@pytest.fixture(autouse=True)
def _tells_the_smallest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTBILD_SMALLEST_COUNT", "1")


@pytest.mark.parametrize("words", _STIX)
def test_no_bundle_names_anybody(export: Export, words: tuple[str, str, str]) -> None:
    """With every choice of what goes along, and with no count held back."""
    *options, most = words
    _require_nobody(export("stix", *filter(None, options), "--most", most))


def test_no_answer_and_no_feed_names_anybody(export: Export) -> None:
    """Appearances included."""
    _require_nobody(export("claimreview", "--with-appearances"))
    _require_nobody(export("feed"))


def test_no_list_names_anybody(export: Export, furnished: Path, tmp_path: Path) -> None:
    """Addresses and threats included, in each kind of file."""
    with opened_snapshot(load_settings(furnished)) as snapshot:
        names = [name for name, one in LISTS.items() if has_table(snapshot, "analyst", one.view)]
    assert len(names) >= 15
    for name in names:
        path = tmp_path / f"{name}.parquet"
        export("table", name, "--output", path, "--with-threats", "--with-addresses")
        _require_nobody(pq.read_table(path).to_pylist())
    for kind in ("csv", "xlsx"):
        path = tmp_path / f"flagged.{kind}"
        export("table", "flagged", "--output", path, "--with-addresses")
        _require_nobody([json.dumps(text, ensure_ascii=False) for text in _texts(path)])


def _texts(path: Path) -> list[str]:
    if path.suffix == ".csv":
        return [path.read_text(encoding="utf-8-sig")]
    with zipfile.ZipFile(path) as book:
        return [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
