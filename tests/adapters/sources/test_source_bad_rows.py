"""Bad rows are set aside with their reason, and no good row is lost for them."""

import gzip
import json
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motbild.adapters.sources import read_posts
from motbild.adapters.sources.rejects import REASONS
from motbild.core.records import RawPost, Reject
from tests.data.bad_rows import BAD_ROWS, GOOD_ROWS, write_bad_rows
from tests.data.exports import ROWS, TELEGRAM_CHAT, pack, write_csv, write_jsonl


def read_both(path: Path, kind: str | None = None) -> tuple[list[RawPost], list[Reject]]:
    """Read a file and part its posts from its rejects."""
    rows = list(read_posts(path, kind))
    posts = [row for row in rows if isinstance(row, RawPost)]
    return posts, [row for row in rows if isinstance(row, Reject)]


def test_bad_rows_are_set_aside_and_good_ones_kept(tmp_path: Path) -> None:
    """A thousand good rows among all kinds of bad ones give a thousand posts."""
    expected = write_bad_rows(tmp_path / "bad.jsonl")
    posts, rejects = read_both(tmp_path / "bad.jsonl")
    assert len(BAD_ROWS) >= 30
    assert [post.native_id for post in posts] == [f"g{n}" for n in range(1, GOOD_ROWS + 1)]
    assert {reject.line: reject.code for reject in rejects} == expected
    assert len(rejects) == len(expected)


def test_bad_rows_in_a_list_are_set_aside_too(tmp_path: Path) -> None:
    """The same rows as elements of a JSON list cost no more than themselves."""
    rows = [row for row, _ in BAD_ROWS if row.startswith(b'{"') and row.endswith(b"}")]
    good = [json.dumps(row).encode() for row in ROWS]
    path = tmp_path / "bad.json"
    path.write_bytes(b"[\n" + b",\n".join([good[0], *rows, *good[1:]]) + b"\n]")
    posts, rejects = read_both(path)
    assert [post.native_id for post in posts if post.native_id[0] == "p"] == [
        row["id"] for row in ROWS
    ]
    assert len(rejects) == len(rows)


def test_reasons_are_sentences_that_quote_nothing(tmp_path: Path) -> None:
    """Each reason is one sentence, the same whatever the row said."""
    write_bad_rows(tmp_path / "bad.jsonl")
    _, rejects = read_both(tmp_path / "bad.jsonl")
    assert {reject.reason for reject in rejects} <= set(REASONS.values())
    assert all(reason[0].isupper() and reason.endswith(".") for reason in REASONS.values())


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_truncated_packing_keeps_what_came_before(tmp_path: Path, suffix: str, kind: str) -> None:
    """A packed file cut short gives its good rows and then one reject."""
    rows = [{**ROWS[0], "id": f"r{n}", "author": f"a{n * 7919 % 10007}"} for n in range(5_000)]
    write = write_jsonl if kind == "jsonl" else write_csv
    packed = pack(write(tmp_path / f"posts.{kind}", rows), suffix)
    packed.write_bytes(packed.read_bytes()[:-200])
    posts, rejects = read_both(packed)
    assert len(posts) > 100
    assert [post.native_id for post in posts] == [f"r{n}" for n in range(len(posts))]
    assert [reject.code for reject in rejects] == ["truncated-file"]
    assert rejects[0].line >= posts[-1].line


def test_truncated_list_keeps_what_came_before(tmp_path: Path) -> None:
    """A JSON list cut inside a post gives the posts before it and one reject."""
    path = tmp_path / "posts.json"
    path.write_text(json.dumps(list(ROWS))[:-50], encoding="utf-8")
    posts, rejects = read_both(path)
    assert len(posts) == len(ROWS) - 1
    assert [reject.code for reject in rejects] == ["truncated-file"]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r'"user99"', '"user99'),  # a lost quote
        (r'"Ett svar"', '"Ett "svar"'),  # a stray quote
        (r'"count": 3\s*\}', '"count": 3'),  # a lost bracket
        (r'"count": 3', '"count": 3}}'),  # brackets too many
        (r'"count": 3', '"count": 3 3'),  # nonsense between
    ],
)
def test_damaged_message_costs_only_itself(
    tmp_path: Path, indent: int | None, old: str, new: str
) -> None:
    """A lost or stray quote or bracket in one Telegram message leaves all others whole."""
    messages = TELEGRAM_CHAT["messages"]
    assert isinstance(messages, list)
    extra = [{**messages[3], "id": number} for number in range(5, 105)]
    chat = {**TELEGRAM_CHAT, "messages": [*messages, *extra]}
    text, count = re.subn(old, new, json.dumps(chat, ensure_ascii=False, indent=indent), count=1)
    assert count == 1
    (tmp_path / "result.json").write_text(text, encoding="utf-8")
    posts, rejects = read_both(tmp_path / "result.json", "telegram")
    kept = {post.native_id for post in posts}
    assert {f"4711/{number}" for number in range(5, 105)} <= kept
    assert rejects


LISTED = json.dumps(list(ROWS), indent=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(60, len(LISTED) - 1), st.sampled_from(['"', "{", "}", "[", "]", ""]))
def test_one_wrong_character_costs_one_post(tmp_path: Path, place: int, wrong: str) -> None:
    """A quote or bracket too many, or any character too few, never costs more than one post."""
    rest = LISTED[place:] if wrong else LISTED[place + 1 :]
    (tmp_path / "posts.json").write_text(LISTED[:place] + wrong + rest, encoding="utf-8")
    posts, rejects = read_both(tmp_path / "posts.json", "jsonl")
    lost = len(ROWS) - len(posts)
    assert lost <= 1
    assert rejects or not lost


def test_one_lost_quote_does_not_swallow_a_csv(tmp_path: Path) -> None:
    """A quoted field that never closes costs its own row, with one reject that says so."""
    path = write_csv(tmp_path / "posts.csv")
    text = path.read_text(encoding="utf-8")
    broken = text.replace('nummer 5\nrad två åäö 🙂"', "nummer 5\nrad två åäö 🙂", 1)
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    posts, rejects = read_both(path)
    assert [post.native_id for post in posts] == [row["id"] for row in ROWS if row["id"] != "p5"]
    assert [reject.code for reject in rejects] == ["unbalanced-quote"]


def test_lines_of_a_broken_row_never_pass_for_posts(tmp_path: Path) -> None:
    """In a narrow table, what is left of a broken row is not taken for rows."""
    path = tmp_path / "posts.csv"
    path.write_text(
        'id,text\n1,"han sa "nej" till det\nmitt i, texten\nslut, här"\n2,hej\n', encoding="utf-8"
    )
    posts, rejects = read_both(path)
    assert [(post.native_id, post.line) for post in posts] == [("2", 5)]
    assert [(reject.line, reject.code) for reject in rejects] == [(2, "unbalanced-quote")]
    assert "2-4" in rejects[0].reason


def test_ragged_rows_are_rejected(tmp_path: Path) -> None:
    """Rows with cells missing or over are set aside; blank cells over are not minded."""
    path = tmp_path / "posts.csv"
    path.write_bytes(b"id,text\n1\n2,hej,hopp\n3,hej,,\n4,a\0b\n5,hej\n6,\xe5\n\n7,ok\n")
    posts, rejects = read_both(path)
    assert [post.native_id for post in posts] == ["3", "5", "7"]
    assert [(reject.line, reject.code) for reject in rejects] == [
        (2, "ragged-row"),
        (3, "ragged-row"),
        (5, "nul-character"),
        (7, "wrong-encoding"),
    ]


def test_huge_csv_field_is_a_reject(tmp_path: Path) -> None:
    """A field beyond what the csv module takes by default is rejected, not a crash."""
    path = tmp_path / "posts.csv"
    path.write_text(f'id,text\n1,"{"x" * 200_000}"\n2,hej\n', encoding="utf-8")
    posts, rejects = read_both(path)
    assert [post.native_id for post in posts] == ["2"]
    assert [reject.code for reject in rejects] == ["text-too-long"]


@pytest.mark.parametrize("opening", [b'{"id": "huge", "text": "', b'[{"id": "huge", "text": "'])
def test_memory_is_bounded(tmp_path: Path, opening: bytes) -> None:
    """A line or list item of 200 MB, packed small, is passed over without being held."""
    good = b'{"id": "good", "text": "hej"}'
    is_list = opening.startswith(b"[")
    path = tmp_path / "huge.json.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(opening)
        for _ in range(200):
            file.write(b"x" * (1 << 20))
        file.write(b'"},\n' + good + b"]" if is_list else b'"}\n' + good)
    tracemalloc.start()
    posts, rejects = read_both(path, "jsonl")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [post.native_id for post in posts] == ["good"]
    assert [reject.code for reject in rejects] == ["item-too-long" if is_list else "line-too-long"]
    assert peak < 50 << 20
