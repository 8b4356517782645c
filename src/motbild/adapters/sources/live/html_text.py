"""Reading the text of what platforms send as HTML, without running or fetching any of it.

The standard library's parser takes minutes over some hostile pages of a few kilobytes. What is
here looks at each character a fixed number of times: as in a browser, what is begun and never
ended goes on to the end of the page.
"""

import re
from collections.abc import Iterator

from motbild.adapters.sources.references import read_references

_HTML_LIMIT = 1 << 20
# What is skipped even where it never ends, and what only where it does.
_RAW = frozenset({"script", "style"})
_UNSHOWN = frozenset({"template", "head", "iframe", "object", "svg", "math"})
_BLOCKS = frozenset(
    {"p", "div", "br", "hr", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "blockquote"}
    | {"pre", "section", "article", "header", "footer", "figure", "figcaption"}
    | {f"h{level}" for level in range(1, 7)}
)
_ENDS = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE | re.ASCII) for name in _RAW | _UNSHOWN
}
# Possessive, since giving back would take time that grows with the square of the length.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)((?:=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|[^>])*+)>")
_HREF = re.compile(
    r"(?:^|[\s/\"'])href\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++))", re.IGNORECASE
)
_BLANKS = re.compile(r"[^\S\n\u00a0]+")
_LINE_ENDS = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SCHEME = re.compile(r"^https?://(?:www\.)?")


def text_of_html(markup: str) -> str:
    """Return what a reader would see of a piece of HTML, as plain text.

    Paragraphs and line breaks become line breaks. A link whose words do not show its address
    is followed by that in brackets, since shared links are told by their addresses; names and
    tags (`@…`, `#…`) are not.

    Args:
        markup: A fragment or a page, well-formed or not; what lies behind a million characters
            is left out.
    """
    shown = _Shown()
    for tag, rest, text in _split(markup[:_HTML_LIMIT]):
        if tag:
            shown.take_tag(tag, rest)
        else:
            # A line break in the source is a blank to the reader.
            shown.pieces.append(read_references(text.replace("\r", " ").replace("\n", " ")))
    text = _LINE_ENDS.sub("\n", _BLANKS.sub(" ", "".join(shown.pieces)))
    return _EMPTY_LINES.sub("\n\n", text).strip()


class _Shown:
    """Gathers the pieces of text that are shown."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._link: tuple[str, int] | None = None

    def take_tag(self, tag: str, rest: str) -> None:
        """Take a tag, ``/a`` for one that ends, with what stands in it behind its name."""
        name = tag.removeprefix("/")
        if name in _BLOCKS:
            self.pieces.append("\n\n" if tag == "p" else "\n")
        elif tag == "a":
            self._link = (_href(rest), len(self.pieces))
        elif tag == "/a" and self._link:
            self._end_link(*self._link)

    def _end_link(self, address: str, first_piece: int) -> None:
        self._link = None
        words = "".join(self.pieces[first_piece:]).strip()
        if words.startswith(("@", "#")) or not _SCHEME.match(address):
            return
        if _SCHEME.sub("", address).rstrip("/") not in words:
            self.pieces.append(f" ({address})" if words else address)


def _split(markup: str) -> Iterator[tuple[str, str, str]]:
    """Yield each tag, with what stands in it behind its name, and each text between tags."""
    place, endless = 0, set[str]()
    while (start := markup.find("<", place)) >= 0:
        yield "", "", markup[place:start]
        if (tag := _TAG.match(markup, start)) is not None:
            name = tag[2].lower()
            yield tag[1] + name, tag[3], ""
            place = tag.end() if tag[1] else _skip_unshown(markup, name, tag.end(), endless)
        elif markup.startswith("<!--", start):
            place = _behind(markup, "-->", start + 4)
        elif markup.startswith(("<!", "<?", "</"), start):
            place = _behind(markup, ">", start)
        elif markup[start + 1 : start + 2].isalpha():
            return
        else:
            yield "", "", "<"
            place = start + 1
    yield "", "", markup[place:]


def _skip_unshown(markup: str, name: str, place: int, endless: set[str]) -> int:
    """Return where to go on behind a tag: behind all of what it holds, where that is not shown.

    What is found to end nowhere is noted in `endless`, so that it is looked for once.
    """
    if name not in _ENDS or name in endless:
        return place
    if end := _ENDS[name].search(markup, place):
        return end.start()
    endless.add(name)
    return len(markup) if name in _RAW else place


def _behind(markup: str, end: str, place: int) -> int:
    found = markup.find(end, place)
    return len(markup) if found < 0 else found + len(end)


def _href(rest: str) -> str:
    found = _HREF.search(rest)
    return read_references(next(filter(None, found.groups()), "")) if found else ""
