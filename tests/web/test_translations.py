"""English is complete: whatever is said in Swedish has its English, with the same blanks."""

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

WEB = Path(str(files("motbild.web")))
# How templates and modules mark what is said.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "words", "_words")),
    **dict.fromkeys(("ngettext", "_many"), (1, 2)),
}
JINJA = {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.do"}
CATALOGUES = sorted(WEB.glob("translations/en/*.po"))
BLANK = re.compile(r"%\((\w+)\)s")


def _parts(message: str | Sequence[str] | None) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message or ())


def _said() -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in sorted([*WEB.glob("templates/*.html"), *WEB.rglob("*.py")]):
        is_template = path.suffix == ".html"
        method = "jinja2.ext:babel_extract" if is_template else "python"
        with path.open("rb") as file:
            for _, message, _, _ in extract(
                method, file, keywords=KEYWORDS, options=JINJA if is_template else {}
            ):
                parts = tuple(part for part in _parts(message) if isinstance(part, str))
                if parts and parts[0]:
                    yield path.name, parts


def _catalogue(path: Path) -> dict[tuple[str, ...], tuple[str, ...]]:
    with path.open("rb") as file:
        return {_parts(m.id): _parts(m.string) for m in read_po(file) if m.id}


def _english() -> dict[str, tuple[str, ...]]:
    return {
        swedish[0]: english for path in CATALOGUES for swedish, english in _catalogue(path).items()
    }


def test_everything_has_its_english() -> None:
    """No page mixes languages."""
    known = _english()
    missing = sorted(
        {(name, parts[0]) for name, parts in _said() if not all(known.get(parts[0], [""]))}
    )
    assert sorted(missing) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_english_keeps_the_blanks(path: Path) -> None:
    """What is filled in in Swedish is filled in in English, or the page would break."""
    for swedish, english in _catalogue(path).items():
        blanks = set(BLANK.findall(" ".join(swedish))) | {"n"}
        for told in english:
            assert set(BLANK.findall(told)) <= blanks, swedish


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_two_catalogues_contradict_each_other(path: Path) -> None:
    """A sentence that two catalogues hold has the same English in both."""
    known = _english()
    mine = _catalogue(path)
    assert {swedish: told for swedish, told in mine.items() if known[swedish[0]] != told} == {}
