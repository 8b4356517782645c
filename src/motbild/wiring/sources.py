"""The sources of a night: those named on the command line, or those of the home."""

from collections.abc import Sequence
from pathlib import Path

from motbild.adapters.sources import SourceSpec, load_mappings
from motbild.settings import Settings


def load_sources(settings: Settings, paths: Sequence[Path]) -> list[SourceSpec]:
    """Return the given files and folders as sources, or else those of the settings.

    Without any given, a night reads what `sources.toml` names, and the inbox.
    """
    if paths:
        return [SourceSpec(name=_source_name(path), path=path) for path in paths]
    named = load_mappings(settings.sources_file) if settings.sources_file.exists() else {}
    settings.inbox.mkdir(parents=True, exist_ok=True)
    return [*named.values(), SourceSpec(name="inbox", path=settings.inbox)]


def _source_name(path: Path) -> str:
    return path.name.split(".")[0] or path.name
