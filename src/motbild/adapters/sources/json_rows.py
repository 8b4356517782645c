"""Parsing the JSON of one row, strictly where guessing would change what it says.

Decided here: NaN and Infinity, which JSON does not know but common exporters
write for "not there", are read as null; raw control characters inside strings
are accepted; a key given twice with different values is a reject, since either
may be meant.
"""

import json
import re

from motbild.adapters.sources.rejects import make_reject
from motbild.core.records import Reject

_UNDECODED = re.compile("[\ud800-\udfff]")


class _DuplicateKeyError(ValueError):
    """An object gives one key two different values."""


def parse_object(text: str, line: int) -> dict[str, object] | Reject:
    """Parse the JSON object of one row."""
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        return make_reject(line, "nested-too-deep")
    except _DuplicateKeyError:
        return make_reject(line, "duplicate-key")
    except json.JSONDecodeError:
        return make_reject(line, _why_broken(text))
    except ValueError:  # what Python raises for a number with too many digits
        return make_reject(line, "number-too-long")
    if _UNDECODED.search(text):
        return make_reject(line, "wrong-encoding")
    return value if isinstance(value, dict) else make_reject(line, "not-an-object")


def _why_broken(text: str) -> str:
    if _UNDECODED.search(text):
        return "wrong-encoding"
    return "nul-character" if "\0" in text else "broken-json"


def _build_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    built = dict(pairs)
    if len(built) < len(pairs) and any(built[key] != value for key, value in pairs):
        raise _DuplicateKeyError
    return built


_DECODER = json.JSONDecoder(
    object_pairs_hook=_build_object, parse_constant=lambda _: None, strict=False
)
