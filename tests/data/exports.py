"""Small exports as each tool writes them, all invented."""

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import zstandard

Row = Mapping[str, object]

# Posts that every generic format can hold as they are.
ROWS: tuple[dict[str, object], ...] = tuple(
    {
        "id": f"p{number}",
        "lang": "sv",
        "platform": "facebook",
        "text": f'Rad ett, "citat"; nummer {number}\nrad två åäö 🙂',
        "author": f"konto{number}",
        "created_at": f"2026-03-{number:02d}T12:00:00Z",
        "url": f"https://example.org/{number}",
        "likes": number,
        "shares": 0,
        "comments": 2 * number,
        "views": 100 * number,
        "reply_to": "p1" if number > 1 else None,
    }
    for number in range(1, 21)
)

TELEGRAM_CHAT: dict[str, object] = {
    "name": "En påhittad grupp",
    "type": "public_supergroup",
    "id": 4711,
    "messages": [
        {"id": 1, "type": "service", "action": "create_group", "text": ""},
        {
            "id": 2,
            "type": "message",
            "date": "2026-03-01T13:00:00",
            "date_unixtime": "1772366400",
            "from": "Påhittad",
            "from_id": "user99",
            "text": ["Läs ", {"type": "link", "text": "https://example.org"}, ' nu {["]}'],
            "reactions": [{"type": "emoji", "count": 3}, {"type": "emoji", "count": 2}],
        },
        {"id": 3, "type": "message", "date": "2026-03-01T13:01:00", "photo": "x.jpg", "text": ""},
        {
            "id": 4,
            "type": "message",
            "date": "2026-03-01T13:02:00",
            "from": "Påhittad",
            "from_id": "user99",
            "reply_to_message_id": 2,
            "text": "Ett svar",
        },
    ],
}


def write_jsonl(path: Path, rows: Sequence[Row] = ROWS) -> Path:
    """Write one JSON object a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_csv(path: Path, rows: Sequence[Row] = ROWS, delimiter: str = ",") -> Path:
    """Write a CSV with a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_parquet(path: Path, rows: Sequence[Row] = ROWS) -> Path:
    """Write a Parquet table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path, row_group_size=7)
    return path


def pack(path: Path, suffix: str) -> Path:
    """Write a packed copy of a file beside it, with `.gz` or `.zst` added to its name."""
    content = path.read_bytes()
    packed = gzip.compress(content) if suffix == ".gz" else zstandard.compress(content)
    target = path.with_name(path.name + suffix)
    target.write_bytes(packed)
    return target
