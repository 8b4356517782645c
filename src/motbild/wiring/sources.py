"""The sources of a night: those named on the command line, or those of the home."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from motbild.adapters.sources import SourceSpec, Spec, load_specs
from motbild.settings import Settings


def load_sources(settings: Settings, paths: Sequence[Path]) -> list[Spec]:
    """Return the given files and folders as sources, or else those of the settings.

    Without any given, a night reads what `sources.toml` names, and the inbox where it
    is there. Sources that are given are named by their files, with a number where two
    files have one name.
    """
    if paths:
        seen: Counter[str] = Counter()
        return [_given(path, seen) for path in paths]
    named = load_specs(settings.sources_file) if settings.sources_file.exists() else {}
    inbox = [SourceSpec(name="inbox", path=settings.inbox)] if settings.inbox.is_dir() else []
    return [*named.values(), *inbox]


def _given(path: Path, seen: Counter[str]) -> SourceSpec:
    name = _source_name(path)
    seen[name] += 1
    return SourceSpec(name=name if seen[name] == 1 else f"{name}-{seen[name]}", path=path)


def _source_name(path: Path) -> str:
    return path.name.split(".")[0] or path.name
