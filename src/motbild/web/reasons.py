"""Why an item stands where it stands, in the reader's language.

The night writes its reasons in Swedish; each part of them is known here by its form.
"""

import re

from motbild.web.language import Words

_PARTS = (
    (r"sannolikhet (?P<share>\d+) %", "sannolikhet %(share)s %%"),
    (r"(?P<n>[\d\s]+) visningar", "%(n)s visningar"),
    (r"(?P<n>[\d\s]+) delningar", "%(n)s delningar"),
    (
        r"(?P<n>\d+) kopior, (?P<new>\d+) de senaste två dygnen",
        "%(n)s kopior, %(new)s de senaste två dygnen",
    ),
    (r"(?P<n>\d+) kopior", "%(n)s kopior"),
)


def tell_reason(reason: str, words: Words) -> list[str]:
    """Return the parts of a reason; one of an unknown form is told as it is written."""
    return [_tell(part, words) for part in reason.split("; ") if part]


def _tell(part: str, words: Words) -> str:
    for form, message in _PARTS:
        if found := re.fullmatch(form, part):
            return words(message, **found.groupdict())
    return words(part)
