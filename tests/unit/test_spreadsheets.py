"""Tests of what spreadsheets are given, so that no text becomes a formula."""

import csv
import io
import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from motbild.core.spreadsheets import CELL_LIMIT, cell_value, csv_field, defuse, defuse_csv
from tests.data.hostile import HOSTILE

CHARACTERS = st.one_of(
    st.characters(exclude_categories=[]), st.sampled_from("=+-@＝＠;,|\t\r\n \"'\u200b\ufeff1a")
)
TEXTS = st.text(CHARACTERS, max_size=40)
DROPPED = ' \u00a0\u3000"`´“”„«»‘’'


def starts_formula(cell: str) -> bool:
    """Tell whether a careless program could take a cell for a formula; not for a number."""
    if cell.replace("-", "", 1).replace("+", "", 1).replace(",", ".").replace(".", "", 1).isdigit():
        return False
    begins = cell.lstrip(DROPPED + "\t\r\n\u200b\ufeff")
    return unicodedata.normalize("NFKC", begins[:1]).replace("\u2212", "-") in {"=", "+", "-", "@"}


@given(TEXTS)
@example("\u200b\ufeff ＝1")
@example("\n=1")
def test_no_cell_begins_a_formula(text: str) -> None:
    """Whatever a program drops before it looks, the text is no formula; twice equals once."""
    for make in (defuse, defuse_csv):
        cell = make(text)
        assert not starts_formula(cell)
        assert make(cell) == cell


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_no_field_begins_a_formula_at_any_separator(text: str, delimiter: str) -> None:
    """A file that is read with the wrong separator has no formula in any of its cells."""
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=";", lineterminator="\r\n").writerow(["a", defuse_csv(text), "b"])
    rows = csv.reader(io.StringIO(lines.getvalue(), newline=""), delimiter=delimiter)
    assert not [cell for row in rows for cell in row if starts_formula(cell)]


@pytest.mark.parametrize("number", ["-5", "+46701234567", "-5,25", "-1e5", "0", "3.14"])
def test_numbers_stay_numbers(number: str) -> None:
    """A sign before digits alone is no formula."""
    assert defuse(number) == defuse_csv(number) == number


@pytest.mark.parametrize("text", ["Hej på er!", "a-b", "'=1", "1-2", "e-post: a@exempel.example"])
def test_harmless_texts_stay(text: str) -> None:
    """What no program takes for a formula is left alone."""
    assert defuse(text) == defuse_csv(text) == text


@pytest.mark.parametrize("part", ["å", "😀", "=", ";="])
def test_no_cell_is_longer_than_excel_holds(part: str) -> None:
    """A long text is cut between characters and ends with an ellipsis."""
    cell = defuse_csv(part * 50_000)
    assert CELL_LIMIT - 1 <= len(cell.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert cell.endswith("…")


@pytest.mark.parametrize(
    ("value", "cell", "field"),
    [
        (None, "", ""),
        (float("nan"), "", ""),
        (float("inf"), "", ""),
        (0.93, 0.93, "0,93"),
        (1e-07, 1e-07, "1e-07"),
        (-3, -3, -3),
        (True, True, "true"),
        (b"\x00\xff", "00ff", "00ff"),
        (date(2026, 3, 1), date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 7, 1, 22, tzinfo=UTC), datetime(2026, 7, 2), "2026-07-02 00:00:00"),  # noqa: DTZ001
    ],
)
def test_values_are_as_a_swedish_sheet_has_them(value: object, cell: object, field: object) -> None:
    """What is missing is empty, decimals have commas, times are Swedish."""
    assert cell_value(value) == cell
    assert csv_field(value) == field


@given(st.recursive(TEXTS | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=3)))
def test_lists_become_json_that_can_be_read_back(value: Any) -> None:
    """A list is JSON in which each text is defused, and stays so in a CSV file."""
    field = csv_field([value, {"text": "=1"}])
    assert field == cell_value([value, {"text": "=1"}])
    parsed = json.loads(str(field))
    assert parsed[1] == {"text": "'=1"}
    if isinstance(value, str):
        assert parsed[0] == defuse_csv(value)
