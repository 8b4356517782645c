"""A report as its parts, whatever it is written as: a page, a document."""

from dataclasses import dataclass

from motbild.errors import UnexpectedError


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and the notes that say how its figures were counted."""

    text: str
    notes: tuple[int, ...] = ()  # numbers in the report's list of notes, from 1


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of texts under a caption; each row as long as its header."""

    caption: Paragraph
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading: paragraphs first, then tables."""

    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[ReportTable, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A whole report; posts that it quotes have passed `motbild.core.display.show`."""

    title: str
    intro: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()  # how it was counted, in the order of their numbers
    lang: str = "sv"

    def __post_init__(self) -> None:
        """Refuse a note that does not exist and a row that does not fit its header."""
        tables = [table for section in self.sections for table in section.tables]
        paragraphs = [*self.intro, *(table.caption for table in tables)]
        paragraphs += [part for section in self.sections for part in section.paragraphs]
        numbers = {number for paragraph in paragraphs for number in paragraph.notes}
        if not numbers <= set(range(1, len(self.notes) + 1)):
            raise UnexpectedError("A report refers to a note that it does not have.")
        if any(len(row) != len(table.header) for table in tables for row in table.rows):
            raise UnexpectedError("A row of a report's table is not as long as its header.")
