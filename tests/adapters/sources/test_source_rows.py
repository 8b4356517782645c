"""One row becomes one post or one reject, whatever it holds."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motbild.adapters.sources import KINDS, json_items, read_posts, text_window
from motbild.adapters.sources.dates import ImpossibleDateError, parse_date
from motbild.adapters.sources.json_items import ItemCutter
from motbild.adapters.sources.mapping import DEFAULT_MAPPING, USUAL_COLUMNS
from motbild.adapters.sources.rejects import REASONS
from motbild.adapters.sources.rows import parse_row, platform_of
from motbild.adapters.sources.streams import BrokenTailError
from motbild.adapters.sources.telegram import parse_message
from motbild.adapters.sources.text_window import TextWindow
from motbild.adapters.sources.zeeschuimer import UNPACKERS, unpack_item
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NAMES = sorted({name for names in USUAL_COLUMNS.values() for name in names})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["2026-01-01", "hej", "1767225600", "sv-SE", "twitter.com"])
)
NATIVE_NAMES = (
    "id", "data", "desc", "author", "user", "legacy", "core", "tweet", "caption", "text", "stats",
    "rest_id", "full_text", "cid", "aweme_id", "comet_sections", "content", "story", "actors",
    "user_results", "result", "message", "type", "reactions", "taken_at", "code", "node", "edges",
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NATIVE_NAMES), inner, max_size=4)
    ),
    max_leaves=10,
)
ROW = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), VALUES, max_size=8)


def is_sound(row: RawPost | Reject) -> bool:
    """Tell whether a row keeps what its type promises."""
    if isinstance(row, Reject):
        return row.code in REASONS and bool(row.reason)
    texts = [row.native_id, row.text, row.platform, row.author or "-", row.url or "-"]
    counts = row.engagement
    return (
        all(text.strip() and "\0" not in text and text.encode() for text in texts)
        and (row.posted_at is None or row.posted_at.tzinfo is not None)
        and (counts is None or (counts.like_count or 0) < 2**63)
    )


@given(ROW)
def test_any_row_is_one_post_or_one_reject(row: dict[str, object]) -> None:
    """No values make reading a row fail, and what comes out is whole."""
    assert is_sound(parse_row(row, 1, DEFAULT_MAPPING))


@given(
    st.dictionaries(st.sampled_from(NATIVE_NAMES), VALUES, max_size=8),
    st.sampled_from([*UNPACKERS, "x.com", "tiktok-comments", "9gag.com", None]),
)
def test_any_native_item_is_read(item: dict[str, object], platform: str | None) -> None:
    """No native item makes unpacking fail, and each gives a post or a reject."""
    capture: dict[str, object] = {"source_platform": platform, "timestamp_collected": item}
    rows = list(unpack_item(item, capture, 1, DEFAULT_MAPPING))
    assert rows
    assert all(is_sound(row) for row in rows)


@given(st.dictionaries(st.sampled_from(NATIVE_NAMES), VALUES, max_size=8), SCALARS)
def test_any_message_is_read(message: dict[str, object], chat_id: object) -> None:
    """No Telegram message makes reading fail."""
    row = parse_message(message, chat_id, 1, DEFAULT_MAPPING)
    assert row is None or is_sound(row)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.binary(max_size=300)
    | st.text('{}[]",:\\ \nidtextmessages1,;', max_size=200).map(str.encode)
    | st.sampled_from(
        [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1", b"\xff\xfe", b"\xfe\xff"]
    ).flatmap(lambda magic: st.binary(max_size=200).map(lambda rest: magic + rest)),
    st.sampled_from([None, *KINDS]),
    st.sampled_from(["a.jsonl", "a.csv", "a.json", "a.gz", "a.csv.zst", "a.parquet", "a"]),
)
def test_any_bytes_are_read_or_refused(
    tmp_path: Path, content: bytes, kind: str | None, name: str
) -> None:
    """No content of a file raises anything but SourceError."""
    path = tmp_path / name
    path.write_bytes(content)
    try:
        rows = list(read_posts(path, kind))
    except SourceError:
        return
    assert all(is_sound(row) for row in rows)


@given(
    st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=3), max_size=6),
    st.integers(1, 7),
    st.sampled_from([None, 1]),
)
def test_cutting_a_list_gives_its_items(items: list[Any], size: int, indent: int | None) -> None:
    """However a whole document falls into pieces, its items come out as a parser reads them."""
    text = (
        json.dumps(items, indent=indent, allow_nan=False, default=str) if _is_plain(items) else ""
    )
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    found = [item.value for item in ItemCutter(iter(pieces)).cut()]
    assert found == (json.loads(text) if text else [])


def _is_plain(value: object) -> bool:
    """Tell whether a value stands in JSON as it is."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00"),
        ("2026-07-01T14:00:00+02:00", "2026-07-01T12:00:00"),
        ("2026-07-01 14:00:00", "2026-07-01T12:00:00"),
        ("2026-01-01 13:00", "2026-01-01T12:00:00"),
        ("2026-07-01 12:00:00 UTC", "2026-07-01T12:00:00"),
        ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24"),
        (1782907200, "2026-07-01T12:00:00"),
        (1782907200000, "2026-07-01T12:00:00"),
        ("1782907200", "2026-07-01T12:00:00"),
        ("1782907200.0", "2026-07-01T12:00:00"),
        (1782907200.5, "2026-07-01T12:00:00.500000"),
        ("20260701", "2026-06-30T22:00:00"),
    ],
)
def test_moments_are_read_in_all_their_forms(value: object, expected: str) -> None:
    """ISO 8601, seconds, milliseconds and X's form are read; naive ones are in Stockholm."""
    assert parse_date(value, STOCKHOLM) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["2026-02-29", "2026-13-01", "1989-12-31T12:00Z", "2101-01-02", "soon", 0, -1, 1e300, True, []],
)
def test_impossible_moments_are_refused(value: object) -> None:
    """Days that are none and moments outside 1990-2100 are refused."""
    with pytest.raises(ImpossibleDateError):
        parse_date(value, STOCKHOLM)


def test_untold_moment_is_none() -> None:
    """A post without a time is a post."""
    assert parse_date(None, STOCKHOLM) is None
    assert parse_date("  ", STOCKHOLM) is None


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("id", 12345678901234567890, "native_id", "12345678901234567890"),
        ("id", 7.0, "native_id", "7"),
        ("lang", "sv-SE", "lang", "sv"),
        ("lang", "SV", "lang", "sv"),
        ("lang", "und", "lang", None),
        ("lang", "tlh", "lang", "tlh"),
        ("lang", "svenska", "lang", None),
        ("platform", "Twitter", "platform", "x"),
        ("platform", "www.tiktok.com", "platform", "tiktok"),
        ("platform", None, "platform", "unknown"),
        ("author", 42, "author", "42"),
        ("author", {"name": "x"}, "author", None),
        ("reply_to", "p", "reply_to", None),
        ("reply_to", "", "reply_to", None),
        ("in_reply_to_status_id", 71, "reply_to", "71"),
        ("reply_to", "t1_abc12", "reply_to", "abc12"),
        ("reply_to", "t3_p", "reply_to", None),
        ("likes", "1,2K", "engagement", None),
        ("likes", -1, "engagement", None),
        ("likes", True, "engagement", None),
        ("likes", 10**30, "engagement", None),
        ("created_at", float("nan"), "posted_at", None),
    ],
)
def test_fields_are_read_strictly(
    field: str, value: object, attribute: str, expected: object
) -> None:
    """What is told in an unknown way is not told; it never costs the post."""
    post = parse_row({"id": "p", "text": "hej", field: value}, 1, DEFAULT_MAPPING)
    assert isinstance(post, RawPost)
    assert getattr(post, attribute) == expected


def test_the_answered_post_is_named_as_posts_are() -> None:
    """Where a post's own id has Reddit's kind before it, so has the id of what it answers."""
    post = parse_row({"id": "t1_abc", "text": "hej", "reply_to": "t1_def"}, 1, DEFAULT_MAPPING)
    assert isinstance(post, RawPost)
    assert post.reply_to == "t1_def"


def test_labelled_row_is_read_and_its_labels_ignored() -> None:
    """A labelled file's own columns are no part of a post."""
    row = {"id": "a", "text": "hej", "stance": "asserts", "threat": True, "note": "x", "LIKES": "3"}
    post = parse_row(row, 1, DEFAULT_MAPPING)
    assert isinstance(post, RawPost)
    assert post.engagement is not None
    assert post.engagement.like_count == 3


@pytest.mark.parametrize(
    ("address", "platform"),
    [
        ("https://vm.tiktok.com/abc", "tiktok"),
        ("https://x.com/a/status/1", "x"),
        ("https://t.me/s/a", "telegram"),
        ("https://example.org/tiktok.com", None),
        ("https://nottiktok.com", None),
        (7, None),
    ],
)
def test_platform_is_told_by_its_domain(address: object, platform: str | None) -> None:
    """A link tells its platform by its domain only."""
    assert platform_of(address) == platform


def test_texts_without_ids_are_known_by_what_they_say(tmp_path: Path) -> None:
    """Where no row tells an id, each text gets one of its own, the same each time it is read."""
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": "ett"}\n{"text": "två"}\n{"text": "ett"}\n', encoding="utf-8")
    ids = [row.native_id for row in read_posts(path) if isinstance(row, RawPost)]
    assert ids == [row.native_id for row in read_posts(path) if isinstance(row, RawPost)]
    assert ids[0] == ids[2] != ids[1]
    path.write_text('{"text": "ett"}\n{"text": "två", "id": "2"}\n', encoding="utf-8")
    assert [isinstance(row, RawPost) for row in read_posts(path)] == [False, True]


def test_items_that_end_nowhere_are_followed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twice as many, twice as much is looked at; what is whole before and after is kept."""
    looked_at = Counter[int]()
    next_token = TextWindow.next_token

    def counted(window: TextWindow) -> re.Match[str] | None:
        looked_at[count] += 1
        return next_token(window)

    monkeypatch.setattr(TextWindow, "next_token", counted)
    for count in (200, 400):
        text = '[{"id": 1}' + ',{"id": 2, "a": {\n' * count
        with pytest.raises(BrokenTailError):
            list(ItemCutter(iter([text])).cut())
    assert looked_at[400] < 2.2 * looked_at[200]


def test_after_much_is_followed_in_vain_items_end_where_others_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever writes items without end cannot make each post after them be looked for in all."""
    monkeypatch.setattr(json_items, "_MOST_WASTED", 0)
    monkeypatch.setattr(json_items, "_WASTED_EACH", 0)
    text = '[{"id": 1}, {"id": 2, "a": {, {"id": 3}, {"id": 4, "b": [1]}]'
    items = list(ItemCutter(iter([text])).cut())
    assert [item.value for item in items if isinstance(item.value, dict)] == [
        {"id": 1},
        {"id": 3},
        {"id": 4, "b": [1]},
    ]


def test_damage_now_and_then_costs_no_whole_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items that hold others like themselves are kept whole, however often one ends nowhere."""
    for module in (json_items, text_window):
        monkeypatch.setattr(module, "ITEM_LIMIT", 20_000)
    monkeypatch.setattr(json_items, "_MOST_WASTED", 80_000)
    monkeypatch.setattr(json_items, "_SURELY_OPEN", 1_000)
    whole = {"id": 3, "replies": [{"id": 4}, {"id": 5}], "text": "x" * 100}
    pieces = [json.dumps(whole)] * 20 + ['{"id": 7, "b": {"c": 1}']
    text = '[{"id": 1}, ' + ", ".join(pieces * 60) + "]"
    parts = (text[start : start + 500] for start in range(0, len(text), 500))
    found: list[object] = []

    def keep() -> None:
        for item in ItemCutter(parts).cut():
            found.append(item.value)

    with pytest.raises(BrokenTailError):  # the last one may go on, for all that is known
        keep()
    assert found.count(whole) == 20 * 60
    assert {"id": 4} not in found
