"""The sources that `sources.toml` names."""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError

from motbild.adapters.sources.live import LIVE_KINDS, LiveSpec, load_live_spec
from motbild.adapters.sources.mapping import (
    KIND_NAMES,
    USUAL_COLUMNS,
    ColumnMapping,
    default_mapping,
)
from motbild.adapters.sources.remote import SECRET_NAMES, RemoteOptions, RemoteSpec
from motbild.adapters.sources.settings_errors import describe_wrong, refuse_credentials
from motbild.errors import InputError

# A live source's name stands in the names of variables and files.
_LIVE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class SourceSpec:
    """A source of files as `sources.toml` names it.

    Attributes:
        name: Lower-case name, unique in the file.
        path: The file or folder it is read from.
        kind: One of `KIND_NAMES`, or None to tell it from each file.
        mapping: Where its posts' fields stand, or None for where they usually do.
        is_hourly: Whether the hourly catch-up reads it too, and not the night alone.
    """

    name: str
    path: Path
    kind: str | None = None
    mapping: ColumnMapping | None = None
    is_hourly: bool = False


Spec: TypeAlias = SourceSpec | LiveSpec | RemoteSpec

# What may be said of files, wherever they lie.
_FILE_KEYS = frozenset({"name", "kind", "platform", "time_zone", "columns"})


def load_specs(path: Path) -> dict[str, Spec]:
    """Load the sources that a `sources.toml` names, by name.

    Raises:
        InputError: The file cannot be read, or a key or value in it is wrong.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as TOML ({error}); mend it.") from error
    _refuse_unknown(path, tables, {"sources"}, "the file")
    sources = tables.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(table, dict) for table in sources):
        raise InputError(f"{path}: 'sources' is not a list of tables; write [[sources]].")
    specs: dict[str, Spec] = {}
    for number, table in enumerate(sources, start=1):
        spec = _load_source(path, table, f"source {number}")
        if spec.name in specs:
            raise InputError(f"{path}: two sources are named '{spec.name}'; rename one.")
        specs[spec.name] = spec
    return specs


def _load_source(path: Path, table: dict[str, Any], place: str) -> Spec:
    name = _read_string(path, table, "name", place)
    place = f"source '{name}'"
    kind = _read_string(path, table, "kind", place) if "kind" in table else None
    if kind not in (None, *KIND_NAMES, *LIVE_KINDS):
        kinds = _listed((*KIND_NAMES, *LIVE_KINDS))
        raise InputError(f"{path}: {place} has an unknown kind; use one of {kinds}.")
    if kind not in LIVE_KINDS and "address" not in table:
        return _load_files(path, table, name, kind, place)
    if not _LIVE_NAME.fullmatch(name):
        raise InputError(
            f"{path}: {place} is asked over the network and needs a name of lower-case letters, "
            "digits and hyphens; rename it."
        )
    if kind not in LIVE_KINDS:
        return _load_remote(path, table, name, kind, place)
    return load_live_spec(path, table, place)


def _load_files(
    path: Path, table: dict[str, Any], name: str, kind: str | None, place: str
) -> SourceSpec:
    _refuse_unknown(path, table, {*_FILE_KEYS, "path", "hourly"}, place)
    source_path = path.parent / _read_string(path, table, "path", place)
    is_hourly = table.get("hourly", False)
    if not isinstance(is_hourly, bool):
        raise InputError(f"{path}: 'hourly' of {place} is not true or false; write hourly = true.")
    mapping = _load_mapping(path, table, kind, place)
    return SourceSpec(name, source_path, kind, mapping, is_hourly)


def _load_remote(
    path: Path, table: dict[str, Any], name: str, kind: str | None, place: str
) -> RemoteSpec:
    settings = {key: value for key, value in table.items() if key not in _FILE_KEYS}
    refuse_credentials(path, place, settings, SECRET_NAMES)
    try:
        options = RemoteOptions(**settings)
    except ValidationError as error:
        known = {*_FILE_KEYS, *RemoteOptions.model_fields}
        raise InputError(describe_wrong(path, place, "a remote inbox", known, error)) from None
    mapping = _load_mapping(path, table, kind, place)
    home = path.parent
    return RemoteSpec(name, options, kind, mapping, home / "secrets", home / "fetched" / name)


def _load_mapping(path: Path, table: dict[str, Any], kind: str | None, place: str) -> ColumnMapping:
    mapping = default_mapping(kind)
    if "platform" in table:
        platform = _read_string(path, table, "platform", place)
        mapping = replace(mapping, default_platform=platform.strip().lower())
    if "time_zone" in table:
        mapping = replace(mapping, time_zone=_read_string(path, table, "time_zone", place))
        _check_zone(path, mapping, place)
    columns = table.get("columns", {})
    if not isinstance(columns, dict):
        raise InputError(f"{path}: 'columns' of {place} is not a table; write [sources.columns].")
    _refuse_unknown(path, columns, set(USUAL_COLUMNS), f"the columns of {place}")
    named = {key: _read_string(path, columns, key, f"the columns of {place}") for key in columns}
    return mapping.with_columns(**named)


def _check_zone(path: Path, mapping: ColumnMapping, place: str) -> None:
    try:
        _ = mapping.zone
    except (OSError, ValueError, LookupError) as error:
        raise InputError(
            f"{path}: 'time_zone' of {place} is unknown; write one such as 'Europe/Stockholm'."
        ) from error


def _read_string(path: Path, table: dict[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{path}: '{key}' of {place} is missing or not text; write {key} = \"…\".")
    return value


def _refuse_unknown(path: Path, table: dict[str, Any], known: set[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise InputError(
                f"{path}: unknown key '{key}' in {place}; use one of {_listed(sorted(known))}."
            )


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
