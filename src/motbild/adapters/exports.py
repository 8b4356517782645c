"""Lists as files to take away: CSV, XLSX and Parquet, written row by row.

CSV is as a Swedish Excel opens it: a byte-order mark, semicolons, decimal commas, Swedish
time. What a spreadsheet could take for a formula is defused there and in XLSX; Parquet is
for programs, which want each value as it is.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import IO, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from motbild.core.spreadsheets import Cell, cell_value, csv_field, defuse, defuse_csv, swedish_time
from motbild.errors import InputError

Kind = Literal["csv", "xlsx", "parquet"]
MEDIA_TYPES: Mapping[Kind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}

_BATCH_ROWS = 1_000
_SHEET_ROWS = 1_048_576  # what Excel takes, the header among them
_EXACT = 10**15  # from here on Excel no longer keeps every digit of a number
_FIRST_YEAR = 1900  # of Excel's calendar
_NARROWEST, _WIDEST = 10, 60  # characters

_WORDS = {
    "sv": {
        "rows": "Rader",
        "about": "Om",
        "title": "Titel",
        "selection": "Urval",
        "everything": "Allt",
        "written": "Skapad",
        "count": "Antal rader",
        "times": "Tider",
        "which times": "Alla klockslag är svensk tid.",
        "classifications": "Klassningar",
        "what they are": (
            "Sannolikheter, hållning och flaggor kommer från en modell. De är inga beslut "
            "och säger inte att ett inlägg är falskt."
        ),
        "apostrophes": "Apostrofer",
        "why apostrophes": (
            "Ett ' först i en cell är ditsatt för att kalkylprogrammet inte ska läsa texten "
            "som en formel."
        ),
    },
    "en": {
        "rows": "Rows",
        "about": "About",
        "title": "Title",
        "selection": "Selection",
        "everything": "Everything",
        "written": "Written",
        "count": "Number of rows",
        "times": "Times",
        "which times": "All times are Swedish time.",
        "classifications": "Classifications",
        "what they are": (
            "Probabilities, stances and flags come from a model. They are no decisions "
            "and do not say that a post is false."
        ),
        "apostrophes": "Apostrophes",
        "why apostrophes": (
            "A ' at the start of a cell was put there so that the spreadsheet does not read "
            "the text as a formula."
        ),
    },
}


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself, on a sheet of its own where its kind has sheets."""

    title: str
    selection: str  # the filter in words; empty for everything
    written_at: datetime
    lang: Literal["sv", "en"] = "sv"


def write_table(table: pa.Table, kind: Kind, about: About) -> bytes:
    """Return a table as the bytes of a file; see `save_table`, which large ones need."""
    file = io.BytesIO()
    save_table(table, kind, about, file)
    return file.getvalue()


def save_table(table: pa.Table, kind: Kind, about: About, file: IO[bytes]) -> None:
    """Write a table to an open file, a thousand rows at a time; see `save_rows`.

    Raises:
        InputError: There are more rows than a sheet takes.
    """
    if kind == "xlsx":
        _require_sheet(table.num_rows)  # before any of it is written
    save_rows(table.to_reader(max_chunksize=_BATCH_ROWS), kind, about, file)


def save_rows(rows: pa.RecordBatchReader, kind: Kind, about: About, file: IO[bytes]) -> int:
    """Write rows to an open file as they come, so that never more than a few are held.

    Args:
        rows: Any columns; lists and structs become JSON in CSV and XLSX.
        kind: Of `MEDIA_TYPES`.
        about: What the file says of itself.
        file: Binary and seekable, left open at its end.

    Returns:
        How many rows they were.

    Raises:
        InputError: There are more rows than a sheet takes.
    """
    writers = {"csv": _save_csv, "xlsx": _save_xlsx, "parquet": _save_parquet}
    return writers[kind](rows, about, file)


def _save_parquet(rows: pa.RecordBatchReader, about: About, file: IO[bytes]) -> int:  # noqa: ARG001
    count = 0
    with pq.ParquetWriter(file, rows.schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _save_csv(rows: pa.RecordBatchReader, about: About, file: IO[bytes]) -> int:  # noqa: ARG001
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    writer.writerow([defuse_csv(name) for name in rows.schema.names])
    count = 0
    for count, row in enumerate(_each(rows), start=1):  # noqa: B007 - told at the end
        writer.writerow([csv_field(value) for value in row])
    lines.flush()
    lines.detach()
    return count


def _each(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Any, ...]]:
    for whole in batches:
        for start in range(0, whole.num_rows, _BATCH_ROWS):
            batch = whole.slice(start, _BATCH_ROWS)
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _require_sheet(row_count: int) -> None:
    if row_count >= _SHEET_ROWS:
        raise InputError(
            f"Listan har {row_count} rader och Excel tar högst {_SHEET_ROWS - 1}: "
            "välj CSV eller Parquet, eller ett snävare urval."
        )


def _save_xlsx(rows: pa.RecordBatchReader, about: About, file: IO[bytes]) -> int:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    words = _WORDS[about.lang]
    with xlsxwriter.Workbook(file, options) as book:
        created = about.written_at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": defuse(about.title), "created": created})
        count = _write_rows(book, book.add_worksheet(words["rows"]), rows)
        _write_about(book, book.add_worksheet(words["about"]), _about_rows(about, count))
    return count


def _write_rows(book: Any, sheet: Any, rows: pa.RecordBatchReader) -> int:  # noqa: ANN401 - xlsxwriter's
    """Write the rows beneath a header that stays in sight; return how many they were."""
    first = next(iter(rows), None)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(_widths(rows.schema.names, first)):
        sheet.set_column(column, column, width)
    bold = book.add_format({"bold": True, "bottom": 1})
    formats: dict[type[date], Any] = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    for column, name in enumerate(rows.schema.names):
        sheet.write_string(0, column, defuse(name), bold)
    count = 0
    for count, row in enumerate(_each(chain([first] if first is not None else [], rows)), start=1):
        _require_sheet(count)
        for column, value in enumerate(row):
            _write_cell(sheet, count, column, cell_value(value), formats)
    if rows.schema.names:
        sheet.autofilter(0, 0, count, len(rows.schema.names) - 1)
    return count


def _widths(names: Sequence[str], first: pa.RecordBatch | None) -> list[int]:
    """Return for each column a width that its name and its first values fit in."""
    shown = first.slice(0, 100).to_pydict() if first is not None else {}
    longest = (
        max([len(name) + 3, *(len(str(cell_value(value))) for value in shown.get(name, ()))])
        for name in names
    )
    return [min(max(length, _NARROWEST), _WIDEST) for length in longest]


def _write_cell(
    sheet: Any,  # noqa: ANN401 - xlsxwriter's
    row: int,
    column: int,
    cell: Cell,
    formats: Mapping[type[date], Any],
) -> None:
    """Write one cell as what it is, and never as what its text looks like."""
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, date) and cell.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, cell, formats[type(cell)])
    elif isinstance(cell, int | float) and abs(cell) < _EXACT:
        sheet.write_number(row, column, cell)
    elif cell != "":
        sheet.write_string(row, column, defuse(str(cell)))


def _about_rows(about: About, row_count: int) -> Sequence[tuple[str, str | int]]:
    words = _WORDS[about.lang]
    written = swedish_time(about.written_at).isoformat(sep=" ", timespec="minutes")
    return (
        (words["title"], about.title),
        (words["selection"], about.selection or words["everything"]),
        (words["written"], written),
        (words["count"], row_count),
        (words["times"], words["which times"]),
        (words["classifications"], words["what they are"]),
        (words["apostrophes"], words["why apostrophes"]),
    )


def _write_about(
    book: Any,  # noqa: ANN401 - xlsxwriter's
    sheet: Any,  # noqa: ANN401 - xlsxwriter's
    rows: Sequence[tuple[str, str | int]],
) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 80)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "align": "left"})
    for number, (name, told) in enumerate(rows):
        sheet.write_string(number, 0, name, bold)
        if isinstance(told, int):
            sheet.write_number(number, 1, told, wrapped)
        else:
            sheet.write_string(number, 1, defuse(told), wrapped)
