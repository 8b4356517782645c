"""What may be wrong with a narrative pack, in words: one sentence for each rule.

`motbild.core.pack_rules` tells which of them a pack breaks.
"""

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning"]

# In each, the place comes first and makes it a whole sentence.
ERRORS: Final = {
    "duplicate-id": "stands there {count} times; give each entry its own id.",
    "missing-definition": 'lacks its {key} in {lang}; add {lang} = "…" to its {key}.',
    "unknown-language": 'has the unknown language "{name}"; write one of {known}.',
    "unknown-narrative": 'names the unknown narrative "{name}"; write one of {known}.',
    "unknown-stance": 'has the unknown stance "{name}"; write one of {known}.',
    "unknown-label": 'has the unknown label "{name}"; write one of {known}.',
    "stance-missing": 'has a narrative but the stance "none"; give its stance.',
    "narrative-missing": 'has the stance "{stance}" but no narrative; name one, or write "none".',
    "labelled-background": "is background and yet labelled; write another origin, or no label.",
    "bad-dates": "has {last} before {first}; correct one of the two dates.",
    "near-empty-text": "has hardly any text; write the example out or remove it.",
    "contradictory-seeds": "has the text of {others} but other labels; keep the right one.",
    "too-few-seeds": 'has {count} seeds for "{name}"; write at least {least}.',
    "no-source": "has no source; add one under [[facts.sources]].",
    "missing-fact-language": "lacks its {key} in {lang}; add it to [facts.{key}].",
    "expired-fact": "expired on {day}; replace it or remove it.",
    "no-valid-fact": 'has no fact for "{name}" that holds today; write one.',
    "bad-digest": "has a digest that is not 64 of the digits 0-9 and a-f; use sha256sum.",
    "bad-span": "is no span; count paragraphs from 1 and let end come after start.",
    "contradictory-passages": "lets passages {one} and {other} overlap with other labels; fix one.",
}
WARNINGS: Final = {
    "duplicate-seeds": "has the same text as {others}; keep one of them.",
    "personal-data": "seems to hold personal data in {ids}; write {placeholder} instead.",
    "few-seeds": 'has {count} seeds for "{name}"; write more, {good} is good.',
    "few-stance-seeds": 'has few seeds for "{name}" as {few}; write {good} or more of each.',
    "thin-cells": 'has hardly any seeds for "{name}" as {few}; write {good} or more of each.',
    "few-language-seeds": "has few seeds in {few}; write {good} in each language you watch.",
    "few-language-negatives": "has hardly any seeds without a narrative in {few}; write {good} or "
    "more of mere criticism in each language you watch.",
    "no-hard-negatives": "has no seed without a narrative; write some of mere criticism.",
    "review-due": "was to be reviewed by {day}; check it and set a new date.",
    "unapproved-facts": "has no approved_by for {ids} ({count} in all); have them approved.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a pack.

    Attributes:
        severity: ``error`` or ``warning``.
        code: The rule that was broken, a key of `ERRORS` or `WARNINGS`.
        where: The file and the entry in it.
        message: One sentence: what is wrong, where, and what to do.
    """

    severity: Severity
    code: str
    where: str
    message: str


def make_finding(code: str, where: str, **words: object) -> Finding:
    """Word a finding.

    Args:
        code: A key of `ERRORS` or `WARNINGS`.
        where: The file and the entry in it.
        words: What the sentence of that rule has to be filled with.
    """
    severity: Severity = "error" if code in ERRORS else "warning"
    sentence = (ERRORS | WARNINGS)[code].format(**words)
    return Finding(severity, code, where, f"{where} {sentence}")
