"""Character references of HTML, such as ``&auml;`` and ``&#228;``, read as what they stand for."""

import html
import re

_ENDLESS = re.compile(r"&#\d{100,};?")
_NO_CHARACTER = "\ufffd"


def read_references(text: str) -> str:
    """Return a text with its character references read, as a browser reads them.

    The library does so, and raises where a number has thousands of digits.
    """
    return html.unescape(_ENDLESS.sub(_NO_CHARACTER, text))
