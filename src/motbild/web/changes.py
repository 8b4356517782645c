"""A week beside the week before it, in words that claim no more than the numbers do."""

from typing import Literal

from motbild.core.trends import WeekChange
from motbild.web.language import Words

Comparison = Literal["none", "unknown", "alike", "more", "fewer"]

MOST_MISSING = 3  # days of the fourteen; with more missing, weeks are not compared
_LIMIT = 2.0  # standard deviations of the difference of two counts
IN_WORDS: dict[Comparison, str] = {
    "none": "Inga flaggade inlägg de senaste två veckorna.",
    "unknown": "%(last)s flaggade de senaste sju dagarna. Det går inte att jämföra med veckan "
    "före, eftersom dagar saknas.",
    "alike": "%(last)s flaggade de senaste sju dagarna, ungefär som veckan före (%(before)s).",
    "more": "%(last)s flaggade de senaste sju dagarna, fler än veckan före (%(before)s).",
    "fewer": "%(last)s flaggade de senaste sju dagarna, färre än veckan före (%(before)s).",
}
IN_A_WORD: dict[Comparison, str] = {
    "none": "inga",
    "unknown": "oklart",
    "alike": "ungefär lika många",
    "more": "fler",
    "fewer": "färre",
}


def compare(change: WeekChange) -> Comparison:
    """Tell how a week differs from the one before; what may be chance is alike.

    Counts are taken as Poisson: they differ where their difference is more than two of its
    standard deviations.
    """
    if change.missing_days > MOST_MISSING:
        return "unknown"
    last, expected = change.last_count, float(change.before_count)
    if change.ratio:  # by known days, so that a missing one is no fall
        expected = last / change.ratio
    if not last and not expected:
        return "none"
    if (last - expected) ** 2 <= _LIMIT**2 * (last + expected):
        return "alike"
    return "more" if last > expected else "fewer"


def tell_change(words: Words, change: WeekChange) -> str:
    """Tell in a sentence or two how a week differs from the one before."""
    told = words(
        IN_WORDS[compare(change)],
        last=words.number(change.last_count),
        before=words.number(change.before_count),
    )
    if not change.missing_days:
        return told
    missing = words.catalogue.ngettext(
        "%(days)s av de fjorton dagarna saknas och räknas inte som noll.",
        "%(days)s av de fjorton dagarna saknas och räknas inte som noll.",
        change.missing_days,
    )
    return f"{told} {missing % {'days': words.number(change.missing_days)}}"
