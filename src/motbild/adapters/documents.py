"""Answers and reports as DOCX: the only importer of python-docx.

Headings, lists and header rows are what they are and not only look so, since readers with
a screen reader find their way by them. There are no macros, no links and no pictures.
"""

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_DIRECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import _Row
from docx.text.paragraph import Paragraph as DocxParagraph

from motbild.core.display import direction, strip_illegal
from motbild.core.report_document import Paragraph, ReportDocument, ReportTable

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_LOCALES = {
    "sv": "sv-SE",
    "en": "en-GB",
    "ar": "ar-SA",
    "fa": "fa-IR",
    "so": "so-SO",
    "tr": "tr-TR",
}
_RIGHT_TO_LEFT = frozenset({"ar", "fa"})
_SOURCES = {
    "sv": "Källor",
    "en": "Sources",
    "ar": "المصادر",
    "fa": "منابع",
    "so": "Ilaha",
    "tr": "Kaynaklar",
}
_NOTES = {"sv": "Så har vi räknat", "en": "How we counted"}


def write_answer(
    draft_title: str, paragraphs: Sequence[str], sources: Sequence[str], lang: str
) -> bytes:
    """Write an answer with its sources.

    Args:
        draft_title: Its heading.
        paragraphs: The answer, in order.
        sources: One line each: title, publisher, year, address.
        lang: What all of it is written in; of an unknown one, Swedish is said.
    """
    document = _new_document(draft_title, lang)
    for text in paragraphs:
        _add(document.add_paragraph(), text, lang)
    if sources:
        _add(document.add_heading(level=1), _SOURCES.get(lang, _SOURCES["sv"]), lang)
    for source in sources:
        _add(document.add_paragraph(style="List Bullet"), source, lang)
    return _saved(document)


def write_report(report: ReportDocument) -> bytes:
    """Write a report with its tables, and how it was counted last."""
    document = _new_document(report.title, report.lang)
    for paragraph in report.intro:
        _add_noted(document.add_paragraph(), paragraph, report.lang)
    for section in report.sections:
        _add(document.add_heading(level=1), section.heading, report.lang)
        for paragraph in section.paragraphs:
            _add_noted(document.add_paragraph(), paragraph, report.lang)
        for table in section.tables:
            _add_table(document, table, report.lang)
    if report.notes:
        _add(document.add_heading(level=1), _NOTES.get(report.lang, _NOTES["sv"]), report.lang)
    for note in report.notes:
        _add(document.add_paragraph(style="List Number"), note, report.lang)
    return _saved(document)


def _new_document(title: str, lang: str) -> DocxDocument:
    """Return an A4 document in a language, with its title on top and nothing of its template's."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    _set_language(document, lang)
    properties = document.core_properties
    # The template's own author, dates and remarks would be taken for ours.
    for element in list(properties._element):
        properties._element.remove(element)
    properties.title = strip_illegal(title)[:255]
    properties.language = _LOCALES.get(lang, _LOCALES["sv"])
    _add(document.add_heading(level=0), title, lang)
    return document


def _set_language(document: DocxDocument, lang: str) -> None:
    """Say what the text is in, so that it is read out and spell-checked right."""
    locale = _LOCALES.get(lang, _LOCALES["sv"])
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), locale)
        element.set(qn("w:bidi"), locale if lang in _RIGHT_TO_LEFT else "ar-SA")


def _add(paragraph: DocxParagraph, text: str, lang: str) -> None:
    """Write a text into an empty paragraph, in the direction that it runs in."""
    run = paragraph.add_run(strip_illegal(text))
    if direction(text, lang) == "rtl":
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def _add_noted(paragraph: DocxParagraph, noted: Paragraph, lang: str) -> None:
    """Write a paragraph with the numbers of its notes raised after it."""
    _add(paragraph, noted.text, lang)
    if noted.notes:
        numbers = paragraph.add_run(",".join(map(str, noted.notes)))
        numbers.font.superscript = True


def _add_table(document: DocxDocument, table: ReportTable, lang: str) -> None:
    """Write a caption and its table, whose header stands again on every page."""
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    _add_noted(caption, table.caption, lang)
    grid = document.add_table(1 + len(table.rows), len(table.header), style="Table Grid")
    if lang in _RIGHT_TO_LEFT:
        grid.table_direction = WD_TABLE_DIRECTION.RTL
    for row, texts in zip(grid.rows, (table.header, *table.rows), strict=True):
        _set_row(row, "w:cantSplit")
        for cell, text in zip(row.cells, texts, strict=True):
            _add(cell.paragraphs[0], text, lang)
    _set_row(grid.rows[0], "w:tblHeader")
    for cell in grid.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    document.add_paragraph()


def _set_row(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _saved(document: DocxDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
