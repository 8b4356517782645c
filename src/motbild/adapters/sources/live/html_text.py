"""Reading the text of what platforms send as HTML, without running or fetching any of it."""

import re
from html.parser import HTMLParser

_HTML_LIMIT = 1 << 20
_UNREAD = frozenset({"script", "style", "template", "head", "iframe", "object", "svg", "math"})
_BLOCKS = frozenset(
    {"p", "div", "br", "hr", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "blockquote"}
    | {"pre", "section", "article", "header", "footer", "figure", "figcaption"}
    | {f"h{level}" for level in range(1, 7)}
)
_BLANKS = re.compile(r"[^\S\n\u00a0]+")
_LINE_ENDS = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SCHEME = re.compile(r"^https?://(?:www\.)?")


def text_of_html(html: str) -> str:
    """Return what a reader would see of a piece of HTML, as plain text.

    Paragraphs and line breaks become line breaks. A link whose words do not show its address
    is followed by that in brackets, since shared links are told by their addresses; names and
    tags (`@…`, `#…`) are not.

    Args:
        html: A fragment or a page, well-formed or not; what lies behind a million characters
            is left out.
    """
    reader = _TextReader()
    reader.feed(html[:_HTML_LIMIT])
    reader.close()
    text = _LINE_ENDS.sub("\n", _BLANKS.sub(" ", "".join(reader.pieces)))
    return _EMPTY_LINES.sub("\n\n", text).strip()


class _TextReader(HTMLParser):
    """Gathers the pieces of text that are shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unread: str | None = None
        self._depth = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread:
            self._depth += tag == self._unread
        elif tag in _UNREAD:
            self._unread, self._depth = tag, 1
        elif tag in _BLOCKS:
            self.pieces.append("\n\n" if tag == "p" else "\n")
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.pieces))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNREAD:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            self._depth -= tag == self._unread
            if self._depth == 0:
                self._unread = None
        elif tag == "a" and self._link:
            self._end_link(*self._link)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            # A line break in the source is a blank to the reader.
            self.pieces.append(data.replace("\r", " ").replace("\n", " "))

    def _end_link(self, address: str, first_piece: int) -> None:
        self._link = None
        shown = "".join(self.pieces[first_piece:]).strip()
        if shown.startswith(("@", "#")) or not _SCHEME.match(address):
            return
        if _SCHEME.sub("", address).rstrip("/") not in shown:
            self.pieces.append(f" ({address})" if shown else address)
