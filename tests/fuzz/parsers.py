"""Every parser that is fuzzed, by name, and the module that it stands in."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from tests.fuzz.parser import Parser

MODULES = tuple(
    f"tests.fuzz.{name}" for name in ("files", "platforms", "own_files", "texts", "room")
)


def parsers_in(module: str) -> dict[str, Parser]:
    """Return the parsers of one module, so that a process need not load what others parse."""
    return {parser.name: parser for parser in import_module(module).PARSERS}


def load_parsers() -> Mapping[str, tuple[str, Parser]]:
    """Return every parser with its module, by its name."""
    return MappingProxyType(
        {
            name: (module, parser)
            for module in MODULES
            for name, parser in parsers_in(module).items()
        }
    )
