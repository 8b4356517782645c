"""What an answer is drafted from and handed out as."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from motbild.adapters.packs import load_pack
from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.drafts import Draft, Part
from motbild.core.narratives import Narrative
from motbild.core.response_phrases import LIMITS, PHRASES
from motbild.errors import PackError
from motbild.web.reading.item import read_narratives

_POINT = "– "
# What an answer is headed by in a document; it does not repeat the rumour.
TITLES = {
    "sv": "Det här stämmer",
    "en": "What is true",
    "ar": "ما هو صحيح",
    "fa": "آنچه درست است",
    "so": "Waxa runta ah",
    "tr": "Doğru olan",
}


def read_narrative(
    snapshot: OpenSnapshot, pack_folders: Sequence[Path], narrative_id: str, lang: str
) -> Narrative | None:
    """Return a narrative as an answer tells of it; None where the snapshot has none by that id.

    A snapshot says it in Swedish. In another language the packs' own words are taken, where
    they can be read.
    """
    row = read_narratives(snapshot).get(narrative_id)
    if row is None:
        return None
    if lang != "sv":
        worded = snapshot.once("pack-narratives", lambda: _load_narratives(pack_folders))
        if narrative_id in worded:
            return worded[narrative_id]
    return Narrative(
        narrative_id=narrative_id,
        titles={"sv": row["title_sv"], "en": row["title_en"]},
        claim={"sv": row["claim_sv"]},
        falsehood={"sv": row["falsehood_sv"]},
        harm=row["harm"],
    )


def _load_narratives(pack_folders: Sequence[Path]) -> dict[str, Narrative]:
    found: dict[str, Narrative] = {}
    for folder in pack_folders:
        try:
            pack = load_pack(folder)
        except PackError:  # the night says so; what the snapshot knows will do here
            continue
        found |= {narrative.narrative_id: narrative for narrative in pack.narratives}
    return found


def read_occasion(snapshot: OpenSnapshot, post_id: str, family_id: str) -> dict[str, Any] | None:
    """Return the post that an answer is meant for: a question, or what an item stands for."""
    query = """
        SELECT post_id, text, lang, platform, posted_day FROM core.posts WHERE post_id = coalesce(
            nullif(?, ''), (SELECT post_id FROM memory.main.items WHERE family_id = ?)
        )
    """
    rows = snapshot.rows(query, [post_id, family_id]) if post_id or family_id else []
    return rows[0] if rows else None


def part_answer(answer: Answer) -> Draft:
    """Part the text of an answer, as somebody edited it, into paragraphs and sources."""
    paragraphs = [part.strip() for part in answer.text.split("\n\n") if part.strip()]
    sources: tuple[str, ...] = ()
    if len(paragraphs) > 1 and _is_sources(paragraphs[-1], answer.lang):
        sources = tuple(paragraphs.pop().splitlines())
    lines = [line for paragraph in paragraphs for line in paragraph.splitlines()]
    is_bulleted = bool(lines) and all(line.startswith(_POINT) for line in lines)
    told = [line.removeprefix(_POINT) for line in lines] if is_bulleted else paragraphs
    return Draft(
        parts=tuple(Part("fact", text) for text in told),
        sources=sources,
        text=answer.text,
        fact_refs=answer.fact_refs,
        caveats=(),
        character_count=len(answer.text),
        limit=LIMITS.get((answer.channel, answer.length), len(answer.text)),
        notes=(),
        is_bulleted=is_bulleted,
    )


def _is_sources(paragraph: str, lang: str) -> bool:
    phrases = PHRASES.get(lang)
    if phrases is None:
        return paragraph.startswith(_POINT)
    return paragraph.startswith((f"{phrases.sources}:", phrases.source.partition("{")[0]))


def source_lines(parted: Draft, lang: str) -> list[str]:
    """Return the sources one by one, without what heads them."""
    phrases = PHRASES.get(lang)
    lead = phrases.source.partition("{")[0] if phrases else ""
    heading = f"{phrases.sources}:" if phrases else ""
    lines = (line.removeprefix(_POINT).removeprefix(lead) for line in parted.sources)
    return [line.strip() for line in lines if line.strip() not in ("", heading)]
