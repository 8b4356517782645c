"""Cursors of sources that are read in several strands: JSON, with the place of each."""

import json
from collections.abc import Mapping


def parse_cursor(cursor: str | None, place: str) -> dict[str, dict[str, str]]:
    """Return where each strand goes on, by the strand's name.

    Args:
        cursor: What an earlier run left; one that was left by another kind or for another
            place tells nothing, and so does none.
        place: What the cursor's terms hold for, such as a server.
    """
    try:
        told = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict) or told.get("place") != place:
        return {}
    strands = told.get("strands")
    if not isinstance(strands, dict):
        return {}
    return {
        name: {key: value for key, value in strand.items() if isinstance(value, str)}
        for name, strand in strands.items()
        if isinstance(strand, dict)
    }


def form_cursor(place: str, strands: Mapping[str, Mapping[str, str]]) -> str:
    """Write where each strand goes on."""
    return json.dumps({"place": place, "strands": strands}, ensure_ascii=False, sort_keys=True)
