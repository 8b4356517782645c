"""The forms of a pack's files: which keys a table may have, and what each may hold.

What the values mean is told in `motbild.core.narratives`; what is wrong with them,
in `motbild.core.pack_rules`. Files are read by these forms in `motbild.core.pack_reading`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

from motbild.core.narratives import Fact, FactSource, Narrative, Passage, Seed, SourceDocument

T = TypeVar("T")
REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: `name` completes the sentence "it must be …"."""

    name: str
    accepts: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a form: the attribute it fills, and what it may hold."""

    attribute: str
    kind: Kind
    default: object = REQUIRED
    form: "Form[Any] | None" = None


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """The keys that a table may have, and what is made of them."""

    make: Callable[..., T]
    keys: Mapping[str, Key]


def is_text(value: object) -> bool:
    """Tell whether a value is text that can be stored."""
    # Half a surrogate pair passes JSON but can be neither encoded nor stored.
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_NOTE = Kind("text in quotes", is_text)
TEXT = Kind("text in quotes that is not empty", lambda v: is_text(v) and v.strip() != "")
ID = Kind(
    "lower-case letters, digits and single hyphens, such as 'min-pack'",
    lambda v: is_text(v) and re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", v) is not None,
)
_TEXTS = Kind(
    'a list of texts, such as ["a", "b"]',
    lambda v: isinstance(v, list) and all(map(TEXT.accepts, v)),
)
_BY_LANGUAGE = Kind(
    'a table with one text for each language, such as sv = "…"',
    lambda v: isinstance(v, dict) and all(map(TEXT.accepts, v.values())),
)
_DAY = Kind("a date without quotes, such as 2026-05-31", lambda v: type(v) is date)
_SHARE = Kind("a number from 0 to 1", lambda v: _is_number(v) and 0 <= v <= 1)
_COUNT = Kind("a whole number", lambda v: _is_number(v) and isinstance(v, int))
_FLAG = Kind("true or false", lambda v: isinstance(v, bool))
_ORIGIN = Kind(
    "'written', 'background' or 'document'", lambda v: v in ("written", "background", "document")
)
_PARENT = Kind("text in quotes, or left out", lambda v: v is None or TEXT.accepts(v))
_TABLES = Kind(
    "tables under a heading in double brackets",
    lambda v: isinstance(v, list) and all(isinstance(row, dict) for row in v),
)
_FILLED_TABLES = Kind(
    "one or more tables under a heading in double brackets",
    lambda v: _TABLES.accepts(v) and len(v) > 0,
)

_NARRATIVE = Form(
    Narrative,
    {
        "id": Key("narrative_id", ID),
        "harm": Key("harm", _SHARE, 0.5),
        "disarm_ids": Key("disarm_ids", _TEXTS, ()),
        "active_from": Key("active_from", _DAY, None),
        "active_to": Key("active_to", _DAY, None),
        "threshold": Key("threshold", _SHARE, None),
        "title": Key("titles", _BY_LANGUAGE, {}),
        "claim": Key("claim", _BY_LANGUAGE, {}),
        "falsehood": Key("falsehood", _BY_LANGUAGE, {}),
    },
)
SEED = Form(
    Seed,
    {
        "id": Key("seed_id", TEXT),
        "text": Key("text", TEXT),
        "lang": Key("lang", TEXT),
        "narratives": Key("narratives", _TEXTS),
        "stance": Key("stance", TEXT),
        "threat": Key("is_threat", _FLAG),
        "origin": Key("origin", _ORIGIN),
        "voice": Key("voice", TEXT),
        "note": Key("note", _NOTE),
        "parent": Key("parent", _PARENT, None),
    },
)
_SOURCE = Form(
    FactSource,
    {
        "title": Key("title", TEXT),
        "publisher": Key("publisher", TEXT),
        "year": Key("year", _COUNT, None),
        "address": Key("address", TEXT, None),
    },
)
_FACT = Form(
    Fact,
    {
        "id": Key("fact_id", TEXT),
        "narratives": Key("narratives", _TEXTS),
        "valid_from": Key("valid_from", _DAY),
        "valid_to": Key("valid_to", _DAY, None),
        "review_by": Key("review_by", _DAY),
        "approved_by": Key("approved_by", TEXT, None),
        "text": Key("text", _BY_LANGUAGE),
        "caveat": Key("caveat", _BY_LANGUAGE, {}),
        "sources": Key("sources", _TABLES, (), _SOURCE),
    },
)
_PASSAGE = Form(
    Passage,
    {
        "paragraph": Key("paragraph", _COUNT),
        "start": Key("start", _COUNT),
        "end": Key("end", _COUNT),
        "label": Key("label", TEXT),
        "narratives": Key("narratives", _TEXTS),
        "stance": Key("stance", TEXT),
        "threat": Key("is_threat", _FLAG, False),
        "note": Key("note", _NOTE, ""),
    },
)
_DOCUMENT = Form(
    SourceDocument,
    {
        "digest": Key("digest", TEXT),
        "title": Key("title", TEXT),
        "publisher": Key("publisher", TEXT),
        "kind": Key("kind", TEXT),
        "lang": Key("lang", TEXT),
        "published_on": Key("published_on", _DAY, None),
        "passages": Key("passages", _TABLES, (), _PASSAGE),
    },
)
# Only what stands at the top of a file; `dict` because a pack is put together from four files.
PACK: Form[dict[str, Any]] = Form(
    dict,
    {
        "id": Key("pack_id", ID),
        "version": Key("version", TEXT),
        "title": Key("titles", _BY_LANGUAGE),
        "narratives": Key("narratives", _FILLED_TABLES, form=_NARRATIVE),
    },
)
FACTS: Form[dict[str, Any]] = Form(dict, {"facts": Key("facts", _TABLES, (), _FACT)})
DOCUMENTS: Form[dict[str, Any]] = Form(
    dict, {"documents": Key("documents", _TABLES, (), _DOCUMENT)}
)
