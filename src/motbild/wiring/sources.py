"""The sources of a night: those named on the command line, or those of the home."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from motbild.adapters.sources import SourceSpec, Spec, load_specs
from motbild.errors import InputError
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


def load_hourly_sources(settings: Settings) -> list[Spec]:
    """Return the sources of the home that are asked every hour, and not at night alone."""
    return [source for source in load_sources(settings, []) if source.is_hourly]


def load_chosen_sources(settings: Settings, names: Sequence[str]) -> list[Spec]:
    """Return sources by their names in `sources.toml`, and files and folders by their paths.

    Raises:
        InputError: One is neither.
    """
    named = {source.name: source for source in load_sources(settings, [])}
    paths = [Path(name) for name in names if name not in named]
    if missing := [str(path) for path in paths if not path.exists()]:
        raise InputError(
            f"{missing[0]} is neither a source that sources.toml names nor a file or folder; "
            "give --source one of these."
        )
    given = load_sources(settings, paths) if paths else []
    return [*(named[name] for name in names if name in named), *given]


def _given(path: Path, seen: Counter[str]) -> SourceSpec:
    name = _source_name(path)
    seen[name] += 1
    return SourceSpec(name=name if seen[name] == 1 else f"{name}-{seen[name]}", path=path)


def _source_name(path: Path) -> str:
    return path.name.split(".")[0] or path.name
