"""Lists as files: what is read back is what was in the table, defused and whole."""

import csv
import io
import tempfile
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import etree

from motbild.adapters.exports import MEDIA_TYPES, About, Kind, save_table, write_table
from motbild.core.spreadsheets import defuse, defuse_csv
from motbild.errors import InputError
from tests.data.hostile import HOSTILE

NOW = datetime(2026, 7, 1, 4, 30, tzinfo=UTC)
ABOUT = About("Flaggade inlägg", "språk: arabiska; plattform: TikTok", NOW)
TEXTS = [text for _, text in HOSTILE]
TABLE = pa.table(
    {
        "item_id": ["a", "b"],
        "text": ["Hej\npå er", None],
        "flag_probability": [0.93, float("nan")],
        "copy_count": [7, 2**60],
        "is_flagged": [True, False],
        "posted_at": pa.array([NOW, None], pa.timestamp("us", tz="UTC")),
        "posted_day": [date(2026, 7, 1), date(1815, 6, 18)],
        "narratives": [["gift-i-vattnet", "=1"], []],
        "stance": [{"label": "asserts", "probability": 0.5}, None],
    }
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_csv(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file as a Swedish Excel parts them."""
    lines = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(lines, delimiter=";"))


def parts(content: bytes) -> dict[str, Any]:
    """Return the XML parts of a zipped document, each parsed strictly."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        names = [name for name in file.namelist() if name.endswith((".xml", ".rels"))]
        return {name: etree.fromstring(file.read(name)) for name in names}


def read_sheet(content: bytes, number: int = 1) -> list[dict[str, str]]:
    """Return the rows of a sheet: what each cell shows, by its column's letters."""
    sheet = parts(content)[f"xl/worksheets/sheet{number}.xml"]
    assert not list(sheet.iter(f"{MAIN}f"))
    return [
        {cell.get("r").rstrip("0123456789"): "".join(cell.itertext()) for cell in row}
        for row in sheet.iter(f"{MAIN}row")
    ]


def hostile_table() -> pa.Table:
    """Make a table with every hostile text in a column, in a list and in a struct."""
    # Arrow holds UTF-8 only; a lone surrogate never gets this far.
    return pa.table({"text": TEXTS, "list": [[t] for t in TEXTS], "s": [{"t": t} for t in TEXTS]})


def test_csv_opens_in_a_swedish_excel() -> None:
    """A mark, semicolons, decimal commas, Swedish time; what is missing is empty."""
    content = write_table(TABLE, "csv", ABOUT)
    assert content.startswith(b"\xef\xbb\xbfitem_id;text;")
    header, first, second = read_csv(content)
    assert header == TABLE.column_names
    assert first == [
        *("a", "Hej\npå er", "0,93", "7", "true", "2026-07-01 06:30:00", "2026-07-01"),
        '["gift-i-vattnet", "\'=1"]',
        '{"label": "asserts", "probability": 0.5}',
    ]
    assert second == ["b", "", "", str(2**60), "false", "", "1815-06-18", "[]", ""]


def test_xlsx_keeps_what_each_value_is() -> None:
    """Numbers, dates and truths are such; what Excel cannot hold is text, whole."""
    header, first, second = read_sheet(write_table(TABLE, "xlsx", ABOUT))
    assert list(header.values()) == TABLE.column_names
    assert [first[column] for column in "ABCDE"] == ["a", "Hej\npå er", "0.93", "7", "1"]
    assert first["F"].startswith("46204.27")
    assert first["G"] == "46204"
    assert first["H"] == '["gift-i-vattnet", "\'=1"]'
    assert second == {"A": "b", "D": str(2**60), "E": "0", "G": "1815-06-18", "H": "[]"}


def test_xlsx_says_of_itself_what_it_is() -> None:
    """A second sheet tells title, filter, moment, rows, and that a model classified."""
    content = write_table(TABLE, "xlsx", ABOUT)
    told = {row["A"]: row["B"] for row in read_sheet(content, 2)}
    assert told["Titel"] == ABOUT.title
    assert told["Urval"] == ABOUT.selection
    assert told["Skapad"] == "2026-07-01 06:30"
    assert told["Antal rader"] == "2"
    assert "modell" in told["Klassningar"]
    names = [sheet.get("name") for sheet in parts(content)["xl/workbook.xml"].iter(f"{MAIN}sheet")]
    assert names == ["Rader", "Om"]
    english = write_table(TABLE, "xlsx", About("Flagged posts", "", NOW, "en"))
    assert {"A": "Selection", "B": "Everything"} in read_sheet(english, 2)


def test_the_header_of_a_sheet_stays_in_sight() -> None:
    """The first row is frozen and can be filtered by."""
    sheet = parts(write_table(TABLE, "xlsx", ABOUT))["xl/worksheets/sheet1.xml"]
    (pane,) = sheet.iter(f"{MAIN}pane")
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    (filtered,) = sheet.iter(f"{MAIN}autoFilter")
    assert filtered.get("ref") == "A1:I3"


def test_parquet_is_as_it_is() -> None:
    """Programs get each value untouched."""
    content = write_table(hostile_table(), "parquet", ABOUT)
    assert pq.read_table(io.BytesIO(content)).equals(hostile_table())


def test_hostile_texts_are_read_back_from_csv_defused() -> None:
    """Each text is one field, and the field is the defused text."""
    rows = read_csv(write_table(hostile_table(), "csv", ABOUT))[1:]
    assert [row[0] for row in rows] == [defuse_csv(text) for text in TEXTS]


def test_hostile_texts_are_read_back_from_xlsx_defused() -> None:
    """Each text is one cell of text: no formula, no link, and every part is sound XML."""
    content = write_table(hostile_table(), "xlsx", ABOUT)
    cells = [row.get("A", "") for row in read_sheet(content)[1:]]
    # An underscore before what XLSX would take for a code is written as a code itself.
    assert [cell.replace("_x005F_", "_") for cell in cells] == [defuse(text) for text in TEXTS]
    found = parts(content)
    assert not list(found["xl/worksheets/sheet1.xml"].iter(f"{MAIN}hyperlink"))
    assert not [name for name in found if "vba" in name or "external" in name.lower()]


def test_hostile_titles_are_harmless() -> None:
    """Title and filter come from people too."""
    hostile = "".join(text[:100] for text in TEXTS)
    content = write_table(TABLE, "xlsx", About(f"={hostile}", f"={hostile}", NOW))
    told = {row["A"]: row["B"] for row in read_sheet(content, 2)}
    assert told["Titel"].startswith("'=")
    assert told["Urval"].startswith("'=")
    assert parts(content)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_an_empty_list_is_a_file_too(kind: Kind) -> None:
    """A filter that leaves nothing gives a header and no error."""
    assert write_table(TABLE.slice(0, 0), kind, ABOUT)
    assert kind in MEDIA_TYPES


def test_too_many_rows_for_a_sheet_are_refused() -> None:
    """Whoever asks for more than Excel takes is told what to choose instead."""
    table = pa.table({"a": pa.nulls(1_048_576)})
    with pytest.raises(InputError, match="välj CSV eller Parquet"):
        write_table(table, "xlsx", ABOUT)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_large_lists_take_little_memory(kind: Kind) -> None:
    """Rows are written as they come: ten thousand long ones never stand in memory at once."""
    table = pa.table({"text": pa.array(["Ett långt inlägg. " * 60 for _ in range(10_000)])})
    with tempfile.TemporaryFile() as file:
        tracemalloc.start()
        try:
            save_table(table, kind, ABOUT, file)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 6_000_000


def test_a_csv_file_is_left_open() -> None:
    """The caller's file can be sent from once it is written."""
    file = io.BytesIO()
    save_table(TABLE, "csv", ABOUT, file)
    file.seek(0)
    assert len(list(islice(file, 2))) == 2
