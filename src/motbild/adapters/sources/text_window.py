"""The part of a long JSON text that is being looked at, and its quotes and brackets."""

import re
from collections.abc import Iterator

from motbild.adapters.sources.streams import BrokenTailError

ITEM_LIMIT = 4 << 20
# A string, ended or not, never runs over a line break: JSON forbids it, and so a lost quote
# in a pretty-printed file is found again on the next line.
_TOKEN = re.compile(r'"(?:[^"\\\n]++|\\.)*+("?)|[{}\[\]]')


class TextWindow:
    """A stretch of text that grows at its end and is dropped at its start.

    Attributes:
        text: The stretch.
        position: Where in it the next token is looked for.
        is_full: Whether the last look for a token ended because the stretch had
            grown to `ITEM_LIMIT` characters.
        is_broken: Whether the text turned out to be damaged where it ends.
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self.text = ""
        self.position = 0
        self.is_full = False
        self.is_broken = False
        self._pieces = pieces

    def grow(self) -> bool:
        """Append the next piece; tell whether there was one.

        A broken tail is an end like any other until all before it has been looked at.
        """
        try:
            piece = next(self._pieces, None)
        except BrokenTailError:
            self.is_broken, piece = True, None
        self.text += piece or ""
        return piece is not None

    def drop(self, length: int) -> None:
        """Forget characters at the start."""
        self.text = self.text[length:]
        self.position -= length

    def next_token(self) -> re.Match[str] | None:
        """Return the next string or bracket, or None at the end or when the window is full."""
        while True:
            token = _TOKEN.search(self.text, self.position)
            if token is None:
                self.position = len(self.text)
            elif not self._is_cut(token):
                self.position = token.end()
                return token
            else:
                self.position = token.start()
            self.is_full = len(self.text) > ITEM_LIMIT
            if self.is_full or not self.grow():
                return None

    def _is_cut(self, token: re.Match[str]) -> bool:
        """Tell whether a string may go on beyond the window."""
        has_end = token[0][0] != '"' or bool(token[1])
        return not has_end and self.text[token.end() :] in ("", "\\")
