"""A JSON Lines file with every kind of bad row scattered among good ones."""

import json
from collections.abc import Iterator
from pathlib import Path

GOOD_ROWS = 1_000

_TEXT = json.dumps("x" * 100_001)

# What stands on each bad line, as bytes, and the code it is set aside with.
BAD_ROWS: tuple[tuple[bytes, str], ...] = (
    (b'{"id": "b1", "text": "hej"', "broken-json"),
    (b"not json at all", "broken-json"),
    (b'{"id": "b3", "text": "hej",}', "broken-json"),
    (b"{'id': 'b4', 'text': 'hej'}", "broken-json"),
    (b'{"id": "b5", "text": "hej"} {"id": "b5b"}', "broken-json"),
    (b'{"id": "b6", "text": "a "quoted" word"}', "broken-json"),
    (b'["b7", "hej"]', "not-an-object"),
    (b'"b8"', "not-an-object"),
    (b"9", "not-an-object"),
    (b"null", "not-an-object"),
    (b"[" * 100_000, "nested-too-deep"),
    (b'{"id": "b12", "text": "hej", "x": ' + b'{"x": ' * 50_000 + b"1", "nested-too-deep"),
    (b'{"id": "b13", "text": "hej", "likes": ' + b"9" * 5_000 + b"}", "number-too-long"),
    (b'{"text": "hej"}', "missing-id"),
    (b'{"id": "", "text": "hej"}', "missing-id"),
    (b'{"id": "  ", "text": "hej"}', "missing-id"),
    (b'{"id": ["b17"], "text": "hej"}', "id-not-a-string"),
    (b'{"id": true, "text": "hej"}', "id-not-a-string"),
    (b'{"id": "' + b"9" * 1_001 + b'", "text": "hej"}', "id-too-long"),
    (b'{"id": "b20"}', "missing-text"),
    (b'{"id": "b21", "text": null}', "missing-text"),
    (b'{"id": "b22", "text": " \\n\\t "}', "missing-text"),
    ('{"id": "b23", "text": "\u200b\ufeff"}'.encode(), "missing-text"),
    (b'{"id": "b24", "text": 24}', "text-not-a-string"),
    (b'{"id": "b25", "text": {"sv": "hej"}}', "text-not-a-string"),
    (b'{"id": "b26", "text": ' + _TEXT.encode() + b"}", "text-too-long"),
    (b'{"id": "b27", "text": "hej", "created_at": "2026-02-30T10:00:00Z"}', "impossible-date"),
    (b'{"id": "b28", "text": "hej", "created_at": "yesterday"}', "impossible-date"),
    (b'{"id": "b29", "text": "hej", "created_at": "1601-01-01T00:00:00Z"}', "impossible-date"),
    (b'{"id": "b30", "text": "hej", "created_at": 99999999999999999999}', "impossible-date"),
    (b'{"id": "b31", "text": "hej", "created_at": [2026, 1, 1]}', "impossible-date"),
    (b'{"id": "b32", "text": "hej \\ud83d"}', "lone-surrogate"),
    (b'{"id": "b33", "text": "hej", "author": "\\udc00"}', "lone-surrogate"),
    (b'{"id": "b34", "text": "hej\\u0000"}', "nul-character"),
    (b'{"id": "b35", "text": "hej"}\0', "nul-character"),
    (b'{"id": "b36", "text": "\xe5\xe4\xf6"}', "wrong-encoding"),
    (b'{"id": "b37", "text": "\xed\xa0\x80"}', "wrong-encoding"),
    (b'{"id": "b38", "text": "hej", "text": "hopp"}', "duplicate-key"),
    (b'{"id": "b39", "text": "' + b"x" * (17 << 20) + b'"}', "line-too-long"),
)


def write_bad_rows(path: Path) -> dict[int, str]:
    """Write `GOOD_ROWS` good rows with `BAD_ROWS` scattered among them.

    Returns:
        The code that each bad line must be set aside with, by line number.
    """
    expected: dict[int, str] = {}
    with path.open("wb") as file:
        for line, (row, code) in enumerate(_scatter(), start=1):
            file.write(row + b"\n")
            if code:
                expected[line] = code
    return expected


def _scatter() -> Iterator[tuple[bytes, str]]:
    every = GOOD_ROWS // len(BAD_ROWS)
    waiting = iter(BAD_ROWS)
    for number in range(1, GOOD_ROWS + 1):
        yield _good_row(number), ""
        if number % every == 0 and (bad := next(waiting, None)):
            yield bad
    yield from waiting


def _good_row(number: int) -> bytes:
    row = {
        "id": f"g{number}",
        "lang": "sv",
        "platform": "tiktok",
        "text": f"Ett vanligt inlägg om vardagen, nummer {number}.",
        "author": f"konto{number % 50}",
        "created_at": f"2026-03-{number % 28 + 1:02d}T12:00:00+01:00",
        "likes": number,
    }
    return json.dumps(row, ensure_ascii=number % 2 == 0).encode()
