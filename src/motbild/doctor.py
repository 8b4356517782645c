"""Looks over an installation and its home, and says what to mend."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from motbild.adapters.keys import load_key
from motbild.adapters.night_lock import describe_holder
from motbild.adapters.packs import load_pack
from motbild.adapters.sources import SourceSpec
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.core.pack_rules import check_pack
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.wiring.channels import examine_alerts
from motbild.wiring.models import load_model
from motbild.wiring.sources import load_sources

_LEAST_FREE_BYTES = 2 * 1024**3
_LATE = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What was looked at.
        is_ok: Whether it is as it should be.
        message: What was found, and what to do where it is not.
    """

    subject: str
    is_ok: bool
    message: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything a night needs; nothing that is found is changed."""
    return [
        _finding(subject, look, settings)
        for subject, look in (
            ("python", _python),
            ("libraries", _libraries),
            ("home", _home),
            ("secret key", _key),
            ("packs", _packs),
            ("model", _model),
            ("sources", _sources),
            ("running now", _running),
            ("last night", _last_night),
            ("alerts", examine_alerts),
        )
    ]


def _finding(subject: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(subject, True, look(settings))
    except MotbildError as error:
        return Finding(subject, False, str(error))
    except OSError as error:
        return Finding(subject, False, f"{error.filename}: {error.strerror}; mend it.")


def _python(_: Settings) -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _libraries(_: Settings) -> str:
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


def _home(settings: Settings) -> str:
    home = settings.home
    existing = next(path for path in (home, *home.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < _LEAST_FREE_BYTES:
        raise MotbildError(
            f"Only {free / 1024**3:.1f} GB are free where {home} lies; make room for at least 2 GB."
        )
    if settings.live_file.exists() and settings.live_file.stat().st_mode & 0o077:
        raise MotbildError(
            f"{settings.live_file} can be read by others; run `chmod 600 {settings.live_file}`."
        )
    return f"{home}, {free / 1024**3:.0f} GB free"


def _key(settings: Settings) -> str:
    if not settings.key_file.exists():
        return "none yet; the first night makes one"
    load_key(settings.key_file, may_be_made=False)
    return f"{settings.key_file}, readable by its owner alone"


def _packs(settings: Settings) -> str:
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


def _model(settings: Settings) -> str:
    model = load_model(settings)
    return f"{model.classifier.model_version} on {model.encoder.encoder_id}"


def _sources(settings: Settings) -> str:
    sources = load_sources(settings, [])
    missing = [s.name for s in sources if isinstance(s, SourceSpec) and not s.path.exists()]
    if missing:
        raise MotbildError(
            f"The sources {', '.join(missing)} are not where sources.toml says; correct the path."
        )
    return ", ".join(source.name for source in sources)


def _running(settings: Settings) -> str:
    return describe_holder(settings.home) or "no night"


def _last_night(settings: Settings) -> str:
    if not settings.snapshot_link.exists():
        return "none yet; run `motbild nightly`"
    rows = query_snapshot(
        settings.snapshot_link,
        "SELECT run_id, started_at FROM analyst.nights ORDER BY started_at DESC LIMIT 1",
    ).to_pylist()
    age = datetime.now(UTC) - rows[0]["started_at"]
    if age > _LATE:
        raise MotbildError(
            f"The last night that published began {age.total_seconds() / 3600:.0f} hours ago; "
            "see that `motbild schedule` runs, or run `motbild nightly`."
        )
    return f"{rows[0]['run_id']}, {age.total_seconds() / 3600:.1f} hours ago"
