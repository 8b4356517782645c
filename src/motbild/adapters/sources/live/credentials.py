"""Credentials of live sources: from the environment or from files, never from settings."""

import os
from collections.abc import Mapping
from pathlib import Path

from motbild.errors import SourceError


def load_credentials(
    source: str,
    needed: tuple[str, ...],
    optional: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return a source's credentials by name.

    Each is looked for in the environment as `MOTBILD_SOURCE_<SOURCE>_<NAME>`, then as a
    file `<source>.<name>` that its owner alone may read.

    Args:
        source: Name of the source.
        needed: Names of those that must be there.
        optional: Names of those that may be.
        folder: Where the files lie.
        environment: By default that of the process.

    Raises:
        SourceError: One is missing, or others may read its file.
    """
    told = os.environ if environment is None else environment
    found = {name: _load(source, name, folder, told) for name in (*needed, *optional)}
    for name in needed:
        if found[name] is None:
            raise SourceError(
                f"Source '{source}' needs its {name}: set {_variable(source, name)}, or write it "
                f"into {folder / f'{source}.{name}'} and run `chmod 600` on that file."
            )
    return {name: value for name, value in found.items() if value is not None}


def _load(source: str, name: str, folder: Path, environment: Mapping[str, str]) -> str | None:
    if value := environment.get(_variable(source, name), "").strip():
        return value
    path = folder / f"{source}.{name}"
    try:
        if path.stat().st_mode & 0o077:
            raise SourceError(
                f"{path} can be read by others than its owner; run `chmod 600 {path}` and "
                "make a new one, since it may have been read."
            )
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read; check its owner and its content.") from error


def _variable(source: str, name: str) -> str:
    return f"MOTBILD_SOURCE_{source}_{name}".upper().replace("-", "_")
