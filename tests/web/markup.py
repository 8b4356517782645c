"""What stands in a page that no template of ours would write."""

from html.parser import HTMLParser

# Elements that a template may hold; whatever else is there came with a post.
_ELEMENTS = """
html head meta title link script body a header div span form input button nav ul ol li main
footer p h1 h2 h3 h4 table caption thead tbody tfoot tr th td details summary dl dt dd section
article aside blockquote mark bdi kbd strong em small sup figure figcaption svg path rect line
g text circle polyline label select option optgroup textarea fieldset legend time code br hr
datalist output abbr pre q cite meter progress dialog search b i
"""
OURS = frozenset(_ELEMENTS.split())
ADDRESSES = ("href", "src", "action", "formaction", "cite", "poster", "data")
SAFE_BEGINNINGS = ("/", "#", "?", "https://", "http://")


def find_foreign(page: str) -> list[str]:
    """Return what a page holds that could run, load or lead where no template says."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.foreign


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.foreign: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and its attributes."""
        if tag not in OURS:
            self.foreign.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "srcset", "http-equiv"):
                self.foreign.append(f"{tag} {name}")
            if name in ADDRESSES and not (value or "").startswith(SAFE_BEGINNINGS):
                self.foreign.append(f"{tag} {name}={value}")
        if tag == "script":
            self._in_script = True
            if not dict(attrs).get("src", ""):
                self.foreign.append("script of its own")
        loads = tag in ("script", "link", "img")
        if loads and not all(
            (value or "").startswith("/static/") for name, value in attrs if name in ("src", "href")
        ):
            self.foreign.append(f"{tag} from elsewhere")

    def handle_endtag(self, tag: str) -> None:
        """Notice the end of a script."""
        self._in_script = self._in_script and tag != "script"

    def handle_data(self, data: str) -> None:
        """No script holds anything."""
        if self._in_script and data.strip():
            self.foreign.append("script with content")

    def handle_comment(self, data: str) -> None:
        """No template leaves comments."""
        self.foreign.append(f"comment {data[:20]}")

    def handle_pi(self, data: str) -> None:
        """Nor instructions."""
        self.foreign.append(f"instruction {data[:20]}")
