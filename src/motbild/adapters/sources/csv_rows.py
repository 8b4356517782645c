"""Cutting CSV into rows without letting one lost quote swallow the rest of the file.

A row whose quotes do not close, within `ROW_LIMIT` characters, is set aside and
reading goes on at its next line. Lines of such a row could pass for rows of
their own, so that until a row is accepted again it must also have an even
number of quotes and an id without a blank.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.streams import LINE_LIMIT, BrokenTailError
from motbild.core.records import Reject

ROW_LIMIT = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")

# The limit is the process's own and 128 KiB by default, which whole good rows may pass; rows are
# bounded here by ROW_LIMIT and LINE_LIMIT instead.
csv.field_size_limit(2 * LINE_LIMIT)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's cells, or None where it cannot be told apart; its first line and its text."""

    line: int
    cells: list[str] | None
    text: str


class CsvRows:
    """Reads the header and then the rows of a CSV file.

    Attributes:
        header: Names of the columns, stripped; None where there is no first row.
    """

    def __init__(self, lines: Iterator[tuple[int, str | Reject]]) -> None:
        """Read the header.

        Args:
            lines: The file's lines with their numbers, as `streams.read_lines` yields.
        """
        self._lines = lines
        self._waiting: deque[tuple[int, str | Reject]] = deque()
        self._tail: BrokenTailError | None = None
        self._delimiter = ","
        self.header = self._read_header()

    def read(self, id_position: int) -> Iterator[tuple[int, list[str] | Reject]]:
        """Yield each row's cells, as many as the header has, with the line it begins on.

        Args:
            id_position: Which column holds the id.

        Raises:
            BrokenTailError: The file ends too early or is damaged.
        """
        broken: tuple[int, int] | None = None  # first and last line of what is set aside
        while (line := self._next_line()) is not None:
            number, text = line
            row = text if isinstance(text, Reject) else self._read_row(number, text)
            if broken and not isinstance(row, Reject) and not self._is_sound(row, id_position):
                broken = (broken[0], row.line)
                continue
            if broken:
                yield broken[0], _reject_broken(*broken)
                broken = None
            if isinstance(row, Reject):
                yield number, row
            elif row.cells is None:
                broken = (row.line, row.line)
            else:
                cells = self._fit(row.cells)
                yield row.line, cells if cells else make_reject(row.line, "ragged-row")
        if self._tail:
            raise BrokenTailError(broken[0] if broken else self._tail.line)
        if broken:
            yield broken[0], _reject_broken(*broken)

    def _read_header(self) -> list[str] | None:
        line = self._next_line()
        if line is None or isinstance(line[1], Reject):
            return None
        self._delimiter = max(_DELIMITERS, key=line[1].count)
        cells = self._read_row(line[0], line[1]).cells
        return None if cells is None else [cell.strip() for cell in cells]

    def _next_line(self) -> tuple[int, str | Reject] | None:
        """Return the next line that is not blank."""
        while True:
            line = self._pull()
            if line is None or isinstance(line[1], Reject) or line[1].strip():
                return line

    def _pull(self) -> tuple[int, str | Reject] | None:
        """Return the next line; a broken tail waits until all lines before it are rows."""
        if self._waiting:
            return self._waiting.popleft()
        try:
            return next(self._lines, None)
        except BrokenTailError as error:
            self._tail = error
            return None

    def _read_row(self, number: int, text: str) -> _Row:
        """Read the row that begins on a line, taking as many further lines as it needs."""
        taken: list[tuple[int, str | Reject]] = [(number, text)]
        feed = self._feed(text, taken)
        try:
            cells = next(csv.reader(feed, delimiter=self._delimiter, strict=True))
        except (csv.Error, StopIteration):
            self._waiting.extendleft(reversed(taken[1:]))
            return _Row(number, None, text)
        return _Row(number, cells, "\n".join(str(part) for _, part in taken))

    def _feed(self, text: str, taken: list[tuple[int, str | Reject]]) -> Iterator[str]:
        yield text + "\n"
        length = len(text)
        while length < ROW_LIMIT:
            line = self._pull()
            if line is None:
                return
            taken.append(line)
            if isinstance(line[1], Reject):
                return
            length += len(line[1]) + 1
            yield line[1] + "\n"

    def _fit(self, cells: list[str]) -> list[str] | None:
        """Return as many cells as the header has, if nothing but blank ones is over."""
        width = len(self.header or [])
        return cells[:width] if len(cells) >= width and not any(cells[width:]) else None

    def _is_sound(self, row: _Row, id_position: int) -> bool:
        cells = self._fit(row.cells) if row.cells else None
        if cells is None or row.text.count('"') % 2:
            return False
        native_id = cells[id_position].strip()
        return bool(native_id) and not any(character.isspace() for character in native_id)


def _reject_broken(first: int, last: int) -> Reject:
    if first == last:
        return make_reject(first, "unbalanced-quote")
    return make_reject(
        first,
        "unbalanced-quote",
        f"A quoted field does not end where it should, so lines {first}-{last} "
        "cannot be told apart; mend the quotes.",
    )
