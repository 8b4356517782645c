"""What columns of downloaded lists are called, and what their codes say.

A spreadsheet is for people: its columns and codes are told in their language. Parquet is for
programs and keeps the names of the data dictionary. The English stands in
`translations/en/downloads.po`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from motbild.web.answering import ANSWER_STATUSES, WORDING_STATUSES
from motbild.web.deciding import KIND_NAMES, STANCE_NAMES
from motbild.web.language import Words
from motbild.web.reasons import tell_reason
from motbild.web.rumour_verdicts import VERDICT_NAMES
from motbild.web.wording import CHANNEL_NAMES

COLUMN_NAMES: Mapping[str, str] = {
    "family_id": "Kopior, id",
    "post_id": "Inlägg, id",
    "cluster_id": "Rykte, id",
    "answer_id": "Svar, id",
    "fact_id": "Faktauppgift, id",
    "narrative_id": "Narrativ",
    "narrative_ids": "Alla narrativ",
    "asked_narrative_id": "Frågar om narrativ",
    "narratives": "Svarar på narrativ",
    "nearest_narrative_id": "Närmaste narrativ",
    "is_flagged": "Flaggad",
    "is_threat": "Kan vara hot",
    "is_proposed": "Förslag",
    "probability": "Sannolikhet",
    "threat_probability": "Sannolikhet för hot",
    "asks_probability": "Sannolikhet för fråga",
    "stance": "Hållning enligt modellen",
    "priority_score": "Prioritet",
    "priority_reason": "Skäl till prioriteten",
    "lang": "Språk",
    "platform": "Plattform",
    "source_id": "Källa",
    "posted_at": "Publicerat",
    "posted_day": "Dag",
    "first_day": "Första dag",
    "last_day": "Senaste dag",
    "copy_count": "Kopior",
    "post_count": "Antal inlägg",
    "family_count": "Antal olika texter",
    "growth": "Tillväxt",
    "night_count": "Sett nätter i rad",
    "stability": "Andel kvar sedan natten före",
    "threshold_share": "Närhet till narrativet",
    "terms": "Ord som utmärker",
    "score": "Rangordning",
    "example_number": "Exempel nummer",
    "text": "Text",
    "parent_text": "Besvarat inlägg",
    "address": "Adress",
    "decided_kind": "Beslut",
    "decided_narratives": "Beslutade narrativ",
    "decided_at": "Beslutat",
    "verdict": "Ställningstagande",
    "verdict_narrative_id": "Variant av narrativ",
    "similar_question": "Liknande fråga",
    "channel": "Kanal",
    "version": "Version",
    "status": "Läge",
    "fact_ids": "Faktauppgifter",
    "created_at": "Påbörjat",
    "published_on": "Publicerat den",
    "caveat": "Förbehåll",
    "sources": "Källor",
    "valid_from_day": "Gäller från",
    "valid_to_day": "Gäller till",
    "review_by_day": "Granskas senast",
    "seq": "Nummer",
    "at": "Tid",
    "actor": "Person",
    "action": "Handling",
    "subject": "Gäller",
    "details": "Uppgifter",
    "digest": "Kontrollsumma",
}
_CODES: Mapping[str, Mapping[str, str]] = {
    "stance": STANCE_NAMES,
    "decided_kind": KIND_NAMES,
    "verdict": VERDICT_NAMES,
    "channel": CHANNEL_NAMES,
    "status": {
        code: name
        for statuses in (WORDING_STATUSES, ANSWER_STATUSES)
        for code, (name, _) in statuses.items()
    },
}


def tell_columns(table: pa.Table, words: Words) -> pa.Table:
    """Return a list as people read it: columns named and codes told in their language."""
    for number, name in enumerate(table.column_names):
        if (tell := _teller(name, words)) is not None:
            values = table.column(number).to_pylist()
            known = {value: tell(value) for value in set(values)}
            told = pa.array([known[value] for value in values], pa.string())
            table = table.set_column(number, name, told)
    return table.rename_columns([words(COLUMN_NAMES[name]) for name in table.column_names])


def _teller(name: str, words: Words) -> Callable[[Any], str | None] | None:
    if name == "priority_reason":
        return lambda reason: "; ".join(tell_reason(reason or "", words))
    if name == "lang":
        return lambda code: words.language(code) if code else None
    if (codes := _CODES.get(name)) is not None:
        return lambda code: words(codes[code]) if code in codes else code
    return None
