"""What is installed: Python, libraries, packs, the model, the sources that are named."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from motbild.adapters.packs import load_pack
from motbild.adapters.sources import SourceSpec
from motbild.core.pack_rules import check_pack
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.wiring.models import load_model
from motbild.wiring.sources import load_sources


def look_at_python(_: Settings) -> str:
    """Tell which Python runs."""
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def look_at_libraries(_: Settings) -> str:
    """Compare what is installed with what Motbild was proven with."""
    wrong = list(_misfits())
    if wrong:
        raise MotbildError(
            f"Installed otherwise than Motbild needs: {'; '.join(wrong)}. "
            "Install Motbild again into an empty environment."
        )
    return "as Motbild needs them"


def _misfits() -> Iterator[str]:
    for line in requires("motbild") or ():
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            yield f"{requirement.name} is missing"
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            yield f"{requirement.name} {installed} instead of {requirement.specifier}"


def look_at_packs(settings: Settings) -> str:
    """Lint the active packs."""
    today = datetime.now(UTC).date()
    told = []
    for folder in settings.pack_folders:
        pack = load_pack(folder)
        errors = [f for f in check_pack(pack, today) if f.severity == "error"]
        if errors:
            raise MotbildError(f"{errors[0].message} See `motbild pack check {folder}`.")
        told.append(f"{pack.pack_id} {pack.version} ({len(pack.seeds)} seeds)")
    if not told:
        raise MotbildError("No narrative pack is active; set MOTBILD_PACKS or install again.")
    return ", ".join(told)


def look_at_model(settings: Settings) -> str:
    """Load the model as a night would: it must fit its encoder, the packs and the libraries."""
    model = load_model(settings)
    return f"{model.classifier.model_version} on {model.encoder.encoder_id}"


def look_at_sources(settings: Settings) -> str:
    """See that the files and folders that are named are there."""
    sources = load_sources(settings, [])
    missing = [s.name for s in sources if isinstance(s, SourceSpec) and not s.path.exists()]
    if missing:
        raise MotbildError(
            f"The sources {', '.join(missing)} are not where sources.toml says; correct the path."
        )
    return ", ".join(source.name for source in sources)
