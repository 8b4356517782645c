"""The chain of the log: whole as long as nobody has touched it."""

import json
from dataclasses import fields, replace
from datetime import timedelta, timezone
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from motbild.core.audit import (
    ACTIONS,
    ADDED,
    ALTERED,
    BEGINNING,
    CUT,
    DISPLACED,
    MISSING,
    REPLACED,
    Anchor,
    AuditEntry,
    Fault,
    Head,
    chain,
    find_faults,
    parse_anchor,
)
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


def _head(entries: list[AuditEntry]) -> Head:
    return Head(entries[-1].seq, entries[-1].digest) if entries else Head(0, BEGINNING)


@given(_LINES)
def test_what_nobody_touched_is_whole(lines: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Whatever it tells, and whatever was seen of it before."""
    entries = _entries(lines)
    anchors = [Anchor(entry.seq, entry.digest, "a night") for entry in entries]
    assert find_faults(entries, _head(entries), anchors) == []


def _changed(draw: st.DrawFn, entry: AuditEntry) -> AuditEntry:
    """The same line with one field of another value."""
    name = draw(st.sampled_from([field.name for field in fields(AuditEntry)]))
    old = getattr(entry, name)
    values: dict[str, st.SearchStrategy[Any]] = {
        "seq": st.integers(-3, 20),
        "at": st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda later: MOMENT + later),
        "details": _DETAILS,
    }
    new = draw(values.get(name, st.text()).filter(lambda value: not _is_same(value, old)))
    return replace(entry, **{name: new})


def _is_same(one: object, other: object) -> bool:
    return json.dumps(one, default=str, sort_keys=True) == json.dumps(
        other, default=str, sort_keys=True
    )


@st.composite
def _tampered(draw: st.DrawFn) -> tuple[list[AuditEntry], Head, list[AuditEntry], Head]:
    """A log and the same log after one thing was done to it, as a database would give it."""
    entries = _entries(draw(_LINES.filter(bool)))
    head, after = _head(entries), list(entries)
    at = draw(st.integers(0, len(entries) - 1))
    deed = draw(st.sampled_from(["change", "delete", "swap", "insert", "cut", "cut with its end"]))
    if deed == "change":
        after[at] = _changed(draw, after[at])
    elif deed == "delete":
        del after[at]
    elif deed == "swap":
        other = draw(st.integers(0, len(entries) - 1).filter(lambda n: n != at)) if at else at
        assume(other != at)
        after[at], after[other] = (
            replace(after[other], seq=after[at].seq),
            replace(after[at], seq=after[other].seq),
        )
    elif deed == "insert":
        made = _entries(draw(_LINES.filter(bool)))[-1]
        after.insert(at, replace(made, seq=draw(st.integers(-2, 20))))
    else:
        del after[at:]
    after.sort(key=lambda entry: entry.seq)
    return entries, head, after, _head(after) if deed == "cut with its end" else head


@given(_tampered())
def test_whatever_is_done_to_a_log_is_found(
    case: tuple[list[AuditEntry], Head, list[AuditEntry], Head],
) -> None:
    """A changed field, a line taken out, two that changed places, one put in, a cut end."""
    entries, head, after, head_after = case
    assume((after, head_after) != (entries, head))
    anchor = Anchor(head.seq, head.digest, "a backup")
    assert find_faults(after, head_after, [anchor])
    if head_after == head:  # without an anchor, too
        assert find_faults(after, head_after)


@given(_LINES.filter(bool), st.data())
def test_a_log_written_anew_is_told_by_what_was_seen_of_it(
    lines: list[tuple[str, str, dict[str, Any]]], data: st.DataObject
) -> None:
    """With every digest and the end made to fit, only what is kept elsewhere differs."""
    entries = _entries(lines)
    at = data.draw(st.integers(0, len(entries) - 1))
    anew = _entries([*lines[:at], ("exported", "nothing", {"anew": True}), *lines[at + 1 :]])
    assume(anew != entries)
    assert find_faults(anew, _head(anew)) == []
    anchor = Anchor(len(entries), entries[-1].digest, "run r1")
    assert find_faults(anew, _head(anew), [anchor]) == [Fault(len(entries), REPLACED, "run r1")]


def test_each_kind_of_fault_is_told_with_its_line() -> None:
    """What happened, and where."""
    entries = _entries([("decided", f"f{n}", {}) for n in range(5)])
    head, one = _head(entries), entries[2]
    altered = [*entries[:2], replace(one, actor="bo"), *entries[3:]]
    assert find_faults(altered, head) == [Fault(3, ALTERED)]
    assert find_faults([*entries[:2], *entries[3:]], head) == [Fault(3, MISSING)]
    assert find_faults(entries[:3], head) == [Fault(4, CUT)]
    assert find_faults(entries, Head(4, entries[3].digest)) == [Fault(5, ADDED)]
    moved = [*entries[:2], replace(entries[3], seq=3), replace(one, seq=4), entries[4]]
    assert {fault.kind for fault in find_faults(moved, head)} == {ALTERED, DISPLACED}
    seen = [Anchor(5, entries[4].digest, "run r1"), Anchor(2, entries[1].digest, "run r0")]
    assert find_faults(entries[:3], _head(entries[:3]), seen) == [Fault(4, CUT, "run r1")]


def test_what_is_kept_on_paper_is_read_back() -> None:
    """A number, a colon and a digest, and nothing else."""
    assert parse_anchor(f" 12:{'AB' * 32} ", "paper") == Anchor(12, "ab" * 32, "paper")
    for text in ("", "12", f"0:{'ab' * 32}", f"-1:{'ab' * 32}", "12:ab", f"x:{'ab' * 32}"):
        assert parse_anchor(text, "paper") is None


def test_the_same_moment_in_another_zone_has_the_same_digest() -> None:
    """What a database makes of a moment does not break the chain."""
    told: dict[str, Any] = {"seq": 1, "actor": "a", "action": "decided", "subject": "f"}
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=3)))
    bare = MOMENT.replace(tzinfo=None)
    digests = {chain(BEGINNING, at=at, details={}, **told) for at in (MOMENT, elsewhere, bare)}
    assert len(digests) == 1
