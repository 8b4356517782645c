"""The chain of the log: whole as long as nobody has touched it."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from motbild.core.audit import ACTIONS, BEGINNING, AuditEntry, chain, first_break
from tests.decisions import MOMENT

_DETAILS = st.dictionaries(
    st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
)
_LINES = st.lists(st.tuples(st.sampled_from(ACTIONS), st.text(), _DETAILS), max_size=8)


def _entries(lines: list[tuple[str, str, dict[str, Any]]]) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number, (action, subject, details) in enumerate(lines, start=1):
        previous = entries[-1].digest if entries else BEGINNING
        told: dict[str, Any] = {"seq": number, "at": MOMENT, "actor": "anna"}
        told |= {"action": action, "subject": subject, "details": details}
        digest = chain(previous, **told)
        entries.append(AuditEntry(**told, previous_digest=previous, digest=digest))
    return entries


@given(_LINES)
def test_what_nobody_touched_is_whole(lines: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Whatever it tells, from its beginning or from any line on."""
    entries = _entries(lines)
    assert first_break(entries) is None
    for entry in entries:
        rest = entries[entry.seq :]
        assert first_break(rest, after_seq=entry.seq, after_digest=entry.digest) is None


@given(_LINES.filter(bool), st.data())
def test_a_line_that_was_altered_is_found(
    lines: list[tuple[str, str, dict[str, Any]]], data: st.DataObject
) -> None:
    """Even where its own digest was made anew: the next one does not follow then."""
    entries = _entries(lines)
    at = data.draw(st.integers(0, len(entries) - 1))
    entries[at] = replace(entries[at], actor="bo")
    assert first_break(entries) == at + 1
    entries[at] = replace(entries[at], digest="1" * 64)
    assert first_break(entries) == at + 1


def test_a_line_that_is_left_out_or_moved_is_found() -> None:
    """At the first place that does not fit."""
    entries = _entries([("decided", f"f{n}", {}) for n in range(4)])
    assert first_break([*entries[:1], *entries[2:]]) == 3
    assert first_break([entries[0], entries[2], entries[1], entries[3]]) == 3
    assert first_break(entries[1:]) == 2


def test_the_same_moment_in_another_zone_has_the_same_digest() -> None:
    """What a database makes of a moment does not break the chain."""
    told: dict[str, Any] = {"seq": 1, "actor": "a", "action": "decided", "subject": "f"}
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=3)))
    bare = MOMENT.replace(tzinfo=None)
    digests = {chain(BEGINNING, at=at, details={}, **told) for at in (MOMENT, elsewhere, bare)}
    assert len(digests) == 1
