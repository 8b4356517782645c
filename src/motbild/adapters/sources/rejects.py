"""Why rows are set aside: the stable codes, each with its one sentence.

A code is part of the warehouse's contract and is never renamed. No sentence
quotes what a post said, who said it or where it stands.
"""

from collections.abc import Mapping
from types import MappingProxyType

from motbild.core.records import Reject

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "broken-feed": "The feed is damaged, so entries may be missing; tell whoever publishes it.",
        "broken-json": "The row is not valid JSON; export it again or mend it.",
        "broken-structure": "The file's brackets do not match, so posts near here may be missing; "
        "export the file again.",
        "channel-gone": "The platform knows no such channel (any more); take it out of "
        "sources.toml.",
        "comments-off": "Comments are switched off there; take the video out of sources.toml if it "
        "is named.",
        "duplicate-key": "The row gives one key twice with different values; keep the right one.",
        "id-not-a-string": "The post's id is neither text nor a whole number; map another column.",
        "id-too-long": "The post's id is longer than 1 000 characters; map the right column.",
        "impossible-date": "The time of posting cannot be read or lies outside 1990-2100; "
        "write it as ISO 8601 or as seconds since 1970.",
        "item-too-long": "One post in the list is larger than a post can be or never ends; "
        "export it again.",
        "line-too-long": "The line is longer than 16 MiB and was skipped; export it again.",
        "lone-surrogate": "A field holds half a surrogate pair, which is no character; "
        "export it again.",
        "missing-data": "The row lacks the captured item in its field 'data'; capture it again.",
        "missing-id": "The row has no post id; map the column that holds it.",
        "missing-text": "The row has no text to classify; map the column that holds it.",
        "nested-too-deep": "The row is nested deeper than any post is; export it again.",
        "not-an-object": "The row is valid JSON but not an object with fields; write one per post.",
        "nul-character": "A field holds a NUL character, which no store keeps; remove it.",
        "number-too-long": "The row holds a number with thousands of digits; export it again.",
        "ragged-row": "The row has more or fewer fields than the header; mend its separators.",
        "text-not-a-string": "The post's text is not text; map the column that holds it.",
        "text-too-long": "The text is longer than 100 000 characters; split it or leave it out.",
        "truncated-file": "The file ends too early or is damaged from here on; fetch it again.",
        "unbalanced-quote": "A quoted field does not end where it should; mend the quotes.",
        "unknown-form": "The platform sent an item in a form that is not the one known here; "
        "look for a newer Motbild if there are many.",
        "video-gone": "The platform knows no such video (any more); take it out of sources.toml "
        "if it is named.",
        "wrong-encoding": "The row is not valid UTF-8; save the file as UTF-8.",
    }
)


def make_reject(line: int, code: str, detail: str = "") -> Reject:
    """Make the reject of a code.

    Args:
        line: 1-based line, row or item number in the file.
        code: One of `REASONS`.
        detail: A whole sentence to use instead of the code's own.
    """
    return Reject(line=line, code=code, reason=detail or REASONS[code])
