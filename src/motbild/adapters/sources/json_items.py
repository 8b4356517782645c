"""Cutting a large JSON document into the items of its lists, in bounded memory.

A streaming JSON parser stops at the first flaw and takes every later post down
with it, and some turn half a surrogate pair into a question mark. This cutter
only follows quotes and brackets: each item is parsed alone by `json_rows`, so a
flaw costs one item, and a bracket or quote that is lost costs what lies up to
the next item that begins like the others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from motbild.adapters.sources.json_rows import parse_object
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.streams import BrokenTailError
from motbild.adapters.sources.text_window import ITEM_LIMIT, TextWindow
from motbild.core.records import Reject

DEPTH_LIMIT = 500
_FIRST_KEY = re.compile(r'\{\s*("(?:[^"\\]|\\.){1,100}")\s*:')
_PARTNERS = {"}": "{", "]": "["}
# What may mean that an item's brackets cannot be trusted.
_DAMAGES = frozenset({"broken-json", "wrong-encoding", "nul-character", "nested-too-deep"})
# Longer than a first key with its brackets can be.
_OVERLAP = 300
# An item that was open for so many characters, while one before it was followed in vain, is taken
# to end nowhere either; else each of many would be followed through all that comes after.
_SURELY_OPEN = 1 << 16
# Characters that may be followed in vain: so many, and so many for each that is behind. Beyond
# that, which only a file that is made to cost time reaches, an item ends where one like it begins.
_MOST_WASTED, _WASTED_EACH = 4 * ITEM_LIMIT, 8


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a list that was asked for.

    Attributes:
        number: 1-based number of the element in the file.
        value: The object, or why it is none.
        heading: What the object around the list told before it, empty for none.
    """

    number: int
    value: dict[str, object] | Reject
    heading: dict[str, object]


@dataclass(slots=True)
class _Level:
    """A container that is open: its bracket, its key in the one around it, where it began."""

    bracket: str
    key: str
    start: int


class ItemCutter:
    """Cuts the items out of a document.

    Attributes:
        has_list: Whether a list that holds items has been met so far.
    """

    def __init__(self, pieces: Iterator[str], key: str = "") -> None:
        """Prepare to cut a document.

        Args:
            pieces: The document's text, piece by piece.
            key: The key whose lists hold the items. Without one, the items are the
                elements of lists at the top of the document, and objects at the top.
        """
        self.has_list = False
        self._window = TextWindow(pieces)
        self._key = key
        self._levels: list[_Level] = []
        self._last_string = ""
        self._heading: dict[str, object] = {}
        self._number = 0
        self._first_key = '"'
        self._has_junk = False
        self._is_odd = False
        self._is_damaged = False
        self._dropped = self._wasted = 0
        self._unclosed: frozenset[int] = frozenset()  # where what was open began, in the document
        self._followed_to = 0

    def cut(self) -> Iterator[Item]:
        """Yield the items in order.

        Raises:
            BrokenTailError: The document ends too early or is damaged.
        """
        try:
            yield from self._cut_all()
        except BrokenTailError as error:
            raise BrokenTailError(self._number + 1) from error
        if self._levels or self._window.is_broken:
            raise BrokenTailError(self._number + 1)
        if self._is_odd:
            yield self._reject("broken-structure")

    def _cut_all(self) -> Iterator[Item]:
        while True:
            token = self._window.next_token()
            if token is None:
                if not self._window.is_full:
                    if not self._levels and self._holds_items():
                        yield from self._take_junk(len(self._window.text))
                    return
                self._make_room()
                continue
            if token[0] == "[" and self._is_stray():
                self._is_odd = self._is_damaged = True
            elif token[0] in "{[" and self._starts_item(token[0]):
                yield from self._take_junk(token.start())
                self._drop(token.start())
                yield from self._take_item()
                self._drop(self._window.position)
            elif token[0] in "{[":
                if self._holds_items():
                    yield from self._take_junk(token.start())
                self._open(token)
                if len(self._levels) > DEPTH_LIMIT:
                    self._levels.clear()
                    yield self._reject("nested-too-deep")
                    return
            elif token[0] in "}]":
                yield from self._close(token)
            else:
                self._last_string = token[0][1:-1]

    def _make_room(self) -> None:
        """Forget a full window in which no item begins; of a string without end, all of it."""
        self._is_odd |= self._window.position == 0
        end = self._window.position or len(self._window.text)
        self._has_junk |= self._holds_items() and bool(self._gap(end))
        self._window.position = end
        self._drop(end)

    def _holds_items(self) -> bool:
        """Tell whether the next element is an item."""
        if self._key:
            level = self._levels[-1] if self._levels else None
            return level is not None and level.bracket == "[" and level.key == self._key
        return not self._levels or (len(self._levels) == 1 and self._levels[0].bracket == "[")

    def _starts_item(self, bracket: str) -> bool:
        is_top_list = not self._levels and bracket == "["
        return self._holds_items() and not is_top_list

    def _is_stray(self) -> bool:
        """Tell whether the bracket just met opens a list of posts inside the list of posts."""
        if not self._starts_item("["):
            return False
        while len(self._window.text) - self._window.position < _OVERLAP and self._window.grow():
            pass
        next_item = re.compile(r"\s*\{\s*" + re.escape(self._first_key))
        return next_item.match(self._window.text, self._window.position) is not None

    def _open(self, token: re.Match[str]) -> None:
        parent = self._levels[-1] if self._levels else None
        key = self._last_string if parent is not None and parent.bracket == "{" else ""
        self._levels.append(_Level(token[0], key, token.start()))
        if self._holds_items():
            self.has_list = True
            self._heading = self._read_heading(parent, token.start())
            self._drop(self._window.position)

    def _read_heading(self, parent: _Level | None, end: int) -> dict[str, object]:
        if parent is None or parent.start < 0:
            return {}
        heading = parse_object(self._window.text[parent.start : end] + "[]}", 0)
        return heading if isinstance(heading, dict) else {}

    def _close(self, token: re.Match[str]) -> Iterator[Item]:
        if not self._levels or self._levels[-1].bracket != _PARTNERS[token[0]]:
            self._is_odd = True
            return
        if self._holds_items():
            yield from self._take_junk(token.start())
            # After damage a bracket may close the list too early, as long as items follow.
            if self._is_damaged and self._seek_next():
                self._drop(self._window.position)
                return
            self._is_damaged = False
            self._drop(self._window.position)
        self._levels.pop()

    def _take_item(self) -> Iterator[Item]:
        """Follow an item that begins at the window's start to its end, or past its damage."""
        self._window.position = 0
        if end := self._find_end():
            self._window.position = end
            yield from self._parse(self._window.text[:end])
            return
        is_full = self._window.is_full
        self._is_damaged = True
        if self._seek_next():
            yield self._reject("item-too-long" if is_full else "broken-json")
        elif not is_full:
            raise BrokenTailError
        else:
            yield self._reject("item-too-long")
            self._skip_long()

    def _find_end(self) -> int | None:
        """Return where the item at the window's start ends, or None where nothing closes it."""
        if self._wasted > _MOST_WASTED + _WASTED_EACH * self._dropped and (
            end := self._find_next()
        ):
            return end
        if self._is_known_open():
            return None
        starts: list[int] = []
        while token := self._window.next_token():
            if token[0] in "{[":
                starts.append(self._dropped + token.start())
            elif token[0] in "}]":
                starts.pop()
                if not starts:
                    return self._window.position
        self._wasted += len(self._window.text)
        self._unclosed = frozenset(starts)
        self._followed_to = self._dropped + len(self._window.text)
        return None

    def _is_known_open(self) -> bool:
        """Tell whether the item at the window's start was met open to the end, or for very long."""
        if self._dropped not in self._unclosed:
            return False
        return not self._window.is_full or self._followed_to - self._dropped > _SURELY_OPEN

    def _find_next(self) -> int | None:
        """Return where the next item in this list begins that is like the others."""
        if self._seek_next():
            return self._window.text.rindex(",", 0, self._window.position)
        return None

    def _parse(self, text: str) -> Iterator[Item]:
        self._number += 1
        value = parse_object(text, self._number)
        yield Item(self._number, value, self._heading)
        if isinstance(value, dict) and (first := _FIRST_KEY.match(text)):
            self._first_key = first[1]
        if isinstance(value, Reject) and value.code in _DAMAGES:
            self._is_damaged = True
            self._seek_next()

    def _seek_next(self) -> bool:
        """Go to the next item that begins like the others, if there is one in this list."""
        boundary = self._boundary()
        while not (found := boundary.search(self._window.text, 1)):
            if len(self._window.text) > ITEM_LIMIT or not self._window.grow():
                return False
        if found[0][0] != ",":
            return False
        self._window.position = found.end()
        return True

    def _skip_long(self) -> None:
        """Go to the next item however far it is, or to the end."""
        boundary = self._boundary()
        while not (found := boundary.search(self._window.text, 1)):
            self._drop(max(0, len(self._window.text) - _OVERLAP))
            if not self._window.grow():
                break
        if found is None or found[0][0] != ",":
            self._levels.clear()
        self._window.position = found.end() if found else len(self._window.text)

    def _boundary(self) -> re.Pattern[str]:
        """Match the comma before the next item, or the beginning of the next list of items."""
        next_item = r",\s*\[?\s*(?=\{\s*" + re.escape(self._first_key) + ")"
        next_list = rf'|"{re.escape(self._key)}"\s*:\s*(?=\[)' if self._key else ""
        return re.compile(next_item + next_list)

    def _take_junk(self, end: int) -> Iterator[Item]:
        """Reject what stands between items and is none."""
        if self._has_junk or self._gap(end):
            self._has_junk = False
            yield self._reject("not-an-object")

    def _gap(self, end: int) -> str:
        return self._window.text[:end].strip(", \t\r\n")

    def _reject(self, code: str) -> Item:
        self._number += 1
        return Item(self._number, make_reject(self._number, code), self._heading)

    def _drop(self, length: int) -> None:
        self._window.drop(length)
        self._dropped += length
        for level in self._levels:
            level.start -= length
