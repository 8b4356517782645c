"""CSV with a header, separated by comma, semicolon, tab or bar."""

from collections.abc import Iterator
from pathlib import Path

from motbild.adapters.sources.csv_rows import CsvRows
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.rows import parse_row
from motbild.adapters.sources.streams import read_lines
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError


def read(path: Path, mapping: ColumnMapping) -> Iterator[RawPost | Reject]:
    """Yield the posts of a CSV file.

    Raises:
        SourceError: The header is missing or has no column for id or text.
        BrokenTailError: The file ends too early or is damaged.
    """
    for line, row in read_rows(path, mapping):
        yield row if isinstance(row, Reject) else parse_row(row, line, mapping)


def read_rows(
    path: Path, mapping: ColumnMapping
) -> Iterator[tuple[int, dict[str, object] | Reject]]:
    """Yield each row by column name, with the line it begins on.

    Raises:
        SourceError: The header is missing or has no column for id or text.
        BrokenTailError: The file ends too early or is damaged.
    """
    rows = CsvRows(read_lines(path))
    header = rows.header
    if header is None:
        raise SourceError(f"{path} does not begin with a readable header row; add one.")
    used = check_columns(path, header, mapping)
    id_position = next(place for place, name in enumerate(header) if used.get(name) == "id")
    for line, cells in rows.read(id_position):
        yield line, cells if isinstance(cells, Reject) else dict(zip(header, cells, strict=True))


def check_columns(path: Path, names: list[str], mapping: ColumnMapping) -> dict[str, str]:
    """Return which of a table's columns tell which field of a post.

    Raises:
        SourceError: No column tells the id or the text, or a used one is there twice.
    """
    used = mapping.used_columns(names)
    for name, what in (("id", "id"), ("text", "text")):
        if name not in used.values():
            raise SourceError(
                f"{path} has no column for the posts' {what}; "
                f"name it as '{name}' under [sources.columns] in sources.toml."
            )
    if any(names.count(name) > 1 for name in used):
        raise SourceError(f"{path} has two columns of one name; rename one in its header.")
    return used


def read_header(path: Path) -> list[str]:
    """Return the names of a file's columns, or none where it has no header."""
    return CsvRows(read_lines(path)).header or []
