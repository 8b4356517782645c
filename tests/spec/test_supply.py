"""What is installed is what was chosen: requirements, the locked list, and this environment."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK = ROOT / ".ci" / "locked.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_ENTRY = re.compile(r"(?m)^(\S+==\S+(?: ; [^\\\n]+)?)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$")
TEXT = LOCK.read_text(encoding="utf-8")
LOCKED = [Requirement(entry) for entry, _ in _ENTRY.findall(TEXT)]


def _asked() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    asked = [Requirement(line) for line in lines]
    return [one for one in asked if one.name != "motbild"]


def _pinned(entry: Requirement) -> str:
    (pin,) = entry.specifier
    assert pin.operator == "=="
    return pin.version


def test_every_file_of_the_list_has_its_digest() -> None:
    """Nothing stands in it but packages with versions and SHA-256 digests: no index, no path."""
    assert len(LOCKED) > 150
    assert _ENTRY.sub("", TEXT).strip() == ""


@pytest.mark.parametrize("asked", _asked(), ids=str)
def test_the_list_covers_what_is_asked_for(asked: Requirement) -> None:
    """Each requirement of pyproject.toml is in it, in a version that is admitted."""
    entries = [
        one for one in LOCKED if canonicalize_name(one.name) == canonicalize_name(asked.name)
    ]
    assert entries, "run `make lock`"
    for entry in entries:
        assert asked.specifier.contains(_pinned(entry), prereleases=True), "run `make lock`"


def test_what_is_installed_is_what_is_locked() -> None:
    """No package here has another version than the list; a local build of torch counts as one."""
    differing = {}
    for entry in LOCKED:
        if entry.marker is not None and not entry.marker.evaluate():
            continue
        try:
            here = version(entry.name)
        except PackageNotFoundError:
            continue  # a part that is left out, such as the tools of developers
        if Version(here).public != Version(_pinned(entry)).public:
            differing[entry.name] = (here, _pinned(entry))
    assert not differing, "run `make install`, or `make lock` after a change of the requirements"


def test_no_library_of_graphics_cards_is_asked_for() -> None:
    """They weigh gigabytes, and everything runs without them."""
    assert not [one.name for one in LOCKED if one.name.startswith(("nvidia", "cuda", "triton"))]


@pytest.mark.slow
def test_the_bill_of_materials_names_what_is_locked(tmp_path: Path) -> None:
    """`make sbom` gives valid CycloneDX with every package that the list has for this system."""
    path = tmp_path / "sbom.json"
    tool = Path(sys.executable).with_name("cyclonedx-py")
    subprocess.run(
        [tool, "environment", "--pyproject", ROOT / "pyproject.toml", "--output-reproducible",
         "--validate", "--output-format", "JSON", "--output-file", path, sys.executable],
        check=True, cwd=tmp_path, capture_output=True,
    )  # fmt: skip
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["metadata"]["component"]["name"] == "motbild"
    named = {canonicalize_name(part["name"]): part["version"] for part in told["components"]}
    for entry in LOCKED:
        name = canonicalize_name(entry.name)
        if (entry.marker is None or entry.marker.evaluate()) and name in named:
            assert Version(named[name]).public == Version(_pinned(entry)).public
    assert {"duckdb", "prefect", "torch", "starlette"} <= named.keys()
