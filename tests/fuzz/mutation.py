"""Changing inputs: bytes, words, lines, and the nodes of JSON. Pure, so that a seed repeats it."""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

# Values that programs trip over, whatever key they stand under.
_ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, -0.0, 1e308, float("nan"), float("inf")),
    *(2**31, 2**63, -(2**63) - 1, 2**64, 10**39, 10**40, 10**400, 253402300800, 1e18),
    *("", " ", "\0", "\ud800", "a\udfff", "\u202e", "\ufeff", "\u200b", "٣", "²", "½", "İ", "ﬀ"),
    *("x" * 3_000, "9" * 5_000, "-", ".", "..", "/", "\\", "://", "@", "a@b", "http://[", "[::1"),
    *("0001-01-01T00:00:00-23:59", "9999-12-31T23:59:59+23:59", "2026-02-30", "1e999", "NaN"),
    *("1970-01-01T00:00:00.000000000001Z", "T", "12:00", "24:00", "-1", "true", "null", "[]"),
    *([], {}, [[]], [None], [0, "a", {}], {"": ""}, {"a": None}, {"id": []}, [{}, []]),
)
_ODD_BYTES = (
    *(b"\0", b"\xff", b"\xfe\xff", b"\xed\xa0\x80", b"\xc3", b"\xef\xbb\xbf", b"\xe2\x80\xa8"),
    *(b'"', b"'", b"\\", b"\n", b"\r\n", b"\t", b",", b";", b"|", b"[", b"]", b"{", b"}", b"=" * 3),
    *(b"<", b">", b"&", b"%00", b"%", b"../", b"://", b"#", b"?", b"&#x110000;", b"1e999", b"-1"),
    *(b"9" * 400, b"9" * 5_000, b"[" * 2_000, b'{"a":' * 1_500, b"<a>" * 800, b"\xcc\x81" * 900),
    *("²".encode(), "٣".encode(), "İ".encode(), "\u202e".encode(), b"NaN", b"Infinity", b"null"),
)
_TOKEN = re.compile(rb"[\w.:+-]+|\"[^\"\n]*\"")


def mutate(data: bytes, words: Sequence[bytes], draw: Random, longest: int) -> bytes:
    """Return an input that was changed in one to four ways.

    Args:
        data: The input.
        words: Pieces of the parser's language.
        draw: Decides on everything, so that its seed repeats the change.
        longest: Bytes of the longest input.
    """
    for _ in range(draw.choice((1, 1, 1, 2, 3, 4))):
        way = draw.choice(_WAYS)
        data = way(data, words, draw)[:longest]
    return data


def _json_node(data: bytes, words: Sequence[bytes], draw: Random) -> bytes:
    """Change one node of a JSON document, or of one line of it."""
    lines = data.split(b"\n")
    place = draw.randrange(len(lines))
    for start, end in ((0, len(lines)), (place, place + 1)):
        try:
            tree = json.loads(b"\n".join(lines[start:end]))
        except (ValueError, RecursionError):
            continue
        changed = json.dumps(_changed(tree, draw), ensure_ascii=draw.random() < 0.5)
        told = changed.encode("utf-8", "surrogatepass")
        return b"\n".join([*lines[:start], told, *lines[end:]])
    return _token(data, words, draw)


def _changed(node: Any, draw: Random) -> Any:
    """Return a tree in which one node is another."""
    is_here = not isinstance(node, dict | list) or not node or draw.random() < 0.15
    if is_here:
        return _odd(node, draw)
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = draw.choice(keys)
    copy: Any = dict(node) if isinstance(node, dict) else list(node)
    chance = draw.random()
    if chance < 0.08:
        del copy[key]
    elif chance < 0.12 and isinstance(copy, list):
        copy.insert(key, copy[key])
    elif chance < 0.16 and isinstance(copy, dict):
        copy[str(draw.choice(_ODD_VALUES))[:50]] = copy.pop(key)
    else:
        copy[key] = _changed(copy[key], draw)
    return copy


def _odd(node: Any, draw: Random) -> Any:
    chance = draw.random()
    if chance < 0.1:
        return [node] * draw.choice((1, 2, 30))
    if chance < 0.2:
        return {"a": node}
    if chance < 0.3 and isinstance(node, str):
        place = draw.randrange(len(node) + 1)
        return node[:place] + str(draw.choice(_ODD_VALUES)) + node[place:]
    if chance < 0.35 and isinstance(node, int | float):
        return str(node)
    return draw.choice(_ODD_VALUES)


def _token(data: bytes, words: Sequence[bytes], draw: Random) -> bytes:
    """Put something odd in the place of a word, a number or a quoted string."""
    found = list(_TOKEN.finditer(data[:20_000]))
    if not found:
        return _insert(data, words, draw)
    token = draw.choice(found)
    told = draw.choice((*words, *_ODD_BYTES))
    if token[0].startswith(b'"') and draw.random() < 0.5:
        told = b'"' + told + b'"'
    return data[: token.start()] + told + data[token.end() :]


def _insert(data: bytes, words: Sequence[bytes], draw: Random) -> bytes:
    place = draw.randrange(len(data) + 1)
    return data[:place] + draw.choice((*words, *_ODD_BYTES)) + data[place:]


def _delete(data: bytes, _words: Sequence[bytes], draw: Random) -> bytes:
    start, end = _span(data, draw)
    return data[:start] + data[end:]


def _repeat(data: bytes, _words: Sequence[bytes], draw: Random) -> bytes:
    start, end = _span(data, draw)
    return data[:end] + data[start:end] * draw.choice((1, 2, 20, 200)) + data[end:]


def _move(data: bytes, _words: Sequence[bytes], draw: Random) -> bytes:
    start, end = _span(data, draw)
    rest = data[:start] + data[end:]
    place = draw.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


def _lines(data: bytes, _words: Sequence[bytes], draw: Random) -> bytes:
    lines = data.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    if draw.random() < 0.5:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines.insert(one, lines[other])
    return b"\n".join(lines)


def _flip(data: bytes, _words: Sequence[bytes], draw: Random) -> bytes:
    if not data:
        return data
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 8))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _cut(data: bytes, _words: Sequence[bytes], draw: Random) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _span(data: bytes, draw: Random) -> tuple[int, int]:
    start = draw.randrange(len(data) + 1)
    return start, min(len(data), start + draw.choice((1, 2, 4, 16, 64, 256)))


_Way = Callable[[bytes, Sequence[bytes], Random], bytes]
_WAYS: tuple[_Way, ...] = (
    *(_json_node, _json_node, _json_node, _json_node, _token, _token, _token),
    *(_insert, _delete, _repeat, _move, _lines, _flip, _cut),
)
