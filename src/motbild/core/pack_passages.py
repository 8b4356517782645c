"""Labelled passages, cut out of the documents that a pack only points into."""

from collections.abc import Sequence

from motbild.core.narratives import Passage, Seed, SourceDocument


def split_paragraphs(content: bytes) -> list[str]:
    """Return the non-blank lines of a text document, stripped, in order."""
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    return [line.strip() for line in lines if line.strip()]


def cut_passage(
    document: SourceDocument, passage: Passage, paragraphs: Sequence[str]
) -> Seed | None:
    """Make a seed of a passage; None where the paragraphs have no such place."""
    if not 1 <= passage.paragraph <= len(paragraphs):
        return None
    paragraph = paragraphs[passage.paragraph - 1]
    text = paragraph[passage.start : passage.end].strip()
    if not 0 <= passage.start < passage.end <= len(paragraph) or not text:
        return None
    voice = f"doc-{document.digest[:8]}"
    return Seed(
        seed_id=f"{voice}-{passage.paragraph}-{passage.start}",
        text=text,
        lang=document.lang,
        narratives=passage.narratives,
        stance=passage.stance,
        is_threat=passage.is_threat,
        origin="document",
        voice=voice,
        note=passage.note,
    )
