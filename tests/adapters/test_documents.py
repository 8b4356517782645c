"""Answers and reports as DOCX: sound, accessible, in their language, and with no surprise."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from lxml import etree

from motbild.adapters.documents import write_answer, write_report
from motbild.core.display import show, strip_illegal
from motbild.core.report_document import Paragraph, ReportDocument, ReportTable, Section
from motbild.errors import UnexpectedError
from tests.data.hostile import HOSTILE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXTS = [text for _, text in HOSTILE]
TABLE = ReportTable(
    Paragraph("Inlägg per berättelse", (2,)),
    ("Berättelse", "Inlägg"),
    (("Gift i vattnet", "1 204"), ("هل هذا صحيح؟", "17")),
)
REPORT = ReportDocument(
    title="Läget vecka 27",
    intro=(Paragraph("Ett lugnt läge.", (1, 2)),),
    sections=(
        Section("Vad som sprids", (Paragraph("Färre inlägg än förra veckan."),), (TABLE,)),
        Section("Vad folk frågar", (Paragraph("Får man själv välja advokat?"),)),
    ),
    notes=("Inlägg räknas en gång per plattform.", "Kopior räknas för sig."),
)


def parts(content: bytes) -> dict[str, Any]:
    """Return the XML parts of a document, each parsed strictly."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        names = [name for name in file.namelist() if name.endswith((".xml", ".rels"))]
        return {name: etree.fromstring(file.read(name)) for name in names}


def styled(content: bytes) -> list[tuple[str, str]]:
    """Return the style and the text of each paragraph outside tables."""
    paragraphs = Document(io.BytesIO(content)).paragraphs
    return [(paragraph.style.name, paragraph.text) for paragraph in paragraphs if paragraph.style]


def test_a_report_has_headings_notes_and_its_parts_in_order() -> None:
    """Whoever listens finds title, sections and how it was counted by their headings."""
    assert styled(write_report(REPORT)) == [
        ("Title", "Läget vecka 27"),
        ("Normal", "Ett lugnt läge.1,2"),
        ("Heading 1", "Vad som sprids"),
        ("Normal", "Färre inlägg än förra veckan."),
        ("Caption", "Inlägg per berättelse2"),
        ("Normal", ""),
        ("Heading 1", "Vad folk frågar"),
        ("Normal", "Får man själv välja advokat?"),
        ("Heading 1", "Så har vi räknat"),
        ("List Number", "Inlägg räknas en gång per plattform."),
        ("List Number", "Kopior räknas för sig."),
    ]


def test_tables_say_their_headers_again_on_each_page() -> None:
    """The first row is a header row, and no row is torn by a page's end."""
    content = write_report(REPORT)
    (table,) = Document(io.BytesIO(content)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        list(TABLE.header),
        *map(list, TABLE.rows),
    ]
    rows = list(parts(content)["word/document.xml"].iter(f"{W}tr"))
    assert [len(list(row.iter(f"{W}tblHeader"))) for row in rows] == [1, 0, 0]
    assert [len(list(row.iter(f"{W}cantSplit"))) for row in rows] == [1, 1, 1]


def test_numbers_of_notes_are_raised() -> None:
    """A note's number is not taken for part of a figure."""
    body = parts(write_report(REPORT))["word/document.xml"]
    raised = [
        "".join(run.itertext())
        for run in body.iter(f"{W}r")
        if any(align.get(f"{W}val") == "superscript" for align in run.iter(f"{W}vertAlign"))
    ]
    assert raised == ["1,2", "2"]


def test_an_answer_has_its_sources_last() -> None:
    """Each source is a line of a list under a heading."""
    content = write_answer("Svar", ["Så är det.", "Därför."], ["Lagen, 1990"], "sv")
    assert styled(content) == [
        ("Title", "Svar"),
        ("Normal", "Så är det."),
        ("Normal", "Därför."),
        ("Heading 1", "Källor"),
        ("List Bullet", "Lagen, 1990"),
    ]
    assert "Källor" not in str(styled(write_answer("Svar", ["Så är det."], [], "sv")))


@pytest.mark.parametrize(
    ("lang", "locale", "heading"),
    [
        ("sv", "sv-SE", "Källor"),
        ("en", "en-GB", "Sources"),
        ("ar", "ar-SA", "المصادر"),
        ("fa", "fa-IR", "منابع"),
        ("so", "so-SO", "Ilaha"),
        ("tr", "tr-TR", "Kaynaklar"),
        ("xx", "sv-SE", "Källor"),
    ],
)
def test_the_language_is_said(lang: str, locale: str, heading: str) -> None:
    """Spelling and reading aloud follow the document's language."""
    content = write_answer("1", ["2"], ["3"], lang)
    languages = list(parts(content)["word/styles.xml"].iter(f"{W}lang"))
    assert {element.get(f"{W}val") for element in languages} == {locale}
    assert Document(io.BytesIO(content)).core_properties.language == locale
    assert ("Heading 1", heading) in styled(content)


def test_arabic_runs_from_the_right() -> None:
    """Paragraphs in Arabic do, and an address among them does not."""
    content = write_answer("جواب", ["هذا غير صحيح."], ["https://exempel.example/"], "ar")
    told = {
        "".join(p.itertext()): (bool(list(p.iter(f"{W}bidi"))), bool(list(p.iter(f"{W}rtl"))))
        for p in parts(content)["word/document.xml"].iter(f"{W}p")
    }
    assert told == {
        "جواب": (True, True),
        "هذا غير صحيح.": (True, True),
        "المصادر": (True, True),
        "https://exempel.example/": (False, False),
    }


def test_arabic_tables_begin_at_the_right() -> None:
    """The first column of an Arabic report's table stands to the right."""
    section = Section("الوضع", (), (TABLE,))
    arabic = ReportDocument("تقرير", (), (section,), ("a", "b"), "ar")
    assert list(parts(write_report(arabic))["word/document.xml"].iter(f"{W}bidiVisual"))
    assert not list(parts(write_report(REPORT))["word/document.xml"].iter(f"{W}bidiVisual"))


def test_nothing_of_the_template_is_told() -> None:
    """No author, date or remark of the template is taken for ours, and nothing runs."""
    content = write_report(REPORT)
    properties = Document(io.BytesIO(content)).core_properties
    assert properties.title == "Läget vecka 27"
    assert (properties.author, properties.comments, properties.created) == ("", "", None)
    found = parts(content)
    assert not [name for name in found if "vba" in name.lower() or "embeddings" in name]
    outside = [
        relation for name, part in found.items() if name.endswith(".rels") for relation in part
    ]
    assert "External" not in {relation.get("TargetMode") for relation in outside}


def test_hostile_texts_stay_texts_in_answers() -> None:
    """Whatever a text says, each part is sound XML and what is read back is the text."""
    content = write_answer("".join(text[:100] for text in TEXTS), TEXTS, TEXTS, "sv")
    read = styled(content)
    legal = [strip_illegal(text) for text in TEXTS]
    assert [text for style, text in read if style == "Normal"] == legal
    assert [text for style, text in read if style == "List Bullet"] == legal
    assert not list(parts(content)["word/document.xml"].iter(f"{W}instrText", f"{W}hyperlink"))


def test_hostile_texts_stay_texts_in_reports() -> None:
    """Posts that a report quotes are read back as they were shown, in tables too."""
    shown = [show(text, 500) for text in TEXTS]
    table = ReportTable(Paragraph(shown[0]), ("Inlägg",), tuple((text,) for text in shown))
    paragraphs = tuple(map(Paragraph, shown))
    sections = tuple(Section(text, (), ()) for text in shown)
    report = ReportDocument(
        TEXTS[0], paragraphs, (*sections, Section("", (), (table,))), tuple(TEXTS)
    )
    content = write_report(report)
    read = styled(content)
    assert [text for style, text in read if style == "Normal"][: len(shown)] == shown
    assert [text for style, text in read if style == "Heading 1"][: len(shown)] == shown
    (grid,) = Document(io.BytesIO(content)).tables
    assert [cell.text for cell in grid.columns[0].cells][1:] == shown
    assert parts(content)


def test_a_note_must_exist() -> None:
    """A figure never refers to a note that is not there."""
    with pytest.raises(UnexpectedError, match="note"):
        ReportDocument("Titel", (Paragraph("Text", (1,)),), ())


def test_rows_fit_their_header() -> None:
    """A row with a cell too few would shift the figures."""
    table = ReportTable(Paragraph("Tabell"), ("a", "b"), (("1",),))
    with pytest.raises(UnexpectedError, match="header"):
        ReportDocument("Titel", (), (Section("Del", (), (table,)),))
